#include "net/neighbour.h"

#include "core/reader.h"
#include "net/checksum.h"
#include "net/ipv6.h"

#include <algorithm>

namespace esplanade::net {
namespace {

constexpr std::size_t arp_size = 28;
constexpr std::uint16_t arp_of_ethernet = 1;
constexpr std::uint16_t arp_request = 1;
constexpr MacAddress everyone{{std::byte{0xff}, std::byte{0xff}, std::byte{0xff}, std::byte{0xff},
                               std::byte{0xff}, std::byte{0xff}}};

// RFC 4861, 4: types, and where the target stands in solicitations and advertisements.
constexpr std::uint8_t router_solicitation = 133;
constexpr std::uint8_t neighbour_solicitation = 135;
constexpr std::uint8_t neighbour_advertisement = 136;
constexpr std::uint8_t redirect = 137;
constexpr std::size_t target_at = 8;
constexpr std::size_t solicitation_size = 24;

auto is_zero(core::View octets) noexcept -> bool {
  return std::ranges::all_of(octets, [](std::byte octet) { return octet == std::byte{}; });
}

auto type_of(const Datagram& datagram, core::View octets) noexcept -> std::uint8_t {
  return std::to_integer<std::uint8_t>(octets[datagram.upper_offset]);
}

auto write_arp_probe(const Address& wanted, const MacAddress& ours, core::MutableView out) noexcept
    -> std::size_t {
  write_ethernet(out.first<ethernet_header_size>(), {everyone, ours, EtherType::arp});
  const auto arp = out.subspan(ethernet_header_size, arp_size);
  std::ranges::fill(arp, std::byte{});
  core::store_be(arp_of_ethernet, arp, 0);
  core::store_be(std::to_underlying(EtherType::ipv4), arp, 2);
  arp[4] = std::byte{6};
  arp[5] = std::byte{4};
  core::store_be(arp_request, arp, 6);
  core::copy(ours.octets, arp.subspan(8));
  core::copy(wanted.bytes(), arp.subspan(24));
  return ethernet_header_size + arp_size;
}

/// ff02::1:ff00:0 with the last three octets of `wanted` (RFC 4291, 2.7.1).
auto solicited_node(const Address& wanted) noexcept -> Address {
  std::array<std::byte, 16> octets{std::byte{0xff}, std::byte{0x02}};
  octets[11] = std::byte{1};
  octets[12] = std::byte{0xff};
  core::copy(wanted.bytes().last(3), std::span(octets).subspan(13));
  return Address{octets};
}

auto write_solicitation(const Address& wanted, const MacAddress& ours,
                        core::MutableView out) noexcept -> std::size_t {
  const Address nobody{std::array<std::byte, 16>{}};
  const auto group = solicited_node(wanted);
  write_ethernet(out.first<ethernet_header_size>(),
                 {group_mac(group).value_or(everyone), ours, EtherType::ipv6});
  const auto ip = out.subspan(ethernet_header_size);
  write_ipv6(ip.first<ipv6_header_size>(), {.src = nobody,
                                            .dst = group,
                                            .next_header = iana::IpProtocol::icmpv6,
                                            .payload_length = solicitation_size,
                                            .hop_limit = 255});
  const auto icmp = ip.subspan(ipv6_header_size, solicitation_size);
  std::ranges::fill(icmp, std::byte{});
  icmp[0] = std::byte{neighbour_solicitation};
  core::copy(wanted.bytes(), icmp.subspan(target_at));
  const auto sum =
      Checksum()
          .add_pseudo_header(nobody, group, iana::IpProtocol::icmpv6, solicitation_size)
          .add(icmp)
          .finish();
  core::store_be(sum, icmp, 2);
  return ethernet_header_size + ipv6_header_size + solicitation_size;
}

}  // namespace

auto sender_of_arp(core::View arp) noexcept -> std::optional<Neighbour> {
  core::Reader r{arp};
  const bool is_ethernet = r.u16() == arp_of_ethernet;
  const bool is_ipv4 = EtherType{r.u16()} == EtherType::ipv4;
  const bool has_sizes = r.u8() == 6 && r.u8() == 4;
  r.skip(2);  // requests and answers alike name their sender
  const auto mac = r.take(6);
  const auto address = r.take(4);
  if (r.failed() || arp.size() < arp_size || !is_ethernet || !is_ipv4 || !has_sizes) {
    return std::nullopt;
  }
  Neighbour sender{Address{address}, {}};
  core::copy(mac, sender.mac.octets);
  if (is_zero(address) || is_zero(mac) || sender.mac.is_group()) return std::nullopt;
  return sender;
}

auto is_neighbour_discovery(const Datagram& datagram, core::View octets) noexcept -> bool {
  constexpr std::uint8_t from_this_link = 255;
  if (datagram.protocol != iana::IpProtocol::icmpv6 || datagram.is_fragment) return false;
  const auto ip = Ipv6::parse(octets);
  if (!ip || ip->hop_limit() != from_this_link) return false;
  if (datagram.total_length < datagram.upper_offset + target_at) return false;
  const auto type = type_of(datagram, octets);
  return type >= router_solicitation && type <= redirect;
}

auto advertised_in(const Datagram& datagram, core::View octets) noexcept -> std::optional<Address> {
  if (type_of(datagram, octets) != neighbour_advertisement) return std::nullopt;
  if (datagram.total_length < datagram.upper_offset + solicitation_size) return std::nullopt;
  return Address{octets.subspan(datagram.upper_offset + target_at, 16)};
}

auto write_question(const Address& wanted, const MacAddress& ours,
                    std::span<std::byte, question_size> out) noexcept -> std::size_t {
  return wanted.family() == Family::ipv4 ? write_arp_probe(wanted, ours, out)
                                         : write_solicitation(wanted, ours, out);
}

}  // namespace esplanade::net
