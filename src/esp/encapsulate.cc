#include "esp/encapsulate.h"

#include "core/writer.h"
#include "esp/beet.h"
#include "esp/trailer.h"
#include "ipsec/tunnel.h"
#include "net/udp.h"

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
  std::size_t trailer = 0;
  std::size_t icv = 0;
  std::size_t removed = 0;  ///< of the clear packet's front, in BEET mode
};

auto sizes_for(const ipsec::OutboundSa& sa, const ClearPacket& clear, const BeetPlan& beet) noexcept
    -> Sizes {
  const auto& algorithm = sa.suite.sizes;
  const auto& parameters = sa.parameters;
  const bool has_outer = parameters.mode != sa::Mode::transport;
  return {.outer_ip = has_outer ? ipsec::outer_header_size(parameters) : 0,
          .udp = parameters.encapsulation ? net::udp_header_size : 0,
          .front = header_size + algorithm.iv,
          .trailer = trailer_size_for(clear.total - clear.kept - beet.removed, algorithm.align),
          .icv = algorithm.icv,
          .removed = beet.removed};
}

auto fits(const net::Packet& packet, const ClearPacket& clear, const Sizes& sizes) noexcept
    -> std::expected<void, Verdict> {
  const auto front = sizes.outer_ip + sizes.udp + sizes.front;
  const auto behind = sizes.trailer + sizes.icv;
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

}  // namespace

auto encapsulate(ipsec::OutboundSa& sa, net::Packet& packet, core::Random& random) noexcept
    -> std::expected<Frame, net::Verdict> {
  const auto clear = TRY(ipsec::take_apart(packet.bytes(), sa.parameters.mode));
  const auto beet = TRY(plan_beet(packet.bytes(), sa.parameters, clear));
  const auto sizes = sizes_for(sa, clear, beet);
  if (auto room = fits(packet, clear, sizes); !room) return std::unexpected(room.error());
  const auto seq = sa.next_sequence();
  if (!seq) return std::unexpected(Verdict::sequence_exhausted);

  packet.pop_back(packet.size - clear.total);
  enter_beet(packet, beet);
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

}  // namespace esplanade::esp
