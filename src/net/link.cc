#include "net/link.h"

#include "core/endian.h"
#include "core/reader.h"
#include "net/address.h"
#include "net/ethernet.h"

namespace esplanade::net {
namespace {

using Found = core::Result<std::optional<core::View>>;

/// Lengths of the link headers, and where their EtherType stands.
constexpr std::size_t ethernet_addresses = 12;
constexpr std::size_t cooked_before_type = 14;
constexpr std::size_t cooked2_behind_type = 18;

/// What `r` has left is an IP datagram of this version, or of any.
auto datagram(core::Reader& r, std::optional<Family> family) noexcept -> Found {
  const auto offset = r.offset();
  const auto bytes = r.rest();
  if (bytes.empty()) return core::failure(core::Code::too_short, offset);
  const auto version = static_cast<Family>(bytes[0] >> 4);
  const auto is_right =
      family ? version == *family : version == Family::ipv4 || version == Family::ipv6;
  if (!is_right) return core::failure(core::Code::bad_version, offset);
  return bytes;
}

auto by_ether_type(core::Reader& r, EtherType type) noexcept -> Found {
  while (type == EtherType::vlan || type == EtherType::provider_vlan) {
    r.skip(2);
    type = EtherType{r.u16()};
  }
  if (r.failed()) return core::failure(core::Code::too_short, r.offset());
  if (type == EtherType::ipv4) return datagram(r, Family::ipv4);
  if (type == EtherType::ipv6) return datagram(r, Family::ipv6);
  return std::nullopt;
}

/// The BSDs' AF_INET, and the three values that AF_INET6 has among them.
auto by_address_family(core::Reader& r, std::uint32_t family) noexcept -> Found {
  if (r.failed()) return core::failure(core::Code::too_short, r.offset());
  if (family == 2) return datagram(r, Family::ipv4);
  if (family == 24 || family == 28 || family == 30) return datagram(r, Family::ipv6);
  return std::nullopt;
}

/// Address families are small numbers, which tells the byte order of the writer.
auto in_either_order(std::uint32_t family) noexcept -> std::uint32_t {
  return family > 0xffff ? std::byteswap(family) : family;
}

}  // namespace

auto ip_datagram(LinkType type, core::View frame) noexcept -> Found {
  core::Reader r{frame};
  switch (type) {
    case LinkType::loopback_null: return by_address_family(r, in_either_order(r.u32()));
    case LinkType::loopback:      return by_address_family(r, r.u32());
    case LinkType::ethernet:
      r.skip(ethernet_addresses);
      return by_ether_type(r, EtherType{r.u16()});
    case LinkType::linux_cooked:
      r.skip(cooked_before_type);
      return by_ether_type(r, EtherType{r.u16()});
    case LinkType::linux_cooked2: {
      const EtherType ether_type{r.u16()};
      r.skip(cooked2_behind_type);
      return by_ether_type(r, ether_type);
    }
    case LinkType::raw:
    case LinkType::raw_12:
    case LinkType::raw_14: return datagram(r, std::nullopt);
    case LinkType::ipv4:   return datagram(r, Family::ipv4);
    case LinkType::ipv6:   return datagram(r, Family::ipv6);
  }
  return core::failure(core::Code::unsupported);
}

}  // namespace esplanade::net
