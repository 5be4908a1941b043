#include "platform/http/response.h"

#include <algorithm>
#include <charconv>

namespace esplanade::platform {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view head_end = "\r\n\r\n";

auto lower(char c) -> char { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

auto is_same(std::string_view a, std::string_view b) -> bool {
  return std::ranges::equal(a, b, {}, lower, lower);
}

auto trimmed(std::string_view text) -> std::string_view {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

auto parse_number(std::string_view text, int base) -> std::optional<std::size_t> {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  const bool is_whole = error == std::errc{} && end == text.data() + text.size();
  return is_whole ? std::optional(number) : std::nullopt;
}

/// "HTTP/1.1 200 OK".
auto parse_status(std::string_view line) -> std::optional<unsigned> {
  constexpr std::size_t status_at = 9;
  constexpr std::size_t digits = 3;
  if (!line.starts_with("HTTP/1.") || line.size() < status_at + digits) return std::nullopt;
  const auto number = parse_number(line.substr(status_at, digits), 10);
  return number ? std::optional(static_cast<unsigned>(*number)) : std::nullopt;
}

}  // namespace

void ResponseReader::take(core::View octets) {
  if (state_ != State::wants_more) return;
  pending_.append(reinterpret_cast<const char*>(octets.data()), octets.size());
  if (!has_head_) read_head();
  if (has_head_ && state_ == State::wants_more) read_body();
}

void ResponseReader::end() {
  if (state_ != State::wants_more) return;
  const bool is_whole = has_head_ && framing_ == Framing::until_end;
  state_ = is_whole ? State::complete : State::malformed;
}

void ResponseReader::read_head() {
  const auto size = pending_.find(head_end);
  if (size == std::string::npos) {
    if (pending_.size() > max_head) state_ = State::too_long;
    return;
  }
  const auto head = std::string_view(pending_).substr(0, size);
  const auto status = parse_status(head.substr(0, head.find(line_end)));
  const auto fields_at = std::min(head.find(line_end), head.size());
  if (!status || !read_fields(head.substr(fields_at))) {
    state_ = State::malformed;
    return;
  }
  response_.status = *status;
  has_head_ = true;
  pending_.erase(0, size + head_end.size());
}

/// `lines` begin with the end of the line before.
auto ResponseReader::read_fields(std::string_view lines) -> bool {
  while (!lines.empty()) {
    lines.remove_prefix(line_end.size());
    const auto line = lines.substr(0, lines.find(line_end));
    if (!read_field(line)) return false;
    lines.remove_prefix(line.size());
  }
  return true;
}

auto ResponseReader::read_field(std::string_view line) -> bool {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  const auto name = line.substr(0, colon);
  const auto value = trimmed(line.substr(colon + 1));
  if (is_same(name, "Location")) response_.location = value;
  if (is_same(name, "Transfer-Encoding")) {
    framing_ = Framing::chunked;
    return is_same(value, "chunked");
  }
  if (is_same(name, "Content-Length") && framing_ != Framing::chunked) {
    const auto length = parse_number(value, 10);
    framing_ = Framing::length;
    length_ = length.value_or(0);
    return length.has_value();
  }
  return true;
}

void ResponseReader::read_body() {
  if (framing_ == Framing::chunked) {
    while (read_chunk()) {
    }
    return;
  }
  if (framing_ == Framing::length && length_ > max_body_) {
    (void)finish(State::too_long);
    return;
  }
  const auto missing = length_ - std::min(length_, response_.body.size());
  give_body(framing_ == Framing::length ? std::min(missing, pending_.size()) : pending_.size());
  const bool is_whole = framing_ == Framing::length && response_.body.size() == length_;
  if (is_whole && state_ == State::wants_more) state_ = State::complete;
}

auto ResponseReader::read_chunk() -> bool {
  const auto size_end = pending_.find(line_end);
  if (size_end == std::string::npos) return pending_.size() > max_head && finish(State::malformed);
  const auto line = std::string_view(pending_).substr(0, size_end);
  const auto size = parse_number(trimmed(line.substr(0, line.find(';'))), 16);
  if (!size) return finish(State::malformed);
  if (*size > max_body_) return finish(State::too_long);
  if (*size == 0) return finish(State::complete);
  const auto data_at = size_end + line_end.size();
  if (pending_.size() < data_at + *size + line_end.size()) return false;
  if (std::string_view(pending_).substr(data_at + *size, line_end.size()) != line_end) {
    return finish(State::malformed);
  }
  pending_.erase(0, data_at);
  give_body(*size);
  pending_.erase(0, line_end.size());
  return state_ == State::wants_more;
}

void ResponseReader::give_body(std::size_t count) {
  if (count > max_body_ - response_.body.size()) {
    (void)finish(State::too_long);
    return;
  }
  const auto octets = core::as_view(pending_).first(count);
  response_.body.insert(response_.body.end(), octets.begin(), octets.end());
  pending_.erase(0, count);
}

auto ResponseReader::finish(State state) -> bool {
  state_ = state;
  return false;
}

}  // namespace esplanade::platform
