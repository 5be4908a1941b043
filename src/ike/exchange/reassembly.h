// Puts a fragmented message together again (RFC 7383, 2.6). Only fragments whose ICV verified come
// here, so nobody but the peer can make it keep anything.
//
// Errors: bad_value (number 0 or beyond the total), exhausted (more than `largest_message`).
#pragma once

#include "core/bytes.h"
#include "iana/ikev2_messages.h"

#include <cstdint>
#include <map>
#include <optional>

namespace esplanade::ike::exchange {

/// Longest whole message we take: a UDP datagram could not hold more.
inline constexpr std::size_t largest_message = 65535;

struct Fragment {
  std::uint32_t message_id = 0;
  bool is_response = false;
  std::uint16_t number = 0;
  std::uint16_t total = 0;
  iana::PayloadType first_inner{};
};

struct Whole {
  iana::PayloadType first_inner{};
  core::Bytes chain;
};

class Reassembly {
 public:
  /// A fragment that was there already, or one of a smaller total than the others, is left out; a
  /// larger total starts anew (RFC 7383, 2.6); another message replaces an unfinished one of the
  /// same direction.
  [[nodiscard]] auto add(const Fragment& fragment, core::Bytes text)
      -> core::Result<std::optional<Whole>>;
  /// This fragment is there already: it need not be opened.
  [[nodiscard]] auto has(const Fragment& fragment) const noexcept -> bool;

 private:
  struct Parts {
    std::uint32_t message_id = 0;
    std::uint16_t total = 0;
    std::size_t size = 0;
    iana::PayloadType first_inner{};
    std::map<std::uint16_t, core::Bytes> texts;
  };

  std::optional<Parts> requests_, responses_;
};

}  // namespace esplanade::ike::exchange
