// Neighbours of a batch that have one SA and one verdict, so that they are counted at once.
#pragma once

#include "net/packet.h"

namespace esplanade::pipeline {

/// act(first, count) for each run, from the first on.
template <class Act>
void for_each_run(std::span<const net::Packet> batch, const Act& act) {
  for (std::size_t i = 0; i < batch.size();) {
    const auto& first = batch[i];
    auto end = i + 1;
    while (end < batch.size() && batch[end].sa == first.sa && batch[end].verdict == first.verdict) {
      ++end;
    }
    act(first, end - i);
    i = end;
  }
}

}  // namespace esplanade::pipeline
