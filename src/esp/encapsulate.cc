#include "esp/encapsulate.h"

#include "core/writer.h"
#include "esp/trailer.h"
#include "net/ipv4.h"
#include "net/ipv6.h"
#include "net/udp.h"

#include <limits>

namespace esplanade::esp {
namespace {

using iana::IpProtocol;
using net::Family;
using net::Verdict;

/// How a packet is taken apart: octets of its own IP header that stay in front, and the rest.
struct Split {
  std::size_t total = 0;  ///< octets of the datagram
  std::size_t kept = 0;   ///< 0 in tunnel mode
  IpProtocol next_header{};
  std::size_t next_header_at = 0;  ///< where the kept header names it
  std::uint8_t tos = 0;
  bool dont_fragment = false;
};

/// What is put around it, in octets.
struct Sizes {
  std::size_t outer_ip = 0;  ///< 0 in transport mode
  std::size_t udp = 0;
  std::size_t front = 0;  ///< of ESP: header and IV
  std::size_t trailer = 0;
  std::size_t icv = 0;
};

auto split_ipv4(core::View bytes, sa::Mode mode) noexcept -> std::expected<Split, Verdict> {
  const auto ip = net::Ipv4::parse(bytes);
  if (!ip) return std::unexpected(Verdict::malformed);
  auto split = Split{.total = ip->total_length(),
                     .next_header = IpProtocol::ipv4,
                     .tos = ip->tos(),
                     .dont_fragment = ip->dont_fragment()};
  if (mode == sa::Mode::tunnel) return split;
  if (ip->is_fragment()) return std::unexpected(Verdict::fragment_in_transport);
  constexpr std::size_t protocol_at = 9;
  split.kept = ip->header_length();
  split.next_header = ip->protocol();
  split.next_header_at = protocol_at;
  return split;
}

auto split_ipv6(core::View bytes, sa::Mode mode) noexcept -> std::expected<Split, Verdict> {
  const auto ip = net::Ipv6::parse(bytes);
  if (!ip) return std::unexpected(Verdict::malformed);
  auto split = Split{
      .total = ip->total_length(), .next_header = IpProtocol::ipv6, .tos = ip->traffic_class()};
  if (mode == sa::Mode::tunnel) return split;
  const auto chain = ip->chain();
  if (!chain) return std::unexpected(Verdict::malformed);
  if (chain->fragment) return std::unexpected(Verdict::fragment_in_transport);
  split.kept = chain->protect_offset;
  split.next_header = chain->protect_protocol;
  split.next_header_at = chain->protect_next_header_at;
  return split;
}

auto split(core::View bytes, sa::Mode mode) noexcept -> std::expected<Split, Verdict> {
  if (bytes.empty()) return std::unexpected(Verdict::malformed);
  const auto version = std::to_integer<unsigned>(bytes[0]) >> 4;
  return version == 6 ? split_ipv6(bytes, mode) : split_ipv4(bytes, mode);
}

auto header_size_of(Family family) noexcept -> std::size_t {
  return family == Family::ipv4 ? net::ipv4_min_header : net::ipv6_header_size;
}

auto sizes_for(const ipsec::OutboundSa& sa, const Split& split) noexcept -> Sizes {
  const auto& algorithm = sa.suite.sizes;
  const auto& parameters = sa.parameters;
  const bool is_tunnel = parameters.mode == sa::Mode::tunnel;
  return {.outer_ip = is_tunnel ? header_size_of(parameters.ours.family()) : 0,
          .udp = parameters.encapsulation ? net::udp_header_size : 0,
          .front = header_size + algorithm.iv,
          .trailer = trailer_size_for(split.total - split.kept, algorithm.align),
          .icv = algorithm.icv};
}

auto fits(const net::Packet& packet, const Split& split, const Sizes& sizes) noexcept
    -> std::expected<void, Verdict> {
  const auto front = sizes.outer_ip + sizes.udp + sizes.front;
  const auto behind = sizes.trailer + sizes.icv;
  const auto surplus = packet.size - split.total;
  if (front > packet.room_in_front() || behind > packet.room_behind() + surplus) {
    return std::unexpected(Verdict::no_room);
  }
  if (front + split.total + behind > std::numeric_limits<std::uint16_t>::max()) {
    return std::unexpected(Verdict::too_big);
  }
  return {};
}

/// Opens a gap of `size` octets behind the first `kept`, which move to the front.
void open_gap(net::Packet& packet, std::size_t kept, std::size_t size) noexcept {
  packet.push_front(size);
  if (kept != 0) std::memmove(packet.bytes().data(), packet.bytes().data() + size, kept);
}

void write_esp_header(core::MutableView header, const ipsec::OutboundSa& sa,
                      core::Seq64 seq) noexcept {
  core::Writer(header).u32(std::to_underlying(sa.parameters.spi)).u32(seq.low());
}

void write_iv(core::MutableView iv, const ipsec::OutboundSa& sa, core::Seq64 seq,
              core::Random& random) noexcept {
  if (iv.empty()) return;  // none, or implicit
  if (sa.suite.iv_form == ipsec::IvForm::random) return random.fill(iv);
  core::ensure(iv.size() == sizeof seq.value);
  core::Writer(iv).u64(seq.value);
}

auto outer_protocol(const ipsec::OutboundSa& sa) noexcept -> IpProtocol {
  return sa.parameters.encapsulation ? IpProtocol::udp : IpProtocol::esp;
}

auto outer_df(sa::DfPolicy policy, const Split& split) noexcept -> bool {
  switch (policy) {
    case sa::DfPolicy::copy:  return split.dont_fragment;
    case sa::DfPolicy::set:   return true;
    case sa::DfPolicy::clear: return false;
  }
  core::bug();
}

void write_outer_ip(net::Packet& packet, const ipsec::OutboundSa& sa, const Split& split,
                    core::Seq64 seq) noexcept {
  const auto payload = packet.size;
  const auto& parameters = sa.parameters;
  if (parameters.ours.family() == Family::ipv6) {
    const auto out = packet.push_front(net::ipv6_header_size).first<net::ipv6_header_size>();
    net::write_ipv6(out, {.src = parameters.ours,
                          .dst = parameters.theirs,
                          .next_header = outer_protocol(sa),
                          .payload_length = payload,
                          .traffic_class = split.tos});
    return;
  }
  const auto dont_fragment = outer_df(parameters.df, split);
  const auto out = packet.push_front(net::ipv4_min_header).first<net::ipv4_min_header>();
  // A datagram that cannot be fragmented needs no identification (RFC 6864, 4.1).
  const auto id = dont_fragment ? std::uint16_t{0} : static_cast<std::uint16_t>(seq.value);
  net::write_ipv4(out, {.src = parameters.ours,
                        .dst = parameters.theirs,
                        .protocol = outer_protocol(sa),
                        .payload_length = payload,
                        .id = id,
                        .dont_fragment = dont_fragment,
                        .tos = split.tos});
}

void mend_kept_ip(net::Packet& packet, const ipsec::OutboundSa& sa, const Split& split) noexcept {
  const auto header = packet.bytes().first(split.kept);
  const auto is_ipv6 = std::to_integer<unsigned>(header[0]) >> 4 == 6;
  if (is_ipv6) {
    header[split.next_header_at] = static_cast<std::byte>(outer_protocol(sa));
    net::set_ipv6_payload_length(header,
                                 static_cast<std::uint16_t>(packet.size - net::ipv6_header_size));
    return;
  }
  net::set_ipv4_protocol(header, outer_protocol(sa));
  net::set_ipv4_total_length(header, packet.size);
}

}  // namespace

auto encapsulate(ipsec::OutboundSa& sa, net::Packet& packet, core::Random& random) noexcept
    -> std::expected<Frame, net::Verdict> {
  const auto parts = TRY(split(packet.bytes(), sa.parameters.mode));
  const auto sizes = sizes_for(sa, parts);
  if (auto room = fits(packet, parts, sizes); !room) return std::unexpected(room.error());
  const auto seq = sa.next_sequence();
  if (!seq) return std::unexpected(Verdict::sequence_exhausted);

  packet.pop_back(packet.size - parts.total);
  write_trailer(packet.push_back(sizes.trailer), parts.next_header);
  packet.push_back(sizes.icv);
  open_gap(packet, parts.kept, sizes.udp + sizes.front);

  const auto esp = packet.bytes().subspan(parts.kept + sizes.udp);
  write_esp_header(esp.first(header_size), sa, *seq);
  write_iv(esp.subspan(header_size, sa.suite.sizes.iv), sa, *seq, random);
  if (const auto& ports = sa.parameters.encapsulation) {
    const auto udp = packet.bytes().subspan(parts.kept, net::udp_header_size);
    net::write_udp(udp.first<net::udp_header_size>(), ports->ours, ports->theirs,
                   static_cast<std::uint16_t>(esp.size()));
  }
  if (parts.kept == 0) {
    write_outer_ip(packet, sa, parts, *seq);
  } else {
    mend_kept_ip(packet, sa, parts);
  }
  return Frame{.octets = esp, .seq = *seq};
}

}  // namespace esplanade::esp
