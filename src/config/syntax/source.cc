#include "config/syntax/source.h"

#include "config/syntax/nearest.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace esplanade::config::syntax {
namespace {

constexpr std::size_t most_complaints = 100;
constexpr std::size_t longest_public_hex = 15;  // an SPI or a mark has 8 digits

auto is_hex_digit(char c) -> bool {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

auto is_name_character(char c) -> bool {
  return std::string_view("#{}:.,=\"\r\n\t ").find(c) == std::string_view::npos;
}

/// The name in front of the `=` at `equals`.
auto name_before(std::string_view text, std::size_t equals) -> std::string_view {
  auto end = equals;
  while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\t')) --end;
  auto begin = end;
  while (begin > 0 && is_name_character(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

/// Stars the value behind the `=` at `equals`: a word, or a quoted text.
void star_value(std::string& text, std::size_t equals) {
  const auto begin = text.find_first_not_of(" \t", equals + 1);
  if (begin == std::string::npos) return;
  const auto stop = text[begin] == '"' ? std::string_view("\"\n") : std::string_view(" \t}#\n");
  const auto end = std::min(text.find_first_of(stop, begin + 1), text.size());
  std::fill(text.begin() + static_cast<std::ptrdiff_t>(begin),
            text.begin() + static_cast<std::ptrdiff_t>(end), '*');
}

void star_long_hex(std::string& text) {
  auto at = text.begin();
  while (at != text.end()) {
    const auto end = std::find_if_not(at, text.end(), is_hex_digit);
    if (end - at > static_cast<std::ptrdiff_t>(longest_public_hex)) std::fill(at, end, '*');
    at = end == text.end() ? end : end + 1;
  }
}

auto starred(std::string text) -> std::string {
  for (auto at = text.find('='); at != std::string::npos; at = text.find('=', at + 1)) {
    if (is_secret_name(name_before(text, at))) star_value(text, at);
  }
  star_long_hex(text);
  return text;
}

}  // namespace

Source::Source(std::string path, std::string text)
    : path_(std::move(path)), text_(std::move(text)), line_starts_{0} {
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
  }
}

auto Source::place(std::size_t offset) const -> Place {
  const auto after = std::ranges::upper_bound(line_starts_, offset);
  const auto start = *std::prev(after);
  const auto before = text().substr(start, offset - start);
  const auto characters = std::ranges::count_if(
      before, [](char c) { return (static_cast<unsigned char>(c) >> 6) != 2; });
  return {.file = path_,
          .line = static_cast<std::size_t>(after - line_starts_.begin()),
          .column = static_cast<std::size_t>(characters) + 1};
}

auto Source::line(std::size_t number) const -> std::string {
  if (number == 0 || number > line_starts_.size()) return {};
  const auto start = line_starts_[number - 1];
  auto line = text_.substr(start, text_.find('\n', start) - start);
  if (line.ends_with('\r')) line.pop_back();
  return starred(std::move(line));
}

void Source::redact(std::size_t begin, std::size_t end) noexcept {
  for (auto i = begin; i < end; ++i) {
    if (std::string_view(" \t\r\n").find(text_[i]) == std::string_view::npos) text_[i] = '*';
  }
}

auto Sources::add(std::string path, std::string text) -> Source& {
  return sources_.emplace_back(std::move(path), std::move(text));
}

auto Sources::number_of(std::string_view path) const noexcept -> std::size_t {
  const auto it = std::ranges::find(sources_, path, &Source::path);
  return static_cast<std::size_t>(it - sources_.begin());
}

auto Sources::complaint(Place place, std::string what, std::string hint) const -> Complaint {
  const auto it = std::ranges::find(sources_, place.file, &Source::path);
  star_long_hex(what);  // a key may stand where a name or another value belongs
  auto line = it == sources_.end() ? std::string() : it->line(place.line);
  return {std::move(place), std::move(line), std::move(what), std::move(hint)};
}

void Sources::complain(Complaints& to, const Place& place, std::string what,
                       std::string hint) const {
  const auto is_same = [&](const Complaint& said) {
    const auto& [file, line, column] = said.place;
    return line == place.line && column == place.column && file == place.file && said.what == what;
  };
  if (to.size() == most_complaints || std::ranges::any_of(to, is_same)) return;
  to.push_back(complaint(place, std::move(what), std::move(hint)));
}

auto is_secret_name(std::string_view name) -> bool {
  constexpr auto open = std::to_array<std::string_view>(
      {"key_file", "esp_key_log", "ike_key_log", "keyingtries", "pubkeys", "rekey_time",
       "rekey_bytes", "rekey_packets", "keep_alive"});
  if (std::ranges::find(open, name) != open.end()) return false;
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (lower == "pin") return true;
  constexpr auto secrets = std::to_array<std::string_view>({"key", "auth_key", "secret"});
  const auto is_in_name = [&](std::string_view secret) { return lower.contains(secret); };
  return std::ranges::any_of(secrets, is_in_name) || nearest(lower, secrets).has_value();
}

auto to_string(const Place& place) -> std::string {
  return fmt::format("{}:{}:{}", place.file, place.line, place.column);
}

auto path_beside(const std::string& from, std::string_view relative) -> std::string {
  const auto folder = std::filesystem::path(from).parent_path();
  return (folder / relative).lexically_normal().string();
}

}  // namespace esplanade::config::syntax
