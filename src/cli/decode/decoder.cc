#include "cli/decode/decoder.h"

#include "cli/decode/reason.h"
#include "core/endian.h"
#include "net/link.h"

#include <fmt/format.h>

#include <limits>

namespace esplanade::cli::decode {
namespace {

auto datagram_in(const platform::Frame& frame) -> core::Result<std::optional<core::View>> {
  using Number = std::underlying_type_t<net::LinkType>;
  if (frame.link_type < 0 || frame.link_type > std::numeric_limits<Number>::max()) {
    return core::failure(core::Code::unsupported);
  }
  return net::ip_datagram(static_cast<net::LinkType>(frame.link_type), frame.bytes);
}

auto why_no_datagram(core::Code code, int link_type) -> std::string {
  if (code != core::Code::unsupported) return reason_for(net::Verdict::malformed);
  return fmt::format("link type {} is not known here", link_type);
}

}  // namespace

auto Decoder::decode(const platform::Frame& frame) -> DecodedFrame {
  DecodedFrame decoded{.number = frame.number, .captured_at = frame.captured_at};
  const auto datagram = datagram_in(frame);
  if (!datagram) {
    decoded.status = Status::refused;
    decoded.reason = why_no_datagram(datagram.error().code, frame.link_type);
  } else if (*datagram) {
    decode_datagram(**datagram, decoded);
  } else {
    decoded.reason = "not IP";
  }
  return decoded;
}

void Decoder::decode_datagram(core::View datagram, DecodedFrame& to) {
  auto outer = look_at(datagram, encap_ports_);
  to.protocol = outer.protocol;
  to.src = outer.src;
  to.dst = outer.dst;
  to.spi = outer.spi;
  if (outer.seq) to.seq = core::Seq64{*outer.seq};
  to.status = outer.status;
  to.reason = std::move(outer.reason);
  if (!outer.ike.empty()) return read_ike(outer.ike, to);
  const bool can_be_tried = outer.status == Status::opened || outer.status == Status::verified;
  if (can_be_tried) open_protected(outer, to);
}

void Decoder::read_ike(core::View message, DecodedFrame& to) {
  auto seen = ike_.read(message);
  to.status = seen.status;
  to.reason = std::move(seen.reason);
  to.inner = std::move(seen.inner);
  to.ike = std::move(seen.message);
}

void Decoder::open_protected(const Outer& outer, DecodedFrame& to) {
  const bool is_ah = outer.protocol == Protocol::ah;
  auto opened = keys_.open({.protocol = is_ah ? sa::Protocol::ah : sa::Protocol::esp,
                            .src = *outer.src,
                            .dst = *outer.dst,
                            .spi = *outer.spi,
                            .octets = is_ah ? outer.ah : outer.esp,
                            .ah_at = outer.ah_at});
  if (!opened) {
    to.status = opened.error().status;
    to.reason = std::move(opened.error().reason);
    return;
  }
  to.seq = opened->seq;
  to.next_header = opened->next_header;
  to.inner = std::move(opened->inner);
  if (is_ah && to.next_header == iana::IpProtocol::esp) open_inside_ah(outer, to);
}

void Decoder::open_inside_ah(const Outer& outer, DecodedFrame& to) {
  constexpr std::size_t header_size = 8;
  if (to.inner->size() < header_size) return;
  const auto spi = core::Spi{core::load_be<std::uint32_t>(*to.inner, 0)};
  auto opened = keys_.open({.protocol = sa::Protocol::esp,
                            .src = *outer.src,
                            .dst = *outer.dst,
                            .spi = spi,
                            .octets = *to.inner});
  const auto esp = fmt::format("ESP 0x{:08x} inside", std::to_underlying(spi));
  if (!opened) {
    const bool has_key = opened.error().status != Status::no_key;
    if (has_key) to.reason = fmt::format("{}: {}", esp, opened.error().reason);
    return;
  }
  to.reason = esp + " was opened";
  to.next_header = opened->next_header;
  to.inner = std::move(opened->inner);
}

}  // namespace esplanade::cli::decode
