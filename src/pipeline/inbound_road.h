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

#include "core/inplace_vector.h"
#include "core/time.h"
#include "ipsec/counters.h"
#include "ipsec/inbound.h"
#include "net/packet.h"
#include "pipeline/arrival_check.h"
#include "pipeline/fragments/reassembly.h"
#include "pipeline/notice.h"
#include "pipeline/quick/front.h"
#include "pipeline/tables.h"

#include <memory>

namespace esplanade::pipeline {

/// Whether the ports hand on fragments of ESP and AH, or a system has put them together.
enum class OuterFragments : std::uint8_t { refuse, reassemble };

class InboundRoad {
 public:
  /// SAs inside each other that one packet may have.
  static constexpr unsigned deepest_nesting = 4;

  explicit InboundRoad(NoticeSink& notices, OuterFragments fragments = OuterFragments::refuse);

  /// Each packet becomes the datagram it carried or gets the verdict it was dropped with.
  void run(Tables& tables, std::span<net::Packet> batch, core::Time now) noexcept;
  /// Counts what became of each packet, per SA and in all, and notes the drops.
  void account(Tables& tables, std::span<const net::Packet> batch) noexcept;

  [[nodiscard]] auto verdicts() const noexcept -> const ipsec::VerdictCounters& {
    return verdicts_;
  }

 private:
  /// The SAs of a batch, each asked for soon.
  void find_all(const Tables& tables, Front& front, std::span<net::Packet> batch,
                core::Time now) noexcept;
  void find_sa(const Tables& tables, SaFinder& finder, net::Packet& packet, ipsec::Place& place,
               core::Time now) noexcept;
  /// Makes `packet` the whole of what it is the last missing fragment of.
  [[nodiscard]] auto reassemble(net::Packet& packet, core::Time now) noexcept -> net::Verdict;
  void run_level(Tables& tables, std::span<net::Packet> batch, core::Time now,
                 unsigned level) noexcept;
  /// A batch on its way, and what of it turns out to be protected once more.
  struct Walk {
    Tables& tables;
    std::span<net::Packet> batch;
    core::Time now;
    unsigned level;
    Front front;
    core::InplaceVector<std::uint16_t, net::batch_max> nested;
  };
  /// Those of one SA, each admitted or dropped.
  void open_and_admit(Walk& walk, core::SaIndex index,
                      std::span<const std::uint16_t> positions) noexcept;
  void open_group(core::SaIndex index, ipsec::InboundSa& sa,
                  std::span<const ipsec::Inbound> members, core::Time now) noexcept;
  void open_nested(Tables& tables, std::span<net::Packet> one, core::Time now,
                   unsigned level) noexcept;

  NoticeSink& notices_;
  std::unique_ptr<Reassembly> reassembly_;  ///< absent where fragments are refused
  ArrivalCheck arrivals_;
  ipsec::VerdictCounters verdicts_;
};

}  // namespace esplanade::pipeline
