#include "cli/decode/uat_reader.h"

namespace esplanade::cli::decode {
namespace {

/// The value of a field while it grows.
class FieldText {
 public:
  FieldText() = default;
  FieldText(const FieldText&) = delete;
  auto operator=(const FieldText&) -> FieldText& = delete;
  ~FieldText() { core::wipe(octets_); }

  [[nodiscard]] auto is_full() const noexcept -> bool { return size_ == octets_.size(); }
  void add(char c) noexcept { octets_[size_++] = static_cast<std::byte>(c); }
  [[nodiscard]] auto finish() const noexcept -> core::Secret<field_max> {
    return core::Secret<field_max>(core::View(octets_).first(size_));
  }

 private:
  std::array<std::byte, field_max> octets_{};
  std::size_t size_ = 0;
};

/// One line, read from left to right.
class LineReader {
 public:
  LineReader(std::string_view text, std::size_t number) noexcept : text_(text), number_(number) {}

  auto record() -> TableResult<UatRecord> {
    UatRecord record{.line = number_, .fields = {}};
    do {
      record.fields.push_back(TRY(field()));
      skip_blanks();
    } while (accept(','));
    if (more()) return refuse(at_, "expected a comma or the end of the line");
    return record;
  }

 private:
  auto field() -> TableResult<UatField> {
    skip_blanks();
    const auto start = at_;
    if (!more() || text_[at_] == ',') return UatField{.value = {}, .column = start + 1};
    if (is_hex_digit()) return digits();
    if (!accept('"')) return refuse(start, "a field stands in double quotes");
    FieldText value;
    while (more() && text_[at_] != '"') {
      if (value.is_full()) return refuse(start, "this field is longer than any can be");
      value.add(TRY(character()));
    }
    if (!accept('"')) return refuse(start, "the closing quote is missing");
    return UatField{.value = value.finish(), .column = start + 1};
  }

  auto digits() -> TableResult<UatField> {
    const auto start = at_;
    FieldText value;
    while (is_hex_digit()) {
      if (value.is_full()) return refuse(start, "this field is longer than any can be");
      value.add(text_[at_++]);
    }
    return UatField{.value = value.finish(), .column = start + 1};
  }

  auto character() -> TableResult<char> {
    const auto start = at_;
    const auto c = text_[at_++];
    if (c != '\\') return c;
    if (!more()) return refuse(start, "the line ends in the middle of an escape");
    const auto kind = text_[at_++];
    if (kind == 'x') return hex_octet(start);
    if (std::isalnum(static_cast<unsigned char>(kind)) != 0) {
      return refuse(start, "of the escapes with letters and digits only \\xHH is known");
    }
    return kind;
  }

  auto hex_octet(std::size_t start) -> TableResult<char> {
    const auto octet = core::from_hex(text_.substr(at_, 2));
    if (!octet || octet->size() != 1) return refuse(start, "\\x takes two hexadecimal digits");
    at_ += 2;
    return std::to_integer<char>(octet->front());
  }

  [[nodiscard]] auto more() const noexcept -> bool { return at_ < text_.size(); }
  [[nodiscard]] auto is_hex_digit() const noexcept -> bool {
    return more() && std::isxdigit(static_cast<unsigned char>(text_[at_])) != 0;
  }
  auto accept(char c) noexcept -> bool {
    const auto is_next = more() && text_[at_] == c;
    if (is_next) ++at_;
    return is_next;
  }
  void skip_blanks() noexcept {
    while (more() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  [[nodiscard]] auto refuse(std::size_t at, std::string what) const
      -> std::unexpected<TableProblem> {
    return std::unexpected(TableProblem{number_, at + 1, std::move(what)});
  }

  std::string_view text_;
  std::size_t number_;
  std::size_t at_ = 0;
};

auto take_line(std::string_view& text) noexcept -> std::string_view {
  const auto end = text.find('\n');
  auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

auto is_blank_or_comment(std::string_view line) noexcept -> bool {
  const auto first = line.find_first_not_of(" \t");
  return first == std::string_view::npos || line[first] == '#';
}

}  // namespace

auto UatReader::next() -> TableResult<std::optional<UatRecord>> {
  while (!text_.empty()) {
    const auto line = take_line(text_);
    ++line_;
    if (!is_blank_or_comment(line)) return TRY(LineReader(line, line_).record());
  }
  return std::nullopt;
}

}  // namespace esplanade::cli::decode
