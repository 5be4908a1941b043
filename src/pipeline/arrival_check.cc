#include "pipeline/arrival_check.h"

#include "net/icmp_error.h"
#include "pipeline/path/path_fit.h"
#include "policy/match.h"

namespace esplanade::pipeline {
namespace {

using net::Verdict;

auto is_held(const sa::SaParameters& parameters, const net::Datagram& datagram) noexcept -> bool {
  return policy::matches(parameters.selectors, datagram, sa::Direction::inbound);
}

/// An ICMP error may come from anywhere on the way, and is about a packet that the peer has had
/// from us: what it quotes tells (RFC 4301, 6.2; ARCH-6.2-01, ARCH-6.2-03).
auto holds_quoted(const sa::SaParameters& parameters, const net::Datagram& datagram,
                  core::View octets) noexcept -> std::optional<bool> {
  const auto quoted = net::quoted_in(datagram, octets);
  if (!quoted) return std::nullopt;
  return is_held(parameters, net::reversed(*quoted));
}

}  // namespace

auto ArrivalCheck::fits(const sa::SaParameters& parameters, const net::Datagram& datagram,
                        core::View octets, core::Time now) noexcept -> bool {
  if (is_held(parameters, datagram)) {
    if (datagram.is_fragment) first_fragments_.remember(datagram, now);
    if (parameters.icmp_errors == sa::IcmpErrorCheck::either) return true;
    return holds_quoted(parameters, datagram, octets).value_or(true);
  }
  if (parameters.carries_later_fragments) {
    const auto complete = first_fragments_.complete(datagram, now);
    if (complete) return is_held(parameters, *complete);
  }
  return holds_quoted(parameters, datagram, octets).value_or(false);
}

auto ArrivalCheck::admit(const ipsec::InboundSa& sa, const net::Packet& packet,
                         core::Time now) noexcept -> std::expected<net::Datagram, net::Verdict> {
  const auto datagram = net::Datagram::parse(packet.bytes());
  if (!datagram) return std::unexpected(Verdict::bad_inner);
  if (!fits(sa.parameters, *datagram, packet.bytes(), now)) {
    return std::unexpected(Verdict::selector_mismatch);
  }
  // Segments of ours will take the way back, which nobody knows better than by the link it begins
  // with.
  const auto& parameters = sa.parameters;
  lower_mss({parameters, sa.suite.sizes, parameters.path_mtu}, *datagram, packet.bytes());
  return *datagram;
}

}  // namespace esplanade::pipeline
