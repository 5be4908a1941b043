// The Security Association Database (RFC 4301, 4.4.2): outbound SAs by index, inbound ones also
// by SPI.
//
//   sad.add(std::move(inbound_sa));
//   if (auto* sa = sad.find_inbound(spi)) ...
//
// Threads: the tables are read-only once built; the SAs in them belong to their worker.
#pragma once

#include "ipsec/inbound_sa.h"
#include "ipsec/outbound_sa.h"

#include <memory>
#include <unordered_map>
#include <vector>

namespace esplanade::policy {

class Sad {
 public:
  auto add(std::unique_ptr<ipsec::OutboundSa> sa) -> core::SaIndex;
  /// An SPI that is taken already is a bug: configuration refuses it.
  auto add(std::unique_ptr<ipsec::InboundSa> sa) -> core::SaIndex;

  [[nodiscard]] auto outbound(core::SaIndex index) const noexcept -> ipsec::OutboundSa&;
  [[nodiscard]] auto inbound(core::SaIndex index) const noexcept -> ipsec::InboundSa&;
  /// SaIndex::none for an SPI nobody has (ESP-3.4.2-01).
  [[nodiscard]] auto find_inbound(core::Spi spi) const noexcept -> core::SaIndex;

 private:
  std::vector<std::unique_ptr<ipsec::OutboundSa>> outbound_;
  std::vector<std::unique_ptr<ipsec::InboundSa>> inbound_;
  std::unordered_map<core::Spi, core::SaIndex> by_spi_;
};

}  // namespace esplanade::policy
