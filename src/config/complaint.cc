#include "config/complaint.h"

#include <fmt/format.h>

namespace esplanade::config {
namespace {

auto is_continuation(char c) -> bool { return (static_cast<unsigned char>(c) >> 6) == 2; }

/// What stands in front of the caret: as wide as the line up to `column`, tabs being tabs.
auto margin(std::string_view line, std::size_t column) -> std::string {
  std::string margin;
  for (const auto c : line) {
    if (is_continuation(c)) continue;
    if (margin.size() + 1 >= column) break;
    margin += c == '\t' ? '\t' : ' ';
  }
  margin.resize(column - 1, ' ');
  return margin;
}

/// Without what a terminal would act upon.
auto printable(std::string line) -> std::string {
  for (auto& c : line) {
    const auto is_control = (c >= 0 && c < ' ' && c != '\t') || c == 0x7f;
    if (is_control) c = '?';
  }
  return line;
}

}  // namespace

auto Complaint::to_string() const -> std::string {
  const auto* kind = severity == Severity::error ? "error" : "warning";
  auto text = place.line == 0 ? fmt::format("{}: {}: {}\n", place.file, kind, what)
                              : fmt::format("{}:{}:{}: {}: {}\n", place.file, place.line,
                                            place.column, kind, what);
  if (!line.empty() && place.column > 0) {
    text += fmt::format("{}\n{}^\n", printable(line), margin(line, place.column));
  }
  if (!hint.empty()) text += fmt::format("  hint: {}\n", hint);
  return text;
}

}  // namespace esplanade::config
