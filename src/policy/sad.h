// The Security Association Database (RFC 4301, 4.4.2): outbound SAs by index, inbound ones also
// by SPI.
//
//   sad.add(std::move(inbound_sa));                 // by hand: stays as long as the database
//   sad.install(std::move(inbound_sa));             // by IKE: comes and goes
//   if (auto index = sad.find_inbound(spi); index != SaIndex::none) ...
//
//   index = sad.find_for_group({spi, protocol, dst, src});  // of a packet to a multicast address
//
// The SPIs IKE gives away are made of a slot of this database (slot_bits) and a random part that is
// compared, so finding one takes no hash; those set by hand stand in one that is asked second.
//
// Threads: one worker owns database and SAs; counters of an SA may be read by others.
#pragma once

#include "ipsec/inbound_sa.h"
#include "ipsec/outbound_sa.h"

#include <memory>
#include <unordered_map>
#include <vector>

namespace esplanade::policy {

/// What names the SA of a packet to a group.
struct GroupPacket {
  core::Spi spi{};
  sa::Protocol protocol{};
  net::Address dst, src;
};

class Sad {
 public:
  /// Low bits of an SPI of ours that name its slot; the others are random and not all zero.
  static constexpr unsigned slot_bits = 20;

  auto add(std::shared_ptr<ipsec::OutboundSa> sa) -> core::SaIndex;
  /// An SPI that is taken already is a bug: configuration refuses it. SAs of groups, which their
  /// destination and perhaps their source name too, do not take it from others.
  auto add(std::shared_ptr<ipsec::InboundSa> sa) -> core::SaIndex;

  auto install(std::shared_ptr<ipsec::OutboundSa> sa) -> core::SaIndex;
  /// A slot that is taken already is a bug: SPIs are handed out by slot.
  auto install(std::shared_ptr<ipsec::InboundSa> sa) -> core::SaIndex;
  /// Gives an installed SA back, so that the caller decides where it ends.
  [[nodiscard]] auto remove_outbound(core::SaIndex index) -> std::shared_ptr<ipsec::OutboundSa>;
  [[nodiscard]] auto remove_inbound(core::SaIndex index) -> std::shared_ptr<ipsec::InboundSa>;
  /// All that was installed in `before` goes on here, under the same indices.
  void take_over(Sad& before) noexcept;

  [[nodiscard]] auto outbound(core::SaIndex index) const noexcept -> ipsec::OutboundSa&;
  [[nodiscard]] auto inbound(core::SaIndex index) const noexcept -> ipsec::InboundSa&;
  /// SaIndex::none for an SPI nobody has (ESP-3.4.2-01). An SA of the other protocol is not the one
  /// that is meant (RFC 4301, 4.1).
  [[nodiscard]] auto find_inbound(core::Spi spi,
                                  sa::Protocol protocol = sa::Protocol::esp) const noexcept
      -> core::SaIndex;
  /// What find_inbound() will read of an SA of IKE's, asked for soon; and outbound().
  void prefetch_inbound(core::Spi spi) const noexcept {
    const auto at = slot_of(spi);
    if (at < installed_inbound_.size()) __builtin_prefetch(&installed_inbound_[at]);
  }
  void prefetch_outbound(core::SaIndex index) const noexcept {
    const auto at = std::to_underlying(index) & ~installed_bit;
    const auto& table = is_installed(index) ? installed_outbound_ : outbound_;
    if (at < table.size()) __builtin_prefetch(&table[at]);
  }

  /// The SA of a group that a packet belongs to, the longest match first: SPI, destination and
  /// source, then SPI and destination (RFC 4301, 4.1; ARCH-4.1-03). SaIndex::none: it may be one
  /// that its SPI alone names.
  [[nodiscard]] auto find_for_group(const GroupPacket& packet) const noexcept -> core::SaIndex;
  [[nodiscard]] auto has_groups() const noexcept -> bool { return !by_group_.empty(); }

  /// In no particular order.
  template <class Act>
  void for_each_outbound(const Act& act) const {
    for (const auto& sa : outbound_) act(*sa);
    for (const auto& sa : installed_outbound_) {
      if (sa) act(*sa);
    }
  }

  /// Those that stay as long as the database, with their indices.
  template <class Act>
  void for_each_made_by_hand(const Act& act) const {
    for (std::size_t i = 0; i < outbound_.size(); ++i) {
      act(core::SaIndex{static_cast<std::uint32_t>(i)}, *outbound_[i]);
    }
  }

  /// Was it made by IKE?
  [[nodiscard]] static auto is_installed(core::SaIndex index) noexcept -> bool {
    return (std::to_underlying(index) & installed_bit) != 0;
  }

 private:
  /// Set in the index of an SA that was installed; the others count from 0.
  static constexpr std::uint32_t installed_bit = 0x80000000;

  static constexpr std::uint32_t slot_mask = (1U << slot_bits) - 1;
  [[nodiscard]] static constexpr auto slot_of(core::Spi spi) noexcept -> std::uint32_t {
    return std::to_underlying(spi) & slot_mask;
  }

  struct Slot {
    core::Spi spi{};  ///< 0, which no SA has, while empty
    sa::Protocol protocol{};
    std::shared_ptr<ipsec::InboundSa> sa;
  };

  struct GroupKey {
    core::Spi spi{};
    sa::Protocol protocol{};
    sa::GroupLookup lookup;
    auto operator==(const GroupKey&) const -> bool = default;
  };
  struct GroupKeyHash {
    [[nodiscard]] auto operator()(const GroupKey& key) const noexcept -> std::size_t;
  };

  std::vector<std::shared_ptr<ipsec::OutboundSa>> outbound_;
  std::vector<std::shared_ptr<ipsec::InboundSa>> inbound_;
  std::unordered_map<core::Spi, core::SaIndex> by_spi_;
  std::unordered_map<GroupKey, core::SaIndex, GroupKeyHash> by_group_;

  std::vector<std::shared_ptr<ipsec::OutboundSa>> installed_outbound_;
  std::vector<std::uint32_t> free_outbound_;
  std::vector<Slot> installed_inbound_;
};

}  // namespace esplanade::policy
