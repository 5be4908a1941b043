#include "net/offload/transport_checksum.h"

#include "core/endian.h"
#include "net/checksum.h"
#include "net/plain_ip.h"

namespace esplanade::net {
namespace {

/// RFC 793, 3.1; RFC 8200, 8.1. Both addresses stand side by side.
auto pseudo_header_of(core::View datagram, std::size_t upper_size,
                      iana::IpProtocol protocol) noexcept -> Checksum {
  const auto addresses = is_ipv6(datagram) ? datagram.subspan(8, 32) : datagram.subspan(12, 8);
  Checksum sum;
  sum.add(addresses).add32(static_cast<std::uint32_t>(upper_size));
  sum.add16(std::to_underlying(protocol));
  return sum;
}

}  // namespace

void set_transport_checksum(core::MutableView datagram, std::size_t ip_size,
                            iana::IpProtocol protocol) noexcept {
  const auto upper = datagram.subspan(ip_size);
  core::store_be(std::uint16_t{0}, upper, checksum_place(protocol));
  auto sum = pseudo_header_of(datagram, upper.size(), protocol).add(upper).finish();
  if (sum == 0 && protocol == iana::IpProtocol::udp) sum = 0xffff;  // RFC 768: 0 is none
  core::store_be(sum, upper, checksum_place(protocol));
}

void set_pseudo_checksum(core::MutableView datagram, std::size_t ip_size, std::size_t upper_size,
                         iana::IpProtocol protocol) noexcept {
  const auto sum = pseudo_header_of(datagram, upper_size, protocol).finish();
  core::store_be(static_cast<std::uint16_t>(~sum), datagram, ip_size + checksum_place(protocol));
}

auto is_transport_checksum_right(core::View datagram, std::size_t ip_size,
                                 iana::IpProtocol protocol) noexcept -> bool {
  const auto upper = datagram.subspan(ip_size);
  const auto given = core::load_be<std::uint16_t>(upper, checksum_place(protocol));
  if (given == 0 && protocol == iana::IpProtocol::udp) return false;
  return pseudo_header_of(datagram, upper.size(), protocol).add(upper).finish() == 0;
}

}  // namespace esplanade::net
