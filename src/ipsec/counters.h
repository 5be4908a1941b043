// Packets by verdict, for one SA or for a whole road. One writer, many readers.
#pragma once

#include "core/counter.h"
#include "net/verdict.h"

#include <array>
#include <utility>

namespace esplanade::ipsec {

class VerdictCounters {
 public:
  void count(net::Verdict verdict, std::uint64_t packets = 1) noexcept { at(verdict).add(packets); }
  [[nodiscard]] auto value(net::Verdict verdict) const noexcept -> std::uint64_t {
    return counters_[std::to_underlying(verdict)].value();
  }
  void continue_from(const VerdictCounters& before) noexcept {
    for (std::size_t i = 0; i < counters_.size(); ++i) {
      counters_[i].set(before.counters_[i].value());
    }
  }

 private:
  auto at(net::Verdict verdict) noexcept -> core::Counter& {
    return counters_[std::to_underlying(verdict)];
  }

  std::array<core::Counter, net::verdict_count> counters_;
};

}  // namespace esplanade::ipsec
