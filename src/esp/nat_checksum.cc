#include "esp/nat_checksum.h"

#include "core/endian.h"
#include "net/checksum.h"
#include "net/datagram.h"

namespace esplanade::esp {
namespace {

using iana::IpProtocol;

/// Where the upper layer's header has its checksum; nothing for those whose checksum does not cover
/// addresses.
auto checksum_offset(IpProtocol protocol) noexcept -> std::optional<std::size_t> {
  constexpr std::size_t in_tcp = 16;
  constexpr std::size_t in_udp = 6;
  constexpr std::size_t in_icmpv6 = 2;
  if (protocol == IpProtocol::tcp) return in_tcp;
  if (protocol == IpProtocol::udp) return in_udp;
  if (protocol == IpProtocol::icmpv6) return in_icmpv6;
  return std::nullopt;
}

auto without(std::uint16_t checksum, const net::Address& before, const net::Address& after) noexcept
    -> std::uint16_t {
  const auto old_octets = before.bytes();
  const auto new_octets = after.bytes();
  for (std::size_t at = 0; at < old_octets.size(); at += 2) {
    checksum = net::updated_checksum(checksum, core::load_be<std::uint16_t>(old_octets, at),
                                     core::load_be<std::uint16_t>(new_octets, at));
  }
  return checksum;
}

}  // namespace

void mend_checksum(core::MutableView datagram, const sa::AddressesSent& sent) noexcept {
  const auto parsed = net::Datagram::parse(datagram);
  if (!parsed || !parsed->has_upper_header || parsed->family != sent.src.family()) return;
  const auto offset = checksum_offset(parsed->protocol);
  const auto at = parsed->upper_offset + offset.value_or(0);
  if (!offset || at + 2 > datagram.size()) return;

  const auto checksum = core::load_be<std::uint16_t>(core::View(datagram), at);
  const bool is_udp = parsed->protocol == IpProtocol::udp;
  if (is_udp && checksum == 0) return;  // the sender made none (RFC 768)
  auto mended = without(without(checksum, sent.src, parsed->src), sent.dst, parsed->dst);
  if (is_udp && mended == 0) mended = 0xffff;
  core::store_be(mended, datagram, at);
}

}  // namespace esplanade::esp
