#include "config/syntax/lexer.h"

#include "core/result.h"

#include <algorithm>

namespace esplanade::config::syntax {
namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::string_view not_in_names = "#{}:.,=\"\r\n\t ";
constexpr std::string_view not_in_words = "#}\"\r\n\t ";

// More than any key has, so that its text is in one piece of memory, and is wiped.
constexpr std::size_t usual_value = 512;

auto is_letter(char c) -> bool {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

auto is_identifier(char c) -> bool { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; }

}  // namespace

auto Lexer::is_at_any(std::string_view characters) const noexcept -> bool {
  return !at_end() && characters.find(text_[at_]) != std::string_view::npos;
}

auto Lexer::take_while_not(std::string_view characters) -> std::string_view {
  const auto begin = at_;
  at_ = std::min(text_.find_first_of(characters, at_), text_.size());
  return text_.substr(begin, at_ - begin);
}

void Lexer::skip_blanks() {
  while (is_at_any(blanks)) ++at_;
}

void Lexer::skip_space() {
  while (is_at_any(" \t\r\n#")) {
    if (text_[at_] == '#') {
      take_while_not("\n");
    } else {
      ++at_;
    }
  }
}

auto Lexer::take(char c) -> bool {
  if (at_end() || text_[at_] != c) return false;
  ++at_;
  return true;
}

auto Lexer::name() -> std::string_view { return take_while_not(not_in_names); }

auto Lexer::dotted_name() -> std::string_view {
  const auto begin = at_;
  name();
  while (peek() == '.' && at_ > begin) {
    const auto dot = at_++;
    if (name().empty()) {
      at_ = dot;
      break;
    }
  }
  return text_.substr(begin, at_ - begin);
}

auto Lexer::begins_setting() const -> bool {
  if (!is_letter(peek())) return false;
  const auto rest = text_.substr(at_);
  const auto end = std::ranges::find_if_not(rest, is_identifier);
  const auto next = std::find_if(end, rest.end(), [](char c) { return c != ' ' && c != '\t'; });
  return next != rest.end() && *next == '=';
}

auto Lexer::value(Values values) -> std::expected<std::optional<Text>, Fault> {
  std::optional<Text> value;
  for (skip_blanks(); !at_end() && !is_at_any("#}\n"); skip_blanks()) {
    const auto is_after_space = blanks.find(text_[at_ - 1]) != std::string_view::npos;
    if (value && is_after_space && values == Values::several && begins_setting()) break;
    if (value) {
      value->text += ' ';
    } else {
      value = Text{.text = {}, .begin = at_ + (peek() == '"' ? 1 : 0)};
      value->text.reserve(usual_value);
    }
    TRY(peek() == '"' ? quoted(value->text) : word(value->text, values));
  }
  return value;
}

auto Lexer::word(std::string& into, Values values) -> std::expected<void, Fault> {
  const auto begin = at_;
  const auto word = take_while_not(not_in_words);
  const auto brace = word.find('{');
  if (values == Values::several && brace != std::string_view::npos) {
    return std::unexpected(Fault{.offset = begin + brace,
                                 .what = "`{` inside a value",
                                 .hint = "begin the section on a line of its own, or write the "
                                         "value in double quotes"});
  }
  into += word;
  return {};
}

auto Lexer::quoted(std::string& into) -> std::expected<void, Fault> {
  const auto begin = at_++;
  while (!at_end() && peek() != '"') {
    into += take_while_not("\"\\\r");
    if (take('\\')) escape(into);
    take('\r');
  }
  if (take('"')) return {};
  return std::unexpected(
      Fault{.offset = begin, .what = "this text has no closing double quote", .hint = {}});
}

void Lexer::escape(std::string& into) {
  if (at_end()) return;
  take('\r');
  const auto c = peek();
  if (!at_end()) ++at_;
  switch (c) {
    case '\n': break;
    case 'n':  into += '\n'; break;
    case 'r':  into += '\r'; break;
    case 't':  into += '\t'; break;
    default:   into += c;
  }
}

auto Lexer::is_include() const -> bool {
  const auto next = text_.find_first_not_of(" \t", at_);
  return next != std::string_view::npos && next > at_ && text_[next] != '=';
}

auto Lexer::pattern() -> std::expected<std::string, Fault> {
  skip_blanks();
  const auto begin = at_;
  std::string pattern;
  if (peek() == '"') {
    TRY(quoted(pattern));
  } else {
    while (!at_end() && !is_at_any(not_in_words)) {
      const auto is_escape =
          peek() == '\\' && at_ + 1 < text_.size() &&
          std::string_view("\"#} ").find(text_[at_ + 1]) != std::string_view::npos;
      if (is_escape) ++at_;
      pattern += text_[at_++];
    }
  }
  if (!pattern.empty()) return pattern;
  return std::unexpected(Fault{.offset = begin, .what = "`include` names no file", .hint = {}});
}

}  // namespace esplanade::config::syntax
