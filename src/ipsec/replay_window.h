// Anti-replay window of one inbound SA: RFC 4303, 3.4.3 and appendix A2; layout after RFC 6479.
//
//      forgotten     |         window: size() numbers         |        ahead
//   -----------------|========================================|------------------>  seq
//             top - size() + 1                               top
//
// Call check() before decryption and commit() after the ICV verified, so that a forged packet
// never moves the window (ESP-3.4.3-05).
//
// Units:    Seq64 is the full 64-bit number in host order; `low` is its 32 bits on the wire.
// Errors:   a refusal is data (ReplayError); the caller counts it.
// Threads:  none; an SA belongs to one worker.       Allocates: when made, never after.
#pragma once

#include "core/ids.h"

#include <algorithm>
#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

namespace esplanade::ipsec {

enum class ReplayError : std::uint8_t { forgotten, duplicate };

class ReplayWindow {
 public:
  /// Narrowest the RFC allows (4303, 3.4.3), and the widest for which inference is sound with
  /// room to spare (appendix A2 wants it far below 2^31).
  static constexpr std::uint32_t min_size = 32;
  static constexpr std::uint32_t max_size = 1U << 20;

  /// `size` within the two limits above.
  explicit ReplayWindow(std::uint32_t size);

  /// Would `seq` be accepted? Changes nothing.
  [[nodiscard]] auto check(core::Seq64 seq) const noexcept -> std::expected<void, ReplayError>;

  /// Marks `seq` as seen; refuses it if another packet of the batch was faster.
  [[nodiscard]] auto commit(core::Seq64 seq) noexcept -> std::expected<void, ReplayError>;

  /// The full number a sender must have meant by `low` (RFC 4303, A2.2); not yet trusted. Nothing
  /// if it would lie before the first number there is (ESP-A2-02).
  [[nodiscard]] auto infer(std::uint32_t low) const noexcept -> std::optional<core::Seq64>;

  /// Remembers what `before` has seen, as far as this window reaches. For an SA that is made anew
  /// with the same keys; this window is fresh.
  void continue_from(const ReplayWindow& before) noexcept;

  /// Asks for the words at its upper end to be in the cache soon.
  void prefetch() const noexcept {
    __builtin_prefetch(&seen_[top_.value / bits_per_word & (seen_.size() - 1)]);
  }
  [[nodiscard]] auto size() const noexcept -> std::uint32_t { return size_; }
  [[nodiscard]] auto top() const noexcept -> core::Seq64 { return top_; }

 private:
  static constexpr auto bits_per_word = std::uint64_t{64};
  [[nodiscard]] static constexpr auto bit_of(core::Seq64 seq) noexcept -> std::uint64_t {
    return std::uint64_t{1} << (seq.value % bits_per_word);
  }

  std::uint32_t size_;
  core::Seq64 top_{};
  /// A ring of bits, a power of two of words: the one ahead of the window is always being cleared.
  std::vector<std::uint64_t> seen_;
};

inline auto ReplayWindow::check(core::Seq64 seq) const noexcept
    -> std::expected<void, ReplayError> {
  if (seq > top_) return {};
  if (top_.value - seq.value >= size_) return std::unexpected(ReplayError::forgotten);
  const auto word = seq.value / bits_per_word & (seen_.size() - 1);
  if (seen_[word] & bit_of(seq)) return std::unexpected(ReplayError::duplicate);
  return {};
}

inline auto ReplayWindow::commit(core::Seq64 seq) noexcept -> std::expected<void, ReplayError> {
  if (auto fresh = check(seq); !fresh) return fresh;
  const auto mask = seen_.size() - 1;
  if (seq > top_) {
    const auto from = top_.value / bits_per_word;
    const auto to = std::min(seq.value / bits_per_word, from + seen_.size());
    for (auto word = from + 1; word <= to; ++word) seen_[word & mask] = 0;
    top_ = seq;
  }
  seen_[seq.value / bits_per_word & mask] |= bit_of(seq);
  return {};
}

}  // namespace esplanade::ipsec
