// The inbound SAs of a batch, one packet after the other.
#pragma once

#include "pipeline/demux.h"
#include "policy/sad.h"

namespace esplanade::pipeline {

/// Neighbours mostly belong to one SA, so the SAD is asked only when the SPI changes. An SA of the
/// other protocol is not the one that is meant (RFC 4301, 4.1). SAs of groups come first.
class SaFinder {
 public:
  explicit SaFinder(const policy::Sad& sad) noexcept : sad_(sad) {}

  /// `datagram` is what it was found in.
  auto find(const Found& found, core::View datagram) noexcept -> core::SaIndex {
    if (sad_.has_groups()) {
      const auto of_group = look_up_group(found, datagram);
      if (of_group != core::SaIndex::none) return of_group;
    }
    if (found.spi != spi_ || found.protocol != protocol_) sa_ = look_up(found);
    spi_ = found.spi;
    protocol_ = found.protocol;
    return sa_;
  }

 private:
  [[nodiscard]] auto look_up(const Found& found) const noexcept -> core::SaIndex {
    const auto sa = sad_.find_inbound(found.spi);
    if (sa == core::SaIndex::none) return sa;
    const bool is_meant = sad_.inbound(sa).parameters.protocol == found.protocol;
    return is_meant ? sa : core::SaIndex::none;
  }

  /// Both addresses count, so neighbours say nothing; demux has seen the header.
  [[nodiscard]] auto look_up_group(const Found& found, core::View datagram) const noexcept
      -> core::SaIndex {
    const bool is_ipv6 = std::to_integer<unsigned>(datagram[0]) >> 4 == 6;
    const std::size_t size = is_ipv6 ? 16 : 4;
    const auto src = datagram.subspan(is_ipv6 ? 8 : 12, size);
    const auto dst = datagram.subspan(is_ipv6 ? 24 : 16, size);
    return sad_.find_for_group({found.spi, found.protocol, net::Address{dst}, net::Address{src}});
  }

  const policy::Sad& sad_;
  core::Spi spi_{};  // 0, which no SA has
  sa::Protocol protocol_{};
  core::SaIndex sa_ = core::SaIndex::none;
};

}  // namespace esplanade::pipeline
