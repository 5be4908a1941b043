// The request and response discipline of one IKE SA (RFC 7296, 2.1 to 2.3): message IDs, windows
// both ways, retransmission of requests, and stored responses for requests that come again.
//
//   if (exchanges.has_room()) exchanges.start(exchanges.next_id(), datagrams, now, random);
//   switch (exchanges.judge(id)) { case Incoming::fresh: ... exchanges.answer(id, datagrams); }
//   for (auto& due : exchanges.due(now, random)) ...       // when next_deadline() has come
//
// It knows nothing of what messages mean.   Threads: its session's.
#pragma once

#include "core/bytes.h"
#include "core/random.h"
#include "core/time.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace esplanade::ike::exchange {

/// One message as it goes out: a datagram, or its fragments.
using Datagrams = std::vector<core::Bytes>;

/// Intervals between transmissions: first * base^n, each shortened by up to `jitter` of itself at
/// random; the last of `tries` retransmissions is waited for as long again.
struct RetransmitPolicy {
  core::Duration first{};
  double base = 1.8;
  std::uint32_t tries = 5;
  double jitter = 0.0;
};

enum class Incoming : std::uint8_t {
  fresh,
  duplicate,       ///< answered before: send the stored response again
  being_answered,  ///< taken, but the answer is not ready yet
  outside,         ///< beyond the window, or forgotten
};

class Exchanges {
 public:
  /// Requests are numbered from 0 both ways, but in tests of what happens when numbers run out.
  explicit Exchanges(const RetransmitPolicy& policy, std::uint32_t first_id = 0) noexcept
      : policy_(policy), next_id_(first_id), expected_(first_id) {}

  static constexpr std::uint32_t worn_at = 0x8000'0000;

  // requests of ours

  /// Their window lets another request out: the oldest that waits holds up those a whole window
  /// above it, however many between were answered (RFC 7296, 2.3).
  [[nodiscard]] auto has_room() const noexcept -> bool;
  [[nodiscard]] auto is_idle() const noexcept -> bool { return pending_.empty(); }
  [[nodiscard]] auto next_id() const noexcept -> std::uint32_t { return next_id_; }
  /// So many numbers are used that the IKE SA should be rekeyed, which starts them at 0 again: they
  /// must never wrap (RFC 7296, 2.2).
  [[nodiscard]] auto is_worn() const noexcept -> bool {
    return next_id_ >= worn_at || expected_ >= worn_at;
  }
  /// Message `id` was sent for the first time and waits for its response.
  void start(std::uint32_t id, Datagrams datagrams, core::Time now, core::Random& random);
  /// Puts other octets in place of a request that waits: IKE_SA_INIT with a cookie or another
  /// group keeps its message ID. Tries start anew.
  void restart(std::uint32_t id, Datagrams datagrams, core::Time now, core::Random& random);
  [[nodiscard]] auto is_pending(std::uint32_t id) const noexcept -> bool;
  /// The response to `id` came and was authentic.
  void finish(std::uint32_t id);
  /// From SET_WINDOW_SIZE of the peer; never shrinks (RFC 7296, 2.3).
  void widen_theirs(std::uint32_t window) noexcept;

  // requests of theirs

  [[nodiscard]] auto judge(std::uint32_t id) const noexcept -> Incoming;
  /// A fresh and authentic request was taken.
  void take(std::uint32_t id);
  void answer(std::uint32_t id, Datagrams datagrams);
  [[nodiscard]] auto stored(std::uint32_t id) const noexcept -> const Datagrams*;
  /// How many requests we take at once, once the peer was told.
  void widen_ours(std::uint32_t window) noexcept;

  // time

  struct Due {
    std::uint32_t id = 0;
    const Datagrams* again = nullptr;  ///< nullptr: all tries are used up
    std::uint32_t tries = 0;
  };
  [[nodiscard]] auto next_deadline() const noexcept -> std::optional<core::Time>;
  /// From the first transmission of a request to giving it up, jitter left out.
  [[nodiscard]] auto patience() const noexcept -> core::Duration;
  /// What is to be sent again at `now`. Those given up stay pending.
  [[nodiscard]] auto due(core::Time now, core::Random& random) -> std::vector<Due>;

 private:
  struct Pending {
    std::uint32_t id = 0;
    std::uint32_t tries = 0;
    core::Time next{};
    Datagrams datagrams;
  };
  struct Answer {
    std::uint32_t id = 0;
    bool is_ready = false;
    Datagrams datagrams;
  };

  [[nodiscard]] auto interval(std::uint32_t tries, core::Random& random) const -> core::Duration;
  [[nodiscard]] auto find_answer(std::uint32_t id) const noexcept -> const Answer*;
  void slide() noexcept;

  RetransmitPolicy policy_;
  std::uint32_t next_id_;
  std::uint32_t their_window_ = 1;
  std::vector<Pending> pending_;

  std::uint32_t our_window_ = 1;
  std::uint32_t expected_;       ///< the lowest of their requests that has not come
  std::vector<Answer> answers_;  ///< of [expected_ - our_window_, expected_ + our_window_)
};

}  // namespace esplanade::ike::exchange
