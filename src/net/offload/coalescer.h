// Neighbours of one flow joined again into a packet that the system takes as one: the reverse of
// Segmenter, for a batch that is about to be written.
//
//   coalescer.for_each(packets, [&](const Train& train) { header, first packet, payloads of the
//   others });
//
// Joined are segments of TCP whose numbers follow each other and which say the same beside, and UDP
// datagrams of one size; the last may be shorter, and ends its train. Only what has a right
// checksum is joined, for the system does not look at it again. All else is a train of its own, and
// what belongs to one flow stays in order.
//
// Batch: at most batch_max.   Allocates: never.
#pragma once

#include "net/offload/virtio_header.h"
#include "net/packet.h"

namespace esplanade::net {

/// A packet that can be joined with others, as far as a look at its headers tells.
struct Car {
  std::uint8_t ip_size = 0;
  std::uint8_t header_size = 0;  ///< of IP and TCP or UDP
  bool is_tcp = false;
  bool is_last = false;    ///< nothing may follow: PSH
  std::uint64_t flow = 0;  ///< of addresses, ports and protocol; equal for equal ones
  std::uint32_t number = 0;
};

class Train {
 public:
  /// Of one packet, as it is.
  auto of(Packet& packet) noexcept -> const Train& {
    begin(packet, nullptr);
    return *this;
  }
  [[nodiscard]] auto packets() const noexcept -> std::span<Packet* const> {
    return std::span(packets_).first(count_);
  }
  /// To be written in front of it.
  [[nodiscard]] auto header() const noexcept -> const VirtioHeader& { return header_; }
  /// What of a packet behind the first one is written.
  [[nodiscard]] auto payload_of(const Packet& packet) const noexcept -> core::View {
    return core::View{packet.bytes()}.subspan(car_.header_size);
  }

 private:
  friend class Coalescer;

  void begin(Packet& packet, const Car* car) noexcept;
  [[nodiscard]] auto takes(const Packet& packet, const Car& car) const noexcept -> bool;
  void append(Packet& packet, const Car& car) noexcept;
  /// Its headers say what it has become.
  void finish() noexcept;
  [[nodiscard]] auto payload() const noexcept -> std::size_t;

  Car car_;  ///< the first; a flow of 0: nothing joins it
  VirtioHeader header_;
  std::uint32_t next_number_ = 0;
  std::uint16_t segment_size_ = 0;
  std::uint32_t octets_ = 0;
  bool is_closed_ = false;
  std::size_t count_ = 0;
  std::array<Packet*, batch_max> packets_;  // written as far as `count_`
};

class Coalescer {
 public:
  template <class Act>
  void for_each(std::span<Packet> packets, const Act& act) noexcept {
    for (auto& packet : packets) {
      if (packet.passes()) put(packet, act);
    }
    close_all(act);
  }

 private:
  static constexpr std::size_t most_open = 8;

  template <class Act>
  void put(Packet& packet, const Act& act) noexcept {
    Car car;
    if (!look_at(packet, car)) {
      close_all(act);  // it may be of any flow
      open(packet, nullptr);
      return close_all(act);
    }
    for (std::size_t i = 0; i < open_; ++i) {
      if (trains_[order_[i]].car_.flow != car.flow) continue;
      if (trains_[order_[i]].takes(packet, car)) return trains_[order_[i]].append(packet, car);
      close(i, act);
      break;
    }
    if (open_ == most_open) close(0, act);
    open(packet, &car);
  }
  /// False for what is joined with nothing.
  [[nodiscard]] static auto look_at(const Packet& packet, Car& car) noexcept -> bool;
  void open(Packet& packet, const Car* car) noexcept;
  template <class Act>
  void close(std::size_t i, const Act& act) noexcept {
    auto& train = trains_[order_[i]];
    train.finish();
    act(std::as_const(train));
    const auto freed = order_[i];
    for (; i + 1 < open_; ++i) order_[i] = order_[i + 1];
    order_[--open_] = freed;
  }
  template <class Act>
  void close_all(const Act& act) noexcept {
    while (open_ != 0) close(0, act);
  }

  std::size_t open_ = 0;
  std::array<std::uint8_t, most_open> order_{0, 1, 2, 3, 4, 5, 6, 7};  ///< the oldest first
  std::array<Train, most_open> trains_;
};

}  // namespace esplanade::net
