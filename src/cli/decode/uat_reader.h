// Lines of a Wireshark table file ("UAT"): fields in double quotes with commas between them.
//
//   # a comment
//   "IPv4","192.0.2.1","*","0x00001001",,"a \x22quoted\x22 word"
//
//   UatReader reader{text};
//   while (auto record = TRY(reader.next())) use(record->fields);
//
// A field may be empty or made of hexadecimal digits, and then needs no quotes. Inside the quotes
// \xHH is the octet HH, and a backslash makes any punctuation behind it ordinary.
//
// Secrets: fields may be keys, so they are core::Secret.
#pragma once

#include "core/secret.h"

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace esplanade::cli::decode {

/// What is wrong with a table; line and column count from 1.
struct TableProblem {
  std::size_t line = 0;
  std::size_t column = 0;
  std::string what;
  auto operator==(const TableProblem&) const -> bool = default;
};

template <class T>
using TableResult = std::expected<T, TableProblem>;

/// More than any field of the tables we read can use.
inline constexpr std::size_t field_max = 256;

struct UatField {
  core::Secret<field_max> value;
  std::size_t column = 0;

  [[nodiscard]] auto text() const noexcept -> std::string_view {
    return {reinterpret_cast<const char*>(value.reveal().data()), value.size()};
  }
};

struct UatRecord {
  std::size_t line = 0;
  std::vector<UatField> fields;
};

class UatReader {
 public:
  /// Borrows `text`.
  explicit UatReader(std::string_view text) noexcept : text_(text) {}

  /// Nothing at the end of the text.
  [[nodiscard]] auto next() -> TableResult<std::optional<UatRecord>>;

 private:
  std::string_view text_;
  std::size_t line_ = 0;
};

}  // namespace esplanade::cli::decode
