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
    if (is_of_one_sa(batch)) {
      one_ = batch.size();
      groups_[0].sa = batch[0].sa;
      return;
    }
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const auto& packet = batch[i];
      if (packet.passes() && packet.sa != core::SaIndex::none) put(packet.sa, i);
    }
  }

  /// Calls `act(SaIndex, positions)` for each SA, in the order of their first packets; positions
  /// are those in the batch.
  template <class Act>
  void for_each(const Act& act) const {
    for_each([](core::SaIndex) {}, act);
  }
  /// The same, and `ahead(SaIndex)` some SAs before it is the turn of one: to ask for memory.
  template <class Ahead, class Act>
  void for_each(const Ahead& ahead, const Act& act) const {
    if (one_ != 0) return act(groups_[0].sa, std::span(in_order).first(one_));
    std::array<std::uint16_t, net::batch_max> positions;
    for (std::size_t group = 1; group < std::min(size_, lead); ++group) ahead(groups_[group].sa);
    for (std::size_t group = 0; group < size_; ++group) {
      if (group + lead < size_) ahead(groups_[group + lead].sa);
      std::size_t count = 0;
      for (auto at = groups_[group].first;; at = next_[at]) {
        positions[count++] = at;
        if (at == groups_[group].last) break;
      }
      act(groups_[group].sa, std::span<const std::uint16_t>(positions).first(count));
    }
  }

 private:
  struct Group {
    core::SaIndex sa;
    std::uint16_t first, last;  ///< of a chain through next_
  };

  static constexpr auto in_order = [] {
    std::array<std::uint16_t, net::batch_max> positions{};
    for (std::size_t i = 0; i < positions.size(); ++i) positions[i] = static_cast<std::uint16_t>(i);
    return positions;
  }();

  /// As most are: all pass, and all have the same.
  [[nodiscard]] static auto is_of_one_sa(std::span<const net::Packet> batch) noexcept -> bool {
    if (batch.empty() || batch[0].sa == core::SaIndex::none) return false;
    return std::ranges::all_of(batch, [&](const net::Packet& packet) {
      return packet.passes() && packet.sa == batch[0].sa;
    });
  }

  void put(core::SaIndex sa, std::size_t position) noexcept {
    const auto at = static_cast<std::uint16_t>(position);
    auto& group = groups_[newest_];
    if (size_ != 0 && group.sa == sa) return append(group, at);
    put_in_place(sa, at);
  }
  void append(Group& group, std::uint16_t at) noexcept {
    next_[group.last] = at;
    group.last = at;
  }
  void put_in_place(core::SaIndex sa, std::uint16_t at) noexcept {
    auto place = std::to_underlying(sa) % places;
    for (; by_sa_[place] != 0; place = (place + 1) % places) {
      newest_ = by_sa_[place] - std::size_t{1};
      if (groups_[newest_].sa == sa) return append(groups_[newest_], at);
    }
    groups_[size_] = {sa, at, at};
    newest_ = size_++;
    by_sa_[place] = static_cast<std::uint8_t>(size_);
  }

  static constexpr std::size_t lead = 10;
  static constexpr std::size_t places = 2 * net::batch_max;

  std::array<std::uint8_t, places> by_sa_{};  ///< a group's number, from 1; 0: none
  std::size_t one_ = 0;                       ///< packets of a batch that is all of one SA
  std::size_t size_ = 0;
  std::size_t newest_ = 0;
  // Written as far as `size_`, and as far as chains go.
  std::array<Group, net::batch_max> groups_;
  std::array<std::uint16_t, net::batch_max> next_;
};

}  // namespace esplanade::pipeline
