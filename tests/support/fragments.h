// A datagram cut into fragments, each in octets of its own.
#pragma once

#include "net/fragment.h"

#include <vector>

namespace esplanade::test {

/// In their order, with 0xabcdef for an ID where they have none; none where the datagram cannot be
/// cut so.
[[nodiscard]] inline auto cut(core::View datagram, std::size_t largest)
    -> std::vector<core::Bytes> {
  std::vector<core::Bytes> fragments;
  const auto cutter = net::Fragmenter::of(datagram, {.largest = largest, .id = 0xabcdef});
  if (!cutter) return fragments;
  for (std::size_t i = 0; i < cutter->count(); ++i) {
    core::Bytes room(cutter->count() == 1 ? datagram.size() : largest);
    room.resize(cutter->write(i, room));
    fragments.push_back(std::move(room));
  }
  return fragments;
}

}  // namespace esplanade::test
