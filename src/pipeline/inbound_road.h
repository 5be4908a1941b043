// The inbound road of one worker: from ESP or AH to the packets it carried (RFC 4301, 5.2).
//
//   read -> run(): find ESP or AH -> SA by SPI -> group by SA -> esp::open or ah::open
//        -> selectors -> write -> account()
//
// What an SA in transport mode has carried and is ESP or AH again goes once more through run().
//
// Batch: at most net::batch_max.   Threads: one worker; counters may be read by others.
// Allocates: when made, never after.
#pragma once

#include "core/time.h"
#include "ipsec/counters.h"
#include "ipsec/inbound.h"
#include "net/packet.h"
#include "pipeline/first_fragments.h"
#include "pipeline/notice.h"
#include "pipeline/tables.h"

namespace esplanade::pipeline {

class InboundRoad {
 public:
  /// SAs inside each other that one packet may have.
  static constexpr unsigned deepest_nesting = 4;

  explicit InboundRoad(NoticeSink& notices) : notices_(notices) {}

  /// Each packet becomes the datagram it carried or gets the verdict it was dropped with.
  void run(Tables& tables, std::span<net::Packet> batch, core::Time now) noexcept;
  /// Counts what became of each packet, per SA and in all, and notes the drops.
  void account(Tables& tables, std::span<const net::Packet> batch) noexcept;

  [[nodiscard]] auto verdicts() const noexcept -> const ipsec::VerdictCounters& {
    return verdicts_;
  }

 private:
  void run_level(Tables& tables, std::span<net::Packet> batch, core::Time now,
                 unsigned level) noexcept;
  void open_group(core::SaIndex index, ipsec::InboundSa& sa,
                  std::span<const ipsec::Inbound> members, core::Time now) noexcept;
  void open_nested(Tables& tables, std::span<net::Packet> one, core::Time now,
                   unsigned level) noexcept;
  /// The datagram that an SA has opened, if its selectors admit it.
  [[nodiscard]] auto verify(const ipsec::InboundSa& sa, core::View packet, core::Time now) noexcept
      -> std::expected<net::Datagram, net::Verdict>;

  NoticeSink& notices_;
  FirstFragments first_fragments_;
  ipsec::VerdictCounters verdicts_;
};

}  // namespace esplanade::pipeline
