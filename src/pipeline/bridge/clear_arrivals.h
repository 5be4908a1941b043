// What comes in unprotected and is not for this system: SPD-I (RFC 4301, 5.2 step 3a). It passes as
// it is where policy says BYPASS, and in no other case. That holds for ESP and AH that others are
// to open, too (5.2 step 2).
//
//   read -> run() -> write -> account()
//
// Later fragments, which show no ports, are judged by what their first one has shown; where that is
// not known, by what they show.
//
// Batch: at most net::batch_max.   Threads: one worker; counters may be read by others.
// Allocates: when made, never after.
#pragma once

#include "ipsec/counters.h"
#include "net/packet.h"
#include "pipeline/first_fragments.h"
#include "pipeline/notice.h"
#include "pipeline/tables.h"

namespace esplanade::pipeline {

class ClearArrivals {
 public:
  explicit ClearArrivals(NoticeSink& notices) : notices_(notices) {}

  /// Each packet stays as it is, or gets the verdict it was dropped with.
  void run(const Tables& tables, std::span<net::Packet> batch, core::Time now) noexcept;
  /// Counts what became of each packet, and notes the drops.
  void account(std::span<const net::Packet> batch) noexcept;

  [[nodiscard]] auto verdicts() const noexcept -> const ipsec::VerdictCounters& {
    return verdicts_;
  }

 private:
  [[nodiscard]] auto judge(const Tables& tables, const net::Packet& packet, core::Time now) noexcept
      -> net::Verdict;

  NoticeSink& notices_;
  FirstFragments first_fragments_;
  ipsec::VerdictCounters verdicts_;
};

}  // namespace esplanade::pipeline
