#include "daemon/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

namespace esplanade::daemon {
namespace {

using Json = nlohmann::ordered_json;

auto to_text(const std::string& value) -> std::string {
  const bool is_plain = !value.empty() && value.find_first_of(" \"\n\t=") == std::string::npos;
  return is_plain ? value : Json(value).dump();
}
auto to_text(std::uint64_t value) -> std::string { return std::to_string(value); }
auto to_text(const std::map<std::string, std::uint64_t>& counts) -> std::string {
  std::string text;
  for (const auto& [name, count] : counts) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", name, count);
  }
  return text.empty() ? "none" : text;
}

auto text_line(std::string_view event, const Fields& fields) -> std::string {
  auto line = std::string(event);
  for (const auto& [key, value] : fields) {
    line += fmt::format(" {}={}", key, std::visit([](const auto& v) { return to_text(v); }, value));
  }
  return line;
}

auto json_members(std::string_view event, const Fields& fields) -> std::string {
  Json object;
  object["event"] = event;
  for (const auto& [key, value] : fields) {
    std::visit([&object, &name = key](const auto& v) { object[name] = v; }, value);
  }
  return object.dump(-1, ' ', false, Json::error_handler_t::replace).substr(1);
}

/// spdlog stamps the line, so that nothing here reads a clock.
auto pattern_of(LogFormat format) -> std::string {
  if (format == LogFormat::json) {
    return R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v)";
  }
  return "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
}

}  // namespace

auto format_event(LogFormat format, std::string_view event, const Fields& fields) -> std::string {
  return format == LogFormat::json ? json_members(event, fields) : text_line(event, fields);
}

Log::Log(LogFormat format)
    : format_(format),
      logger_(std::make_shared<spdlog::logger>("esplanade",
                                               std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
  logger_->set_pattern(pattern_of(format), spdlog::pattern_time_type::utc);
  logger_->flush_on(spdlog::level::info);
}

Log::~Log() = default;

void Log::info(std::string_view event, const Fields& fields) {
  logger_->log(spdlog::level::info, format_event(format_, event, fields));
}

void Log::warning(std::string_view event, const Fields& fields) {
  logger_->log(spdlog::level::warn, format_event(format_, event, fields));
}

void Log::error(std::string_view event, const Fields& fields) {
  logger_->log(spdlog::level::err, format_event(format_, event, fields));
}

}  // namespace esplanade::daemon
