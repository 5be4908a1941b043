// Puts a fragmented message together again (RFC 7383, 2.6). Only fragments whose ICV verified come
// here, so nobody but the peer can make it keep anything.
//
// Errors: bad_value (number 0 or beyond the total), exhausted (more than `largest_message`).
#pragma once

#include "core/bytes.h"
#include "core/time.h"
#include "iana/ikev2_messages.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

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
  /// larger total starts anew (RFC 7383, 2.6). `most_unfinished` messages are kept; one more
  /// replaces the oldest.
  [[nodiscard]] auto add(const Fragment& fragment, core::Bytes text, core::Time now)
      -> core::Result<std::optional<Whole>>;
  /// This fragment is there already: it need not be opened.
  [[nodiscard]] auto has(const Fragment& fragment) const noexcept -> bool;

  /// Drops what was begun at `time` or before and is not whole (RFC 7383, 2.6).
  void forget_until(core::Time time);
  [[nodiscard]] auto oldest() const noexcept -> std::optional<core::Time>;

  /// Of messages begun and not whole.
  [[nodiscard]] auto unfinished() const noexcept -> std::size_t { return messages_.size(); }

  static constexpr std::size_t most_unfinished = 8;

 private:
  struct Parts {
    core::Time begun{};
    std::uint32_t message_id = 0;
    bool is_response = false;
    std::uint16_t total = 0;
    std::size_t size = 0;
    iana::PayloadType first_inner{};
    std::map<std::uint16_t, core::Bytes> texts;
  };

  [[nodiscard]] auto find(const Fragment& fragment) const noexcept
      -> std::vector<Parts>::const_iterator;
  [[nodiscard]] auto open(const Fragment& fragment, core::Time now) -> std::vector<Parts>::iterator;

  std::vector<Parts> messages_;  ///< oldest first
};

}  // namespace esplanade::ike::exchange
