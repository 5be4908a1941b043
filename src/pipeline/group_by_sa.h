// Packets of one batch, brought together by SA: each SA's cryptography runs once over all of its
// packets, and their order within the SA stays.
#pragma once

#include "net/packet.h"

#include <algorithm>
#include <array>
#include <utility>

namespace esplanade::pipeline {

class GroupBySa {
 public:
  /// Takes those of `batch` that pass and have an SA; at most net::batch_max packets.
  explicit GroupBySa(std::span<const net::Packet> batch) noexcept {
    core::ensure(batch.size() <= net::batch_max);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto& packet = batch[i];
      if (!packet.passes() || packet.sa == core::SaIndex::none) continue;
      members_[size_++] = std::uint64_t{std::to_underlying(packet.sa)} << position_bits | i;
    }
    const auto members = std::span(members_).first(size_);
    if (!std::ranges::is_sorted(members)) std::ranges::sort(members);  // mostly one SA
  }

  /// Calls `act(SaIndex, positions)` for each SA; positions are those in the batch.
  template <class Act>
  void for_each(Act act) const {
    std::array<std::uint16_t, net::batch_max> positions{};
    for (std::size_t i = 0; i < size_;) {
      const auto sa = sa_of(members_[i]);
      std::size_t count = 0;
      for (; i < size_ && sa_of(members_[i]) == sa; ++i) {
        positions[count++] = static_cast<std::uint16_t>(members_[i]);
      }
      act(sa, std::span<const std::uint16_t>(positions).first(count));
    }
  }

 private:
  static constexpr unsigned position_bits = 16;
  [[nodiscard]] static auto sa_of(std::uint64_t member) noexcept -> core::SaIndex {
    return core::SaIndex{static_cast<std::uint32_t>(member >> position_bits)};
  }

  /// SA and position in the batch as one number, so that sorting keeps both in order.
  std::array<std::uint64_t, net::batch_max> members_{};
  std::size_t size_ = 0;
};

}  // namespace esplanade::pipeline
