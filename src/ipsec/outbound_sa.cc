#include "ipsec/outbound_sa.h"

#include <limits>

namespace esplanade::ipsec {
namespace {

auto least_mtu(const sa::SaParameters& parameters) noexcept -> std::uint16_t {
  const bool is_ipv6 = parameters.ours.family() == net::Family::ipv6;
  return is_ipv6 ? PathMtu::least_ipv6 : PathMtu::least_ipv4;
}

}  // namespace

auto OutboundSa::make(sa::SaParameters parameters, crypto::Provider& provider, core::Time now)
    -> core::Result<std::unique_ptr<OutboundSa>> {
  if (!parameters.is_consistent()) return core::failure(core::Code::unsupported);
  auto suite =
      TRY(EspSuite::make(parameters.protocol, parameters.algorithms, parameters.keys, provider));
  parameters.keys = {};
  return std::unique_ptr<OutboundSa>(new OutboundSa(std::move(parameters), std::move(suite), now));
}

OutboundSa::OutboundSa(sa::SaParameters given, EspSuite keyed, core::Time now)
    : lifetime(given.lifetime, now),
      suite(std::move(keyed)),
      path_mtu(given.path_mtu, least_mtu(given), given.path_mtu_age),
      parameters(std::move(given)) {
  allowed_.set(std::numeric_limits<std::uint64_t>::max());
}

auto OutboundSa::next_sequence() noexcept -> std::optional<core::Seq64> {
  if (sequences_left() == 0) return std::nullopt;
  return take_sequence();
}

void OutboundSa::move_to(const net::Path& path) noexcept {
  parameters.ours = path.ours.address;
  parameters.theirs = path.theirs.address;
  if (auto& udp = parameters.encapsulation) *udp = {path.ours.port, path.theirs.port};
  overhead.reset();
  stencil.reset();
}

void OutboundSa::continue_from(const OutboundSa& before) noexcept {
  last_sequence_.set(before.last_sequence_.value());
  if (parameters.theirs == before.parameters.theirs) path_mtu.continue_from(before.path_mtu);
  lifetime.continue_from(before.lifetime);
  usage.continue_from(before.usage);
  verdicts.continue_from(before.verdicts);
}

}  // namespace esplanade::ipsec
