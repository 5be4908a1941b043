// Packets in an arena of equal slots. A packet never moves: headers grow to the front, into the
// headroom; padding and ICV to the back. It holds one whole IP datagram, header included.
//
//   | headroom ........ | begin -> IP header, payload <- size | ........ tailroom |
//   |<------------------------------- slot ------------------------------------->|
//
// Threads: a packet belongs to one worker.   Allocates: the Arena once, packets never.
#pragma once

#include "core/bytes.h"
#include "core/ids.h"
#include "net/verdict.h"

#include <memory>
#include <vector>

namespace esplanade::net {

/// Packets a stage sees at once; crypto gains nothing from more, latency loses.
inline constexpr std::size_t batch_max = 64;

/// Room in front of a packet for the deepest nesting we build.
inline constexpr std::size_t headroom = 256;
namespace nesting {
inline constexpr std::size_t ethernet_and_vlan = 18, virtio = 12, ipv6 = 40, udp = 8, esp = 8,
                             longest_iv = 16, longest_ah = 12 + 64;
static_assert(ethernet_and_vlan + virtio + ipv6 + udp + esp + longest_iv  // the outer tunnel
                  + longest_ah + esp + longest_iv                         // what it may carry
              <= headroom);
}  // namespace nesting

struct Packet {
  core::MutableView slot;
  std::uint16_t begin = headroom;
  std::uint16_t size = 0;
  core::SaIndex sa = core::SaIndex::none;
  Verdict verdict = Verdict::pass;

  [[nodiscard]] auto bytes() const noexcept -> core::MutableView {
    return slot.subspan(begin, size);
  }
  [[nodiscard]] auto room_in_front() const noexcept -> std::size_t { return begin; }
  [[nodiscard]] auto room_behind() const noexcept -> std::size_t {
    return slot.size() - begin - size;
  }
  /// Makes the packet `count` octets longer in front or behind and returns them, uninitialised.
  /// The caller has asked for the room before.
  auto push_front(std::size_t count) noexcept -> core::MutableView {
    core::ensure(count <= room_in_front());
    begin = static_cast<std::uint16_t>(begin - count);
    size = static_cast<std::uint16_t>(size + count);
    return slot.subspan(begin, count);
  }
  auto push_back(std::size_t count) noexcept -> core::MutableView {
    core::ensure(count <= room_behind());
    size = static_cast<std::uint16_t>(size + count);
    return slot.subspan(std::size_t{begin} + size - count, count);
  }
  /// Takes `count` octets, which the packet must have, off its front or back.
  void pop_front(std::size_t count) noexcept {
    core::ensure(count <= size);
    begin = static_cast<std::uint16_t>(begin + count);
    size = static_cast<std::uint16_t>(size - count);
  }
  void pop_back(std::size_t count) noexcept {
    core::ensure(count <= size);
    size = static_cast<std::uint16_t>(size - count);
  }
  /// Empty again, ready to be read into: everything behind the headroom. The reader sets `size`.
  auto reset() noexcept -> core::MutableView {
    *this = Packet{.slot = slot};
    return slot.subspan(headroom);
  }

  /// Asks for the first header to be in the cache soon.
  void prefetch() const noexcept { __builtin_prefetch(slot.data() + begin); }

  void drop(Verdict why) noexcept { verdict = why; }
  [[nodiscard]] auto passes() const noexcept -> bool { return verdict == Verdict::pass; }
};
static_assert(sizeof(Packet) == 32);

/// Slots for `count` packets of `slot_size` octets each (from headroom to 65535), in one
/// allocation. Each slot begins on a cache line, so no two share one.
class Arena {
 public:
  static constexpr std::size_t alignment = 64;

  Arena(std::size_t slot_size, std::size_t count);
  [[nodiscard]] auto packets() noexcept -> std::span<Packet> { return packets_; }

 private:
  struct Release {
    void operator()(std::byte* octets) const noexcept;
  };
  std::unique_ptr<std::byte[], Release> octets_;
  std::vector<Packet> packets_;
};

}  // namespace esplanade::net
