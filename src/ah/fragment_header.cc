#include "ah/fragment_header.h"

#include "net/ipv6.h"

namespace esplanade::ah {
namespace {

using iana::IpProtocol;

constexpr std::size_t fragment_header_size = 8;

struct FragmentHeader {
  std::size_t at = net::ipv6_header_size;
  std::size_t named_at = 6;  ///< the octet that says it is one
};

/// In a chain that was walked before and has one.
auto find(core::View datagram) noexcept -> FragmentHeader {
  FragmentHeader found;
  while (static_cast<IpProtocol>(datagram[found.named_at]) != IpProtocol::fragment) {
    found.named_at = found.at;
    found.at += (std::to_integer<std::size_t>(datagram[found.at + 1]) + 1) * 8;
  }
  return found;
}

}  // namespace

auto take_out_fragment_header(net::Packet& packet) noexcept -> bool {
  const auto ip = net::Ipv6::parse(packet.bytes());
  if (!ip) return false;
  const auto chain = ip->chain();
  if (!chain || !chain->fragment || !chain->fragment->is_atomic()) return false;

  const auto bytes = packet.bytes();
  const auto [at, named_at] = find(bytes);
  const auto length = ip->payload_length();
  bytes[named_at] = bytes[at];
  std::memmove(bytes.data() + fragment_header_size, bytes.data(), at);
  packet.pop_front(fragment_header_size);
  net::set_ipv6_payload_length(packet.bytes(),
                               static_cast<std::uint16_t>(length - fragment_header_size));
  return true;
}

}  // namespace esplanade::ah
