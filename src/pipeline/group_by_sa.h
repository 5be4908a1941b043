// Packets of one batch, brought together by SA: each SA's cryptography runs once over all of its
// packets, and their order within the SA stays.
#pragma once

#include "net/packet.h"

#include <algorithm>
#include <array>

namespace esplanade::pipeline {

/// Walks a batch while the headers of the packets ahead are on their way to the cache.
template <class Act>
void for_each_prefetched(std::span<net::Packet> batch, Act act) {
  constexpr std::size_t ahead = 4;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (i + ahead < batch.size()) batch[i + ahead].prefetch();
    act(i);
  }
}

class GroupBySa {
 public:
  /// Takes those of `batch` that pass and have an SA; at most net::batch_max packets.
  explicit GroupBySa(std::span<const net::Packet> batch) noexcept {
    core::ensure(batch.size() <= net::batch_max);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto& packet = batch[i];
      if (!packet.passes() || packet.sa == core::SaIndex::none) continue;
      members_[size_++] = {packet.sa, static_cast<std::uint16_t>(i)};
    }
    const auto members = std::span(members_).first(size_);
    if (!std::ranges::is_sorted(members)) std::ranges::sort(members);  // mostly one SA
  }

  /// Calls `act(SaIndex, positions)` for each SA; positions are those in the batch.
  template <class Act>
  void for_each(Act act) const {
    std::array<std::uint16_t, net::batch_max> positions{};
    for (std::size_t i = 0; i < size_;) {
      const auto sa = members_[i].sa;
      std::size_t count = 0;
      for (; i < size_ && members_[i].sa == sa; ++i) positions[count++] = members_[i].position;
      act(sa, std::span<const std::uint16_t>(positions).first(count));
    }
  }

 private:
  struct Member {
    core::SaIndex sa = core::SaIndex::none;
    std::uint16_t position = 0;
    auto operator<=>(const Member&) const = default;
  };
  std::array<Member, net::batch_max> members_{};
  std::size_t size_ = 0;
};

}  // namespace esplanade::pipeline
