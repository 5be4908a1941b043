// ICMP errors for those whose packets were too big, or are not let through by policy, written into
// packets of their own and at most so many a second of both together (RFC 4443, 2.4 f; RFC 1812,
// 4.3.2.8; RFC 4301, 5.1.1).
//
//   answers.tell_largest(octets, datagram, largest, now);
//   answers.tell_prohibited(octets, datagram, now);
//   tun.write(answers.take());
//
// They come from where the packet was going: the way back to that address leads through the TUN, so
// that a host which checks the sources of what it receives (rp_filter) takes them.
//
// Allocates: when made.   Threads: one worker.
#pragma once

#include "core/rate.h"
#include "net/datagram.h"
#include "net/packet.h"

namespace esplanade::pipeline {

class ErrorAnswers {
 public:
  static constexpr unsigned per_second = 100;  ///< and no more at once
  static constexpr std::size_t waiting_at_most = 16;

  ErrorAnswers();

  /// `octets` hold `datagram`, whose source is to learn that no more than `mtu` octets fit. Left
  /// out where no error may be sent, or there were too many.
  void tell_largest(core::View octets, const net::Datagram& datagram, std::uint16_t mtu,
                    core::Time now) noexcept;
  /// The same, and its source is to learn that policy forbids it.
  void tell_prohibited(core::View octets, const net::Datagram& datagram, core::Time now) noexcept;
  /// Those put since it was last asked; good until the next is told.
  [[nodiscard]] auto take() noexcept -> std::span<net::Packet>;

 private:
  /// Room for one more answer; nullptr where there may be none.
  [[nodiscard]] auto place_for(core::View octets, const net::Datagram& datagram,
                               core::Time now) noexcept -> net::Packet*;

  net::Arena arena_;
  std::size_t count_ = 0;
  core::Rate rate_{{.per_second = per_second, .burst = per_second}};
};

}  // namespace esplanade::pipeline
