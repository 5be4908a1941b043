#include "ah/open.h"

#include "ah/fragment_header.h"
#include "ah/judge.h"
#include "ah/transform.h"
#include "core/endian.h"
#include "ipsec/batch.h"
#include "ipsec/tunnel.h"
#include "net/ipv6.h"

namespace esplanade::ah {
namespace {

using net::Verdict;

constexpr std::size_t number_at = 8;

/// Where AH stands once a left-over Fragment header is gone (AH-A2-03).
auto place_without_fragment_header(const ipsec::Inbound& inbound) noexcept -> ipsec::Place {
  auto place = inbound.place;
  if (!take_out_fragment_header(*inbound.packet)) return place;
  const auto chain = net::Ipv6::parse(inbound.packet->bytes())->chain();
  core::ensure(chain.has_value());
  place.ip_size = place.offset = static_cast<std::uint16_t>(chain->upper_offset);
  place.next_header_at = static_cast<std::uint16_t>(chain->next_header_at);
  return place;
}

/// All that can be refused before cryptography is spent on it.
auto prepare(const ipsec::InboundSa& sa, const ipsec::Inbound& inbound, Frame& frame) noexcept
    -> Verdict {
  const auto place = place_without_fragment_header(inbound);
  const auto datagram = inbound.packet->bytes().first(std::size_t{place.offset} + place.size);
  frame = Frame{.datagram = datagram,
                .ah_at = place.offset,
                .next_header_at = place.next_header_at,
                .seq = {}};
  if (const auto verdict = judge(frame, sa.suite.sizes); verdict != Verdict::pass) return verdict;
  return sa.expect(core::load_be<std::uint32_t>(datagram, frame.ah_at + number_at), frame.seq);
}

auto decapsulate(net::Packet& packet, const Frame& frame,
                 const sa::SaParameters& parameters) noexcept -> Verdict {
  const auto ah = frame.datagram.subspan(frame.ah_at);
  const auto payload =
      ipsec::Payload{ah.subspan(length_of(ah)), static_cast<iana::IpProtocol>(ah[0])};
  if (parameters.mode == sa::Mode::tunnel) return ipsec::leave_tunnel(packet, payload, parameters);
  ipsec::leave_transport(packet, payload, frame.ah_at, frame.next_header_at);
  return Verdict::pass;
}

auto finish(ipsec::InboundSa& sa, net::Packet& packet, const Frame& frame, core::Time now) noexcept
    -> Verdict {
  if (!frame.is_authentic) return Verdict::bad_icv;
  const auto accepted = sa.accept(frame.seq, frame.datagram.size(), now);
  if (accepted != Verdict::pass) return accepted;
  return decapsulate(packet, frame, sa.parameters);
}

}  // namespace

void open(ipsec::InboundSa& sa, std::span<const ipsec::Inbound> batch, core::Time now) noexcept {
  ipsec::open_batch<Frames>(
      sa, batch, now,
      [&](const ipsec::Inbound& inbound, Frame& frame) { return prepare(sa, inbound, frame); },
      [&](const ipsec::Inbound& inbound, const Frame& frame) {
        return finish(sa, *inbound.packet, frame, now);
      });
}

}  // namespace esplanade::ah
