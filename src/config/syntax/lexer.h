// Words of the text, character by character, as strongSwan 5.9 has them in swanctl.conf:
//
//   name      any characters but  # { } : . , = " and space
//   value     words and "quoted texts" up to the end of the line, `#` or `}`, put together with one
//             space; quoted texts know \n \r \t, a backslash before a newline joins the lines, and
//             before any other character it stands for that character
//   # comment to the end of the line
//
// One rule is ours: where Values::several is asked for, ` name =` inside an unquoted value begins
// the next setting. strongSwan reads one long value there. `"..."` keeps such a text whole.
// (docs/adr/0005-several-settings-on-one-line.md)
#pragma once

#include "config/syntax/source.h"

#include <optional>

namespace esplanade::config::syntax {

/// How many settings a line may hold.
enum class Values : std::uint8_t { one, several };

/// A mistake in the text, at an offset of the source.
struct Fault {
  std::size_t offset = 0;
  std::string what;
  std::string hint;
};

/// A value, and where in the source it stands.
struct Text {
  std::string text;
  std::size_t begin = 0;
};

class Lexer {
 public:
  explicit Lexer(const Source& source) : text_(source.text()) {}

  [[nodiscard]] auto offset() const noexcept -> std::size_t { return at_; }
  [[nodiscard]] auto at_end() const noexcept -> bool { return at_ == text_.size(); }
  /// Spaces, newlines and comments.
  void skip_space();
  /// Spaces within the line.
  void skip_blanks();
  /// Steps over `c` if it comes next.
  auto take(char c) -> bool;
  /// Empty where none begins here.
  auto name() -> std::string_view;
  /// A name with dots in it.
  auto dotted_name() -> std::string_view;
  /// Behind `=`. Nothing for an empty one; `""` is an empty text.
  auto value(Values values) -> std::expected<std::optional<Text>, Fault>;
  /// Is what follows the word `include` a file's name, and not the `=` of a setting?
  [[nodiscard]] auto is_include() const -> bool;
  /// Behind `include`: a quoted text or a word in which a backslash frees  " # }  and space.
  auto pattern() -> std::expected<std::string, Fault>;

 private:
  [[nodiscard]] auto peek() const noexcept -> char { return at_end() ? '\0' : text_[at_]; }
  [[nodiscard]] auto is_at_any(std::string_view characters) const noexcept -> bool;
  [[nodiscard]] auto begins_setting() const -> bool;
  auto take_while_not(std::string_view characters) -> std::string_view;
  auto quoted(std::string& into) -> std::expected<void, Fault>;
  void escape(std::string& into);
  auto word(std::string& into, Values values) -> std::expected<void, Fault>;

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace esplanade::config::syntax
