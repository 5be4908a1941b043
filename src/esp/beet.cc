#include "esp/beet.h"

#include "core/writer.h"
#include "net/checksum.h"
#include "net/ipv4.h"
#include "net/ipv6.h"

#include <limits>

namespace esplanade::esp {
namespace {

using core::View;
using iana::IpProtocol;
using net::Family;
using net::Verdict;

constexpr std::size_t pseudo_header_size = 4;
constexpr std::size_t longest_padding = 4;
constexpr std::size_t longest_options = 40;
constexpr std::size_t checksum_at = 10;

auto plan_ipv4(const net::Ipv4& ip) noexcept -> BeetPlan {
  const auto options = ip.options().size();
  if (options == 0) {
    return {.removed = net::ipv4_min_header, .upper = ip.protocol(), .next_header = ip.protocol()};
  }
  const auto padding = longest_padding - options % 8;  // all of it a multiple of 8
  return {.removed = net::ipv4_min_header - pseudo_header_size - padding,
          .padding = padding,
          .options = options,
          .upper = ip.protocol(),
          .next_header = IpProtocol::beet};
}

auto is_between(const net::Address& src, const net::Address& dst,
                const sa::InnerAddresses& inner) noexcept -> bool {
  return src == inner.ours && dst == inner.theirs;
}

/// What the outer header tells of the inner one.
struct Inherited {
  std::uint8_t tos = 0;
  std::uint8_t ttl = 0;
  std::uint16_t id = 0;
  bool dont_fragment = true;
};

auto inherited_from(View outer) noexcept -> Inherited {
  if (ipsec::is_ipv6(outer)) {
    return {.tos = ipsec::tos_of(outer), .ttl = std::to_integer<std::uint8_t>(outer[7])};
  }
  return {.tos = ipsec::tos_of(outer),
          .ttl = std::to_integer<std::uint8_t>(outer[8]),
          .id = core::load_be<std::uint16_t>(outer, 4),
          .dont_fragment = (outer[6] & std::byte{0x40}) != std::byte{0}};
}

/// The pseudo header taken off.
struct Unwrapped {
  core::MutableView octets;  ///< options and payload
  std::size_t options = 0;
  IpProtocol upper{};
};

auto unwrap(const ipsec::Payload& payload) noexcept -> std::expected<Unwrapped, Verdict> {
  const auto octets = payload.octets;
  if (payload.next_header != IpProtocol::beet) return Unwrapped{octets, 0, payload.next_header};
  if (octets.size() < pseudo_header_size) return std::unexpected(Verdict::bad_inner);
  const auto size = (std::to_integer<std::size_t>(octets[1]) + 1) * 8;
  const auto front = pseudo_header_size + std::to_integer<std::size_t>(octets[2]);
  if (size > octets.size() || front > size) return std::unexpected(Verdict::bad_inner);
  const auto options = size - front;
  if (options > longest_options || options % 4 != 0) return std::unexpected(Verdict::bad_inner);
  return Unwrapped{octets.subspan(front), options, static_cast<IpProtocol>(octets[0])};
}

/// Makes the packet begin with `octets` and grows a header of `size` octets in front.
auto put_header(net::Packet& packet, core::MutableView octets, std::size_t size) noexcept
    -> core::MutableView {
  const auto at = static_cast<std::size_t>(octets.data() - packet.bytes().data());
  packet.pop_front(at);
  packet.pop_back(packet.size - octets.size());
  return packet.push_front(size);
}

void cover_options(core::MutableView header) noexcept {
  const auto words = static_cast<std::uint8_t>(header.size() / 4);
  header[0] = std::byte{0x40} | std::byte{words};
  core::store_be(std::uint16_t{0}, header, checksum_at);
  core::store_be(net::Checksum{}.add(header).finish(), header, checksum_at);
}

auto leave_ipv4(net::Packet& packet, const Unwrapped& carried, const sa::InnerAddresses& inner,
                const Inherited& from) noexcept -> Verdict {
  const auto length = carried.octets.size();
  if (net::ipv4_min_header + length > std::numeric_limits<std::uint16_t>::max()) {
    return Verdict::bad_inner;
  }
  const auto header = put_header(packet, carried.octets, net::ipv4_min_header);
  net::write_ipv4(header.first<net::ipv4_min_header>(),
                  {.src = inner.theirs,
                   .dst = inner.ours,
                   .protocol = carried.upper,
                   .payload_length = static_cast<std::uint16_t>(length),
                   .id = from.id,
                   .dont_fragment = from.dont_fragment,
                   .tos = from.tos,
                   .ttl = from.ttl});
  if (carried.options != 0) {
    cover_options(packet.bytes().first(net::ipv4_min_header + carried.options));
  }
  return Verdict::pass;
}

auto leave_ipv6(net::Packet& packet, const ipsec::Payload& payload, const sa::InnerAddresses& inner,
                const Inherited& from) noexcept -> Verdict {
  const auto length = static_cast<std::uint16_t>(payload.octets.size());
  if (payload.next_header == IpProtocol::beet) return Verdict::bad_inner;  // options of IPv4
  // An IPv4 header, UDP and ESP in front need not be as long as an IPv6 header.
  const auto in_front = packet.room_in_front() + ipsec::offset_in(packet, payload);
  if (in_front < net::ipv6_header_size) return Verdict::no_room;
  const auto header = put_header(packet, payload.octets, net::ipv6_header_size);
  net::write_ipv6(header.first<net::ipv6_header_size>(), {.src = inner.theirs,
                                                          .dst = inner.ours,
                                                          .next_header = payload.next_header,
                                                          .payload_length = length,
                                                          .traffic_class = from.tos,
                                                          .hop_limit = from.ttl});
  return Verdict::pass;
}

}  // namespace

auto plan_beet(View datagram, const sa::SaParameters& parameters,
               const ipsec::ClearPacket& clear) noexcept -> std::expected<BeetPlan, net::Verdict> {
  if (parameters.mode != sa::Mode::beet) return BeetPlan{.next_header = clear.next_header};
  const auto& inner = *parameters.inner;
  if (const auto ip = net::Ipv4::parse(datagram)) {
    if (!is_between(ip->src(), ip->dst(), inner)) {
      return std::unexpected(Verdict::selector_mismatch);
    }
    return plan_ipv4(*ip);
  }
  const auto ip = net::Ipv6::parse(datagram);
  if (!ip) return std::unexpected(Verdict::malformed);
  if (!is_between(ip->src(), ip->dst(), inner)) return std::unexpected(Verdict::selector_mismatch);
  return BeetPlan{.removed = net::ipv6_header_size,
                  .upper = ip->next_header(),
                  .next_header = ip->next_header()};
}

void enter_beet(net::Packet& packet, const BeetPlan& plan) noexcept {
  packet.pop_front(plan.removed);
  if (plan.options == 0) return;
  constexpr auto no_operation = std::byte{1};
  const auto all = pseudo_header_size + plan.padding + plan.options;
  core::Writer(packet.bytes())
      .u8(std::to_underlying(plan.upper))
      .u8(static_cast<std::uint8_t>(all / 8 - 1))
      .u8(static_cast<std::uint8_t>(plan.padding))
      .u8(0);
  std::ranges::fill(packet.bytes().subspan(pseudo_header_size, plan.padding), no_operation);
}

auto leave_beet(net::Packet& packet, const ipsec::Payload& payload,
                const sa::InnerAddresses& inner) noexcept -> net::Verdict {
  const auto from = inherited_from(packet.bytes());
  if (inner.ours.family() == Family::ipv6) return leave_ipv6(packet, payload, inner, from);
  const auto carried = unwrap(payload);
  return carried ? leave_ipv4(packet, *carried, inner, from) : carried.error();
}

}  // namespace esplanade::esp
