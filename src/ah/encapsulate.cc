#include "ah/encapsulate.h"

#include "ah/fragment_header.h"
#include "ah/mutable_fields.h"
#include "ah/overhead.h"
#include "core/writer.h"
#include "ipsec/tunnel.h"
#include "net/ipv4.h"

#include <algorithm>
#include <limits>

namespace esplanade::ah {
namespace {

using iana::IpProtocol;
using ipsec::ClearPacket;
using net::Verdict;

/// What is put around a packet, in octets.
struct Sizes {
  std::size_t outer_ip = 0;  ///< 0 in transport mode
  std::size_t ah = 0;
};

auto sizes_for(const ipsec::OutboundSa& sa) noexcept -> Sizes {
  const bool is_tunnel = sa.parameters.mode == sa::Mode::tunnel;
  return {.outer_ip = is_tunnel ? ipsec::outer_header_size(sa.parameters) : 0,
          .ah = header_size_for(sa.suite.sizes, alignment_of(sa.parameters))};
}

auto fits(const net::Packet& packet, const ClearPacket& clear, const Sizes& sizes) noexcept
    -> std::expected<void, Verdict> {
  const auto front = sizes.outer_ip + sizes.ah;
  if (front > packet.room_in_front()) return std::unexpected(Verdict::no_room);
  if (front + clear.total > std::numeric_limits<std::uint16_t>::max()) {
    return std::unexpected(Verdict::too_big);
  }
  return {};
}

void write_ah(core::MutableView header, const sa::SaParameters& parameters, IpProtocol next_header,
              core::Seq64 seq) noexcept {
  std::ranges::fill(header, std::byte{0});
  core::Writer(header)
      .u8(std::to_underlying(next_header))
      .u8(static_cast<std::uint8_t>(header.size() / 4 - 2))
      .u16(0)
      .u32(std::to_underlying(parameters.spi))
      .u32(seq.low());
}

/// The system would put an identification of its own in place of 0 where the datagram may be
/// fragmented, and the ICV covers it.
void identify(core::MutableView header, core::Seq64 seq) noexcept {
  const auto ip = net::Ipv4::parse(header);
  if (!ip || ip->dont_fragment() || ip->id() != 0) return;
  net::set_ipv4_id(header, std::max<std::uint16_t>(static_cast<std::uint16_t>(seq.value), 1));
}

void write_ip(net::Packet& packet, const ipsec::OutboundSa& sa, const ClearPacket& clear,
              core::Seq64 seq) noexcept {
  if (clear.kept != 0) {
    ipsec::mend_kept_header(packet, clear, IpProtocol::ah);
    return identify(packet.bytes(), seq);
  }
  ipsec::write_outer_header(packet, sa.parameters,
                            {.protocol = IpProtocol::ah,
                             .tos = clear.tos,
                             .dont_fragment = clear.dont_fragment,
                             .seq = seq});
}

/// The kept headers must be what an ICV can cover, and of the SA's family, which says how AH is
/// padded.
auto can_keep(core::View headers, const sa::SaParameters& parameters) noexcept -> bool {
  if (headers.empty()) return true;
  const bool is_ipv6 = parameters.ours.family() == net::Family::ipv6;
  return is_ipv6 == ipsec::is_ipv6(headers) && is_covered(headers, sa::Direction::outbound);
}

}  // namespace

auto encapsulate(ipsec::OutboundSa& sa, net::Packet& packet) noexcept
    -> std::expected<Frame, net::Verdict> {
  if (sa.parameters.mode == sa::Mode::transport) take_out_fragment_header(packet);  // AH-A2-04
  const auto clear = TRY(ipsec::take_apart(packet.bytes(), sa.parameters.mode));
  if (!can_keep(packet.bytes().first(clear.kept), sa.parameters)) {
    return std::unexpected(Verdict::uncovered_headers);
  }
  const auto sizes = sizes_for(sa);
  if (auto room = fits(packet, clear, sizes); !room) return std::unexpected(room.error());
  const auto seq = sa.next_sequence();
  if (!seq) return std::unexpected(Verdict::sequence_exhausted);

  packet.pop_back(packet.size - clear.total);
  ipsec::open_gap(packet, clear.kept, sizes.ah);
  write_ah(packet.bytes().subspan(clear.kept, sizes.ah), sa.parameters, clear.next_header, *seq);
  write_ip(packet, sa, clear, *seq);
  return Frame{.datagram = packet.bytes(), .ah_at = clear.kept + sizes.outer_ip, .seq = *seq};
}

}  // namespace esplanade::ah
