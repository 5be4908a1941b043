#include "pipeline/bridge/hop_limit.h"

#include "core/endian.h"
#include "net/checksum.h"
#include "net/ipv4.h"
#include "net/ipv6.h"

namespace esplanade::pipeline {
namespace {

constexpr std::size_t ipv4_ttl_at = 8;  // in one word with the protocol
constexpr std::size_t ipv4_checksum_at = 10;
constexpr std::size_t ipv6_hop_limit_at = 7;

auto lower_ttl(core::MutableView datagram) noexcept -> bool {
  const auto ip = net::Ipv4::parse(datagram);
  if (!ip || ip->ttl() <= 1) return false;
  const auto before = core::load_be<std::uint16_t>(datagram, ipv4_ttl_at);
  const auto after = static_cast<std::uint16_t>(before - 0x100);
  const auto checksum = core::load_be<std::uint16_t>(datagram, ipv4_checksum_at);
  core::store_be(after, datagram, ipv4_ttl_at);
  core::store_be(net::updated_checksum(checksum, before, after), datagram, ipv4_checksum_at);
  return true;
}

}  // namespace

auto lower_hop_limit(core::MutableView datagram) noexcept -> bool {
  const auto ip = net::Ipv6::parse(datagram);
  if (!ip) return lower_ttl(datagram);
  const auto hops = ip->hop_limit();
  if (hops <= 1) return false;
  datagram[ipv6_hop_limit_at] = static_cast<std::byte>(hops - 1);
  return true;
}

}  // namespace esplanade::pipeline
