// What is wrong with the operator's text, told so that it can be mended at once:
//
//   gw.conf:7:42: error: counter-mode keys cannot be written here
//       out { spi = 0x1001 esp = aes128gcm16 key = **********
//                                            ^
//     hint: a repeated IV breaks AES-GCM, so ... make a file with `esplanade keygen`
//
// Lines hold no secrets: config/syntax/source.h stars them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

namespace esplanade::config {

/// Where a value stands in the operator's files; line and column count from 1.
struct Place {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
};

/// A warning is about what works and had better be different.
enum class Severity : std::uint8_t { error, warning };

struct Complaint {
  Place place;       ///< line 0 where it is about a file as a whole
  std::string line;  ///< the text of that line, for the caret; empty where there is none
  std::string what;
  std::string hint;  ///< empty where none helps
  Severity severity = Severity::error;

  /// As above, several lines, with a newline at the end.
  [[nodiscard]] auto to_string() const -> std::string;
};

/// All complaints found in one pass, in the order of the text; never empty.
using Complaints = std::vector<Complaint>;

template <class T>
using Checked = std::expected<T, Complaints>;

}  // namespace esplanade::config
