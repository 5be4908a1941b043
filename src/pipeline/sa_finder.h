// The inbound SAs of a batch, one packet after the other.
#pragma once

#include "pipeline/demux.h"
#include "policy/sad.h"

namespace esplanade::pipeline {

/// Neighbours mostly belong to one SA, so the SAD is asked only when the SPI changes. An SA of the
/// other protocol is not the one that is meant (RFC 4301, 4.1).
class SaFinder {
 public:
  explicit SaFinder(const policy::Sad& sad) noexcept : sad_(sad) {}

  auto find(const Found& found) noexcept -> core::SaIndex {
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

  const policy::Sad& sad_;
  core::Spi spi_{};  // 0, which no SA has
  sa::Protocol protocol_{};
  core::SaIndex sa_ = core::SaIndex::none;
};

}  // namespace esplanade::pipeline
