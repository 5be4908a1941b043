#include "policy/sad.h"

#include <utility>

namespace esplanade::policy {

auto Sad::add(std::unique_ptr<ipsec::OutboundSa> sa) -> core::SaIndex {
  outbound_.push_back(std::move(sa));
  return core::SaIndex{static_cast<std::uint32_t>(outbound_.size() - 1)};
}

auto Sad::add(std::unique_ptr<ipsec::InboundSa> sa) -> core::SaIndex {
  const auto index = core::SaIndex{static_cast<std::uint32_t>(inbound_.size())};
  core::ensure(by_spi_.emplace(sa->parameters.spi, index).second);
  inbound_.push_back(std::move(sa));
  return index;
}

auto Sad::outbound(core::SaIndex index) const noexcept -> ipsec::OutboundSa& {
  core::ensure(std::to_underlying(index) < outbound_.size());
  return *outbound_[std::to_underlying(index)];
}

auto Sad::inbound(core::SaIndex index) const noexcept -> ipsec::InboundSa& {
  core::ensure(std::to_underlying(index) < inbound_.size());
  return *inbound_[std::to_underlying(index)];
}

auto Sad::find_inbound(core::Spi spi) const noexcept -> core::SaIndex {
  const auto found = by_spi_.find(spi);
  return found == by_spi_.end() ? core::SaIndex::none : found->second;
}

}  // namespace esplanade::policy
