// The outbound road of one worker: from clear packets to ESP (RFC 4301, 5.1).
//
//   read -> run(): classify by the SPD -> group by SA -> esp::seal -> write -> account()
//
// account() comes after the writing, so that what the system refused is counted too.
//
// Batch: at most net::batch_max.   Threads: one worker; counters may be read by others.
// Allocates: never.
#pragma once

#include "esp/seal.h"
#include "ipsec/counters.h"
#include "pipeline/notice.h"
#include "pipeline/tables.h"

namespace esplanade::pipeline {

class OutboundRoad {
 public:
  explicit OutboundRoad(NoticeSink& notices) noexcept : notices_(notices) {}

  /// Each packet becomes an outer datagram or gets the verdict it was dropped with.
  void run(Tables& tables, std::span<net::Packet> batch, esp::SealEnv env) noexcept;
  /// Counts what became of each packet, per SA and in all, and notes the drops.
  void account(Tables& tables, std::span<const net::Packet> batch) noexcept;

  [[nodiscard]] auto verdicts() const noexcept -> const ipsec::VerdictCounters& {
    return verdicts_;
  }

 private:
  NoticeSink& notices_;
  ipsec::VerdictCounters verdicts_;
};

}  // namespace esplanade::pipeline
