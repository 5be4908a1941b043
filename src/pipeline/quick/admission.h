// ArrivalCheck::admit() for most packets: TCP and UDP, seen at a glance, through the SA's gate.
#pragma once

#include "ipsec/inbound_sa.h"
#include "pipeline/quick/glance.h"

namespace esplanade::pipeline {
namespace detail {

[[nodiscard]] inline auto in_host_order(std::uint64_t word) noexcept -> std::uint64_t {
  return std::endian::native == std::endian::little ? std::byteswap(word) : word;
}

/// A packet that came in: its source is theirs.
[[nodiscard]] inline auto ends_of(const Glance& glance, core::View octets) noexcept
    -> ipsec::Gate::Ends {
  const auto& [ports, words] = glance.key;
  ipsec::Gate::Ends ends;
  if (glance.key.is_ipv6()) {
    ends.theirs = {in_host_order(words[0]), in_host_order(words[1])};
    ends.ours = {in_host_order(words[2]), in_host_order(words[3])};
  } else {
    const auto both = in_host_order(words[0]);
    ends.theirs = {both >> 32, 0};
    ends.ours = {both & 0xffffffff, 0};
  }
  const auto upper = octets.subspan(glance.upper_offset);
  ends.their_port = core::load_be<std::uint16_t>(upper.subspan<0, 2>());
  ends.our_port = core::load_be<std::uint16_t>(upper.subspan<2, 2>());
  ends.protocol = glance.is_tcp ? iana::IpProtocol::tcp : iana::IpProtocol::udp;
  return ends;
}

}  // namespace detail

/// False for what admit() has to look at: it may be within the selectors, and may not.
[[nodiscard]] inline auto is_admitted_at_a_glance(const ipsec::InboundSa& sa,
                                                  core::View octets) noexcept -> bool {
  Glance glance;
  if (!glance_at(octets, glance)) return false;
  if (has_syn(glance, octets)) return false;  // its segment size may have to be lowered
  const auto family = glance.key.is_ipv6() ? net::Family::ipv6 : net::Family::ipv4;
  return sa.gate.admits(family, detail::ends_of(glance, octets));
}

}  // namespace esplanade::pipeline
