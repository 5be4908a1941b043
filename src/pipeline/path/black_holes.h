// Paths that swallow large packets and say nothing, because somebody filters ICMP (RFC 2923, 2.1).
//
// The peer does not acknowledge what an SA carries, dummy packets least of all, so there is nothing
// a probe of ours could wait for. But TCP inside acknowledges: a large segment that is sent again
// and again has not arrived. What RFC 8899, 4.3 counts of its own probes is counted here of the
// traffic itself.
//
//   if (holes.is_swallowed(datagram, octets, now)) sa.path_mtu.learn(BlackHoles::base_mtu(...),
//   now);
//
// A place for each hash: a newer segment takes it from an older one.
//
// Allocates: when made.   Threads: one worker.
#pragma once

#include "core/time.h"
#include "net/datagram.h"

#include <optional>
#include <vector>

namespace esplanade::pipeline {

class BlackHoles {
 public:
  static constexpr std::size_t places = 1024;
  /// Sent as often, over as long, without an answer; RFC 8899, 5.1.2 has three probes. TCP waits
  /// 0.2, 0.4 and 0.8 s before its first repetitions, and the first time may not have been seen
  /// here: what is new in its flow is let by (outbound_road).
  static constexpr unsigned sent_at_most = 3;
  static constexpr core::Duration over_at_least = std::chrono::seconds(1);
  static constexpr core::Duration forgotten_after = std::chrono::seconds(30);
  /// Packets no larger than this pass every path we count with.
  static constexpr std::size_t smallest = 512;

  BlackHoles() : seen_(places) {}

  /// `octets` hold `datagram`, which leaves. True for a TCP segment with data that has left so
  /// often that its path may swallow its size.
  [[nodiscard]] auto is_swallowed(const net::Datagram& datagram, core::View octets,
                                  core::Time now) noexcept -> bool;

  /// What is tried next on a path that swallows outer datagrams of `size` octets: 1280, which
  /// nearly all carry (RFC 8899, 5.1.2: BASE_PLPMTU), and then what all do.
  [[nodiscard]] static constexpr auto base_mtu(std::size_t size) noexcept -> std::uint16_t {
    return size > 1280 ? 1280 : 576;
  }

 private:
  struct Seen {
    std::uint64_t segment = 0;
    unsigned count = 0;
    core::Time first;
  };
  std::vector<Seen> seen_;
};

}  // namespace esplanade::pipeline
