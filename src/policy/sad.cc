#include "policy/sad.h"

#include "net/address_hash.h"

#include <utility>

namespace esplanade::policy {
auto Sad::add(std::shared_ptr<ipsec::OutboundSa> sa) -> core::SaIndex {
  outbound_.push_back(std::move(sa));
  return core::SaIndex{static_cast<std::uint32_t>(outbound_.size() - 1)};
}

auto Sad::add(std::shared_ptr<ipsec::InboundSa> sa) -> core::SaIndex {
  const auto index = core::SaIndex{static_cast<std::uint32_t>(inbound_.size())};
  const auto& of = sa->parameters;
  const bool is_new =
      of.group ? by_group_.emplace(GroupKey{of.spi, of.protocol, *of.group}, index).second
               : by_spi_.emplace(of.spi, index).second;
  core::ensure(is_new);
  inbound_.push_back(std::move(sa));
  return index;
}

auto Sad::install(std::shared_ptr<ipsec::OutboundSa> sa) -> core::SaIndex {
  if (free_outbound_.empty()) {
    free_outbound_.push_back(static_cast<std::uint32_t>(installed_outbound_.size()));
    installed_outbound_.emplace_back();
  }
  const auto at = free_outbound_.back();
  free_outbound_.pop_back();
  installed_outbound_[at] = std::move(sa);
  return core::SaIndex{installed_bit | at};
}

auto Sad::install(std::shared_ptr<ipsec::InboundSa> sa) -> core::SaIndex {
  const auto spi = sa->parameters.spi;
  const auto at = slot_of(spi);
  if (at >= installed_inbound_.size()) installed_inbound_.resize(at + 1);
  core::ensure(!installed_inbound_[at].sa);
  const auto protocol = sa->parameters.protocol;
  installed_inbound_[at] = {spi, protocol, std::move(sa)};
  return core::SaIndex{installed_bit | at};
}

auto Sad::remove_outbound(core::SaIndex index) -> std::shared_ptr<ipsec::OutboundSa> {
  const auto at = std::to_underlying(index) & ~installed_bit;
  core::ensure(is_installed(index) && at < installed_outbound_.size());
  free_outbound_.push_back(at);
  return std::exchange(installed_outbound_[at], nullptr);
}

auto Sad::remove_inbound(core::SaIndex index) -> std::shared_ptr<ipsec::InboundSa> {
  const auto at = std::to_underlying(index) & ~installed_bit;
  core::ensure(is_installed(index) && at < installed_inbound_.size());
  return std::exchange(installed_inbound_[at], Slot{}).sa;
}

void Sad::take_over(Sad& before) noexcept {
  installed_outbound_ = std::exchange(before.installed_outbound_, {});
  free_outbound_ = std::exchange(before.free_outbound_, {});
  installed_inbound_ = std::exchange(before.installed_inbound_, {});
}

auto Sad::outbound(core::SaIndex index) const noexcept -> ipsec::OutboundSa& {
  const auto at = std::to_underlying(index) & ~installed_bit;
  const auto& table = is_installed(index) ? installed_outbound_ : outbound_;
  core::ensure(at < table.size() && table[at]);
  return *table[at];
}

auto Sad::inbound(core::SaIndex index) const noexcept -> ipsec::InboundSa& {
  const auto at = std::to_underlying(index) & ~installed_bit;
  if (is_installed(index)) {
    core::ensure(at < installed_inbound_.size() && installed_inbound_[at].sa);
    return *installed_inbound_[at].sa;
  }
  core::ensure(at < inbound_.size());
  return *inbound_[at];
}

auto Sad::find_inbound(core::Spi spi, sa::Protocol protocol) const noexcept -> core::SaIndex {
  const auto at = slot_of(spi);
  if (at < installed_inbound_.size() && installed_inbound_[at].spi == spi) {
    const bool is_meant = installed_inbound_[at].protocol == protocol;
    return is_meant ? core::SaIndex{installed_bit | at} : core::SaIndex::none;
  }
  const auto found = by_spi_.find(spi);
  if (found == by_spi_.end()) return core::SaIndex::none;
  const bool is_meant = inbound(found->second).parameters.protocol == protocol;
  return is_meant ? found->second : core::SaIndex::none;
}

auto Sad::find_for_group(const GroupPacket& packet) const noexcept -> core::SaIndex {
  const auto& [spi, protocol, dst, src] = packet;
  auto found = by_group_.find({spi, protocol, {.destination = dst, .source = src}});
  if (found == by_group_.end()) {
    found = by_group_.find({spi, protocol, {.destination = dst, .source = {}}});
  }
  return found == by_group_.end() ? core::SaIndex::none : found->second;
}

auto Sad::GroupKeyHash::operator()(const GroupKey& key) const noexcept -> std::size_t {
  const auto& [destination, source] = key.lookup;
  const auto hash = net::combined(net::hash_of(destination), std::to_underlying(key.spi));
  return source ? net::combined(hash, net::hash_of(*source)) : hash;
}

}  // namespace esplanade::policy
