#include "esp/encapsulate.h"

#include "core/writer.h"
#include "esp/beet.h"
#include "esp/overhead.h"
#include "esp/trailer.h"
#include "ipsec/tunnel.h"
#include "net/udp.h"

#include <algorithm>
#include <limits>

namespace esplanade::esp {
namespace {

using iana::IpProtocol;
using ipsec::ClearPacket;
using net::Verdict;

/// What is put around it, in octets.
struct Sizes {
  std::size_t outer_ip = 0;  ///< 0 in transport mode
  std::size_t udp = 0;
  std::size_t front = 0;  ///< of ESP: header and IV
  std::size_t tfc = 0;    ///< padding behind the packet (RFC 4303, 2.7)
  std::size_t trailer = 0;
  std::size_t icv = 0;
  std::size_t removed = 0;  ///< of the clear packet's front, in BEET mode
};

/// As far as the path takes it, and the packet's slot.
auto tfc_padding_for(const ipsec::OutboundSa& sa, const net::Packet& packet,
                     const ClearPacket& clear) noexcept -> std::size_t {
  const auto& parameters = sa.parameters;
  const bool is_tunnel = parameters.mode == sa::Mode::tunnel;
  if (!is_tunnel || parameters.pad_to <= clear.total) return 0;
  const auto& algorithm = sa.suite.sizes;
  const auto overhead = overhead_of(parameters, algorithm, 0);
  const std::size_t around = algorithm.align + trailer_size + algorithm.icv;
  const std::size_t behind = packet.room_behind() + packet.size;
  const auto in_slot = behind > around ? behind - around : 0;
  const auto largest = std::min(overhead.largest_inner(sa.path_mtu.current()), in_slot);
  const auto size = std::min<std::size_t>(parameters.pad_to, largest);
  return size > clear.total ? size - clear.total : 0;
}

auto sizes_for(const ipsec::OutboundSa& sa, const ClearPacket& clear, const BeetPlan& beet,
               std::size_t tfc) noexcept -> Sizes {
  const auto& algorithm = sa.suite.sizes;
  const auto& parameters = sa.parameters;
  return {
      .outer_ip = clear.kept == 0 ? ipsec::outer_header_size(parameters) : 0,
      .udp = parameters.encapsulation ? net::udp_header_size : 0,
      .front = header_size + algorithm.iv,
      .tfc = tfc,
      .trailer = trailer_size_for(clear.total - clear.kept - beet.removed + tfc, algorithm.align),
      .icv = algorithm.icv,
      .removed = beet.removed};
}

auto fits(const net::Packet& packet, const ClearPacket& clear, const Sizes& sizes) noexcept
    -> std::expected<void, Verdict> {
  const auto front = sizes.outer_ip + sizes.udp + sizes.front;
  const auto behind = sizes.tfc + sizes.trailer + sizes.icv;
  const auto surplus = packet.size - clear.total;
  if (front > packet.room_in_front() + sizes.removed || behind > packet.room_behind() + surplus) {
    return std::unexpected(Verdict::no_room);
  }
  if (front + clear.total - sizes.removed + behind > std::numeric_limits<std::uint16_t>::max()) {
    return std::unexpected(Verdict::too_big);
  }
  return {};
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

void write_ip(net::Packet& packet, const ipsec::OutboundSa& sa, const ClearPacket& clear,
              core::Seq64 seq) noexcept {
  if (clear.kept != 0) return ipsec::mend_kept_header(packet, clear, outer_protocol(sa));
  auto fields = ipsec::OuterFields{.protocol = outer_protocol(sa),
                                   .tos = clear.tos,
                                   .dont_fragment = clear.dont_fragment,
                                   .seq = seq};
  // Nothing else tells the receiver what TTL the inner packet had.
  if (sa.parameters.mode == sa::Mode::beet) fields.ttl = clear.ttl;
  ipsec::write_outer_header(packet, sa.parameters, fields);
}

/// `clear` of `packet` becomes an outer datagram.
auto wrap(ipsec::OutboundSa& sa, net::Packet& packet, const ClearPacket& clear,
          const BeetPlan& beet, core::Random& random) noexcept -> std::expected<Frame, Verdict> {
  const auto tfc =
      clear.next_header == IpProtocol::no_next_header ? 0 : tfc_padding_for(sa, packet, clear);
  const auto sizes = sizes_for(sa, clear, beet, tfc);
  if (auto room = fits(packet, clear, sizes); !room) return std::unexpected(room.error());
  const auto seq = sa.next_sequence();
  if (!seq) return std::unexpected(Verdict::sequence_exhausted);

  packet.pop_back(packet.size - clear.total);
  enter_beet(packet, beet);
  std::ranges::fill(packet.push_back(sizes.tfc), std::byte{0});
  write_trailer(packet.push_back(sizes.trailer), beet.next_header);
  packet.push_back(sizes.icv);
  ipsec::open_gap(packet, clear.kept, sizes.udp + sizes.front);

  const auto esp = packet.bytes().subspan(clear.kept + sizes.udp);
  write_esp_header(esp.first(header_size), sa, *seq);
  write_iv(esp.subspan(header_size, sa.suite.sizes.iv), sa, *seq, random);
  if (const auto& ports = sa.parameters.encapsulation) {
    const auto udp = packet.bytes().subspan(clear.kept, net::udp_header_size);
    net::write_udp(udp.first<net::udp_header_size>(), ports->ours, ports->theirs,
                   static_cast<std::uint16_t>(esp.size()));
  }
  write_ip(packet, sa, clear, *seq);
  return Frame{.octets = esp, .seq = *seq};
}

}  // namespace

auto encapsulate(ipsec::OutboundSa& sa, net::Packet& packet, core::Random& random) noexcept
    -> std::expected<Frame, net::Verdict> {
  const auto clear = TRY(ipsec::take_apart(packet.bytes(), sa.parameters.mode));
  const auto beet = TRY(plan_beet(packet.bytes(), sa.parameters, clear));
  return wrap(sa, packet, clear, beet, random);
}

auto encapsulate_dummy(ipsec::OutboundSa& sa, net::Packet& packet, core::Random& random) noexcept
    -> std::expected<Frame, net::Verdict> {
  const auto clear =
      ClearPacket{.total = packet.size, .next_header = IpProtocol::no_next_header, .ttl = 64};
  return wrap(sa, packet, clear, {.next_header = IpProtocol::no_next_header}, random);
}

}  // namespace esplanade::esp
