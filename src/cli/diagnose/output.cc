#include "cli/diagnose/output.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace esplanade::cli::diagnose {
namespace {

using ike::explain::Conversation;
using ike::explain::Fact;
using ike::explain::Finding;
using ike::explain::Report;
using Json = nlohmann::ordered_json;

auto word_of(ike::Level level) -> std::string_view {
  switch (level) {
    case ike::Level::info:    return "info";
    case ike::Level::warning: return "warning";
    case ike::Level::error:   return "error";
  }
  core::bug();
}

auto spi_text(ike::IkeSpi spi) -> std::string {
  return fmt::format("{:016x}", std::to_underlying(spi));
}

auto text_of(const Fact& fact) -> std::string {
  std::string text;
  for (const auto& value : fact.values) {
    const auto name = text.empty() ? fact.name + ":" : std::string();
    text += fmt::format("  {:<22} {}\n", name, value);
  }
  return text;
}

auto text_of(const Finding& finding) -> std::string {
  auto text = fmt::format("  {} ({}, frame {}): {}\n", word_of(finding.level),
                          name_of(finding.topic), finding.frame, finding.why);
  if (!finding.hint.empty()) text += fmt::format("    hint: {}\n", finding.hint);
  const auto line = finding.line.to_string();
  if (!line.empty()) text += fmt::format("    line: {}\n", line);
  return text;
}

auto json_of(const Finding& finding) -> Json {
  const auto line = finding.line.to_string();
  return {{"level", word_of(finding.level)},
          {"topic", name_of(finding.topic)},
          {"frame", finding.frame},
          {"why", finding.why},
          {"hint", finding.hint.empty() ? Json() : Json(finding.hint)},
          {"line", line.empty() ? Json() : Json(line)}};
}

}  // namespace

auto text_of(const Conversation& conversation, const Report& report) -> std::string {
  auto text =
      fmt::format("{} -> {}, SPIs {} {}, frames {} to {}: {}\n",
                  conversation.initiator().to_string(), conversation.responder().to_string(),
                  spi_text(conversation.spis().i), spi_text(conversation.spis().r),
                  conversation.first_frame(), conversation.last_frame(), name_of(report.outcome));
  if (!report.connection.empty()) {
    text += text_of(Fact{.name = "connection", .values = {report.connection}});
  }
  for (const auto& fact : report.facts) text += text_of(fact);
  for (const auto& finding : report.findings) text += text_of(finding);
  return text;
}

auto json_of(const Conversation& conversation, const Report& report) -> std::string {
  auto facts = Json::object();
  for (const auto& fact : report.facts) facts[fact.name] = fact.values;
  auto findings = Json::array();
  for (const auto& finding : report.findings) findings.push_back(json_of(finding));
  const Json json = {{"initiator", conversation.initiator().to_string()},
                     {"responder", conversation.responder().to_string()},
                     {"spi_i", spi_text(conversation.spis().i)},
                     {"spi_r", spi_text(conversation.spis().r)},
                     {"first_frame", conversation.first_frame()},
                     {"last_frame", conversation.last_frame()},
                     {"messages", conversation.messages()},
                     {"outcome", name_of(report.outcome)},
                     {"connection", report.connection.empty() ? Json() : Json(report.connection)},
                     {"facts", facts},
                     {"findings", findings}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace esplanade::cli::diagnose
