// What went wrong, as data: an Error is a code, sorted by whose fault it is, and a place.
//
//   auto header = TRY(net::Ipv4Header::parse(bytes));     // returns the error to our caller
//
// Errors of a stranger's bytes and of single values use Result. A packet in a batch carries a
// net::Verdict instead, and the operator's files have config::Complaint.
#pragma once

#include "core/ensure.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>
#include <utility>

namespace esplanade::core {

enum class Code : std::uint8_t {
  // the bytes are not what they should be
  too_short,      ///< ends before the structure does
  too_long,       ///< more than the structure allows
  bad_version,    ///< IP version other than the one expected
  bad_length,     ///< a length field contradicts the bytes or the RFC
  bad_value,      ///< a field holds a value the RFC forbids
  bad_chain,      ///< IPv6 extension headers in an impossible order or number
  not_authentic,  ///< the ICV does not verify
  // the text is not what it should be
  bad_hex,         ///< not hexadecimal
  bad_address,     ///< not an IP address, prefix or range
  bad_number,      ///< not a number, or out of range
  bad_key_length,  ///< a key whose length the algorithm does not have
  unknown_name,    ///< a word no registry knows
  // we cannot do what is asked
  unsupported,  ///< known, but not provided here
  exhausted,    ///< sequence numbers, buffers or slots have run out
  // the system said no; Where holds errno
  system,
};

/// The name of a code for logs and JSON, in snake_case as declared.
[[nodiscard]] auto name_of(Code code) noexcept -> std::string_view;

/// Offset in octets or characters where the trouble lies; errno for Code::system.
struct Where {
  std::size_t offset = 0;
  auto operator==(const Where&) const -> bool = default;
};

struct Error {
  Code code;
  Where where;
  auto operator==(const Error&) const -> bool = default;
};

template <class T>
using Result = std::expected<T, Error>;

[[nodiscard]] constexpr auto failure(Code code, std::size_t offset = 0) noexcept
    -> std::unexpected<Error> {
  return std::unexpected(Error{code, Where{offset}});
}

}  // namespace esplanade::core

// GCC 12's std::expected has no and_then; this is the project's one macro.
#define TRY(expr)                                                           \
  __extension__({                                                           \
    auto try_result = (expr);                                               \
    if (!try_result) return std::unexpected(std::move(try_result).error()); \
    *std::move(try_result);                                                 \
  })
