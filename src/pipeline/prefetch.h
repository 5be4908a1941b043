// Walking a batch without waiting for memory at every packet.
#pragma once

#include "net/packet.h"

namespace esplanade::pipeline {

/// Walks a batch while the headers of the packets ahead are on their way to the cache, and as long
/// as `act` answers true: for how many it did, from the first on.
template <class Act>
[[nodiscard]] auto count_while_prefetched(std::span<const net::Packet> batch, Act act)
    -> std::size_t {
  constexpr std::size_t ahead = 4;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (i + ahead < batch.size()) batch[i + ahead].prefetch();
    if (!act(i)) return i;
  }
  return batch.size();
}

/// Walks all of it.
template <class Act>
void for_each_prefetched(std::span<const net::Packet> batch, Act act) {
  (void)count_while_prefetched(batch, [&](std::size_t i) {
    act(i);
    return true;
  });
}

}  // namespace esplanade::pipeline
