// The inbound SAs of a batch, one packet after the other.
#pragma once

#include "net/plain_ip.h"
#include "pipeline/demux.h"
#include "policy/sad.h"

namespace esplanade::pipeline {

/// Neighbours mostly belong to one SA, so the SAD is asked only when the SPI changes. An SA of the
/// other protocol is not the one that is meant (RFC 4301, 4.1). SAs of groups come first.
class SaFinder {
 public:
  explicit SaFinder(const policy::Sad& sad) noexcept : sad_(sad), has_groups_(sad.has_groups()) {}

  struct Sought {
    core::Spi spi{};
    sa::Protocol protocol{};
  };

  /// `datagram` is what it was found in.
  auto find(Sought sought, core::View datagram) noexcept -> core::SaIndex {
    const auto name = name_of(sought);
    if (name == last_ && !has_groups_) return sa_;
    if (has_groups_) {
      const auto of_group = look_up_group(sought, datagram);
      if (of_group != core::SaIndex::none) return of_group;
    }
    if (name != last_) sa_ = look_up(sought);
    last_ = name;
    return sa_;
  }

 private:
  [[nodiscard]] static auto name_of(Sought sought) noexcept -> std::uint64_t {
    return std::uint64_t{std::to_underlying(sought.spi)} << 8 | std::to_underlying(sought.protocol);
  }
  [[nodiscard, gnu::noinline]] auto look_up(Sought sought) const noexcept -> core::SaIndex {
    return sad_.find_inbound(sought.spi, sought.protocol);
  }

  /// Both addresses count, so neighbours say nothing; demux has seen the header.
  [[nodiscard, gnu::noinline]] auto look_up_group(Sought sought, core::View datagram) const noexcept
      -> core::SaIndex {
    const bool is_ipv6 = net::is_ipv6(datagram);
    const std::size_t size = is_ipv6 ? 16 : 4;
    const auto src = datagram.subspan(is_ipv6 ? 8 : 12, size);
    const auto dst = datagram.subspan(is_ipv6 ? 24 : 16, size);
    return sad_.find_for_group({sought.spi, sought.protocol, net::Address{dst}, net::Address{src}});
  }

  const policy::Sad& sad_;
  bool has_groups_;
  std::uint64_t last_ = 0;  // SPI 0, which no SA has
  core::SaIndex sa_ = core::SaIndex::none;
};

}  // namespace esplanade::pipeline
