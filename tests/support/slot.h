// Packets in slots of their own, and batches of them.
#pragma once

#include "net/packet.h"

#include <vector>

namespace esplanade::test {

/// A slot that holds `datagram` behind the usual headroom. Movable: its octets stay in place.
class Slot {
 public:
  explicit Slot(core::View datagram, std::size_t slot_size = 16384)
      : octets_(slot_size, std::byte{0xee}), packet{.slot = octets_} {
    core::copy(datagram, packet.reset());
    packet.size = static_cast<std::uint16_t>(datagram.size());
  }
  [[nodiscard]] auto bytes() const -> core::Bytes {
    return {packet.bytes().begin(), packet.bytes().end()};
  }

 private:
  core::Bytes octets_;

 public:
  net::Packet packet;
};

/// Packets of one arena, as a port reads them.
class Batch {
 public:
  explicit Batch(const std::vector<core::Bytes>& datagrams, std::size_t slot_size = 16384)
      : arena_(slot_size, datagrams.size()) {
    for (std::size_t i = 0; i < datagrams.size(); ++i) {
      auto& packet = arena_.packets()[i];
      core::copy(datagrams[i], packet.reset());
      packet.size = static_cast<std::uint16_t>(datagrams[i].size());
    }
  }
  [[nodiscard]] auto packets() -> std::span<net::Packet> { return arena_.packets(); }
  [[nodiscard]] auto bytes(std::size_t i) -> core::Bytes {
    const auto octets = packets()[i].bytes();
    return {octets.begin(), octets.end()};
  }
  [[nodiscard]] auto all_bytes() -> std::vector<core::Bytes> {
    std::vector<core::Bytes> all;
    for (std::size_t i = 0; i < packets().size(); ++i) all.push_back(bytes(i));
    return all;
  }
  [[nodiscard]] auto verdicts() -> std::vector<net::Verdict> {
    std::vector<net::Verdict> all;
    for (const auto& packet : packets()) all.push_back(packet.verdict);
    return all;
  }

 private:
  net::Arena arena_;
};

/// What became of one packet.
struct Outcome {
  net::Verdict verdict{};
  Bytes bytes;
  auto operator==(const Outcome&) const -> bool = default;
};

}  // namespace esplanade::test
