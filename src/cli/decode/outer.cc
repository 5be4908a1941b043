#include "cli/decode/outer.h"

#include "cli/decode/reason.h"
#include "core/endian.h"
#include "net/datagram.h"
#include "net/ipv4.h"
#include "net/ipv6.h"
#include "net/udp.h"
#include "pipeline/demux.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::cli::decode {
namespace {

using iana::IpProtocol;
using net::Verdict;

constexpr std::uint16_t ike_port = 500;         // RFC 7296, 2
constexpr std::size_t non_esp_marker_size = 4;  // RFC 3948, 2.2
constexpr std::size_t ah_spi_at = 4;            // RFC 4302, 2

/// Octets of the datagram by its own header, or of `bytes` where there is none to ask.
auto announced_size(core::View bytes) -> std::size_t {
  const auto version = bytes.empty() ? 0U : std::to_integer<unsigned>(bytes[0] >> 4);
  if (version == 4 && bytes.size() >= net::ipv4_min_header) {
    return core::load_be<std::uint16_t>(bytes, 2);
  }
  if (version == 6 && bytes.size() >= net::ipv6_header_size) {
    return net::ipv6_header_size + core::load_be<std::uint16_t>(bytes, 4);
  }
  return bytes.size();
}

/// A datagram that parsed, and how much of it is really there.
struct Seen {
  core::View octets;  ///< with zeroes for what the capture lacks
  std::size_t captured = 0;
  net::Datagram datagram;

  [[nodiscard]] auto number_at(std::size_t offset) const -> std::optional<std::uint32_t> {
    if (offset + 4 > std::min(captured, octets.size())) return std::nullopt;
    return core::load_be<std::uint32_t>(octets, offset);
  }
  [[nodiscard]] auto has_port(std::span<const std::uint16_t> ports) const -> bool {
    if (datagram.protocol != IpProtocol::udp || !datagram.ports) return false;
    return std::ranges::any_of(ports, [&](std::uint16_t port) {
      return port == datagram.ports->src || port == datagram.ports->dst;
    });
  }
};

void refuse(Outer& outer, std::string reason) {
  outer.status = Status::refused;
  outer.reason = std::move(reason);
}

/// SPI and sequence number, in this order at `offset`.
void read_numbers(const Seen& seen, std::size_t offset, Outer& outer) {
  if (const auto spi = seen.number_at(offset)) outer.spi = core::Spi{*spi};
  outer.seq = seen.number_at(offset + 4);
}

void describe_protected(const Seen& seen, const pipeline::Found& found, Outer& outer) {
  const bool is_ah = found.protocol == sa::Protocol::ah;
  outer.protocol = is_ah ? Protocol::ah : Protocol::esp;
  read_numbers(seen, found.place.offset + (is_ah ? ah_spi_at : 0), outer);
  if (seen.captured < seen.datagram.total_length) {
    return refuse(outer, fmt::format("truncated: the capture has {} of the packet's {} octets",
                                     seen.captured, seen.datagram.total_length));
  }
  if (found.protocol == sa::Protocol::ah) {
    outer.status = Status::verified;
    outer.ah = seen.octets.first(std::size_t{found.place.offset} + found.place.size);
    outer.ah_at = found.place.offset;
  } else {
    outer.status = Status::opened;
    outer.esp = seen.octets.subspan(found.place.offset, found.place.size);
  }
}

/// `marker` octets of the UDP payload stand in front of the message.
void describe_ike(const Seen& seen, std::size_t marker, Outer& outer) {
  outer.protocol = Protocol::ike;
  if (seen.datagram.is_fragment) {
    outer.reason = "fragment: IKE messages are shown of whole datagrams only";
    return;
  }
  if (seen.captured < seen.datagram.total_length) {
    return refuse(outer, fmt::format("truncated: the capture has {} of the packet's {} octets",
                                     seen.captured, seen.datagram.total_length));
  }
  const auto datagram = seen.octets.first(seen.datagram.total_length);
  const auto udp = net::Udp::parse(datagram.subspan(seen.datagram.upper_offset));
  if (!udp || udp->payload().size() <= marker) return refuse(outer, reason_for(Verdict::malformed));
  outer.ike = udp->payload().subspan(marker);
}

/// What has nothing to do with ESP, nor its port.
void describe_clear(const Seen& seen, Outer& outer) {
  if (seen.datagram.protocol == IpProtocol::ah) {
    outer.protocol = Protocol::ah;
    if (seen.datagram.has_upper_header) {
      read_numbers(seen, seen.datagram.upper_offset + ah_spi_at, outer);
    }
  }
  if (seen.has_port(std::span(&ike_port, 1))) describe_ike(seen, 0, outer);
}

/// Only the first fragment shows ports and SPI.
void describe_fragment(const Seen& seen, std::span<const std::uint16_t> encap_ports, Outer& outer) {
  const auto is_in_udp = seen.has_port(encap_ports);
  if (seen.datagram.protocol != IpProtocol::esp && !is_in_udp) return describe_clear(seen, outer);
  const auto spi_at = seen.datagram.upper_offset + (is_in_udp ? net::udp_header_size : 0);
  const auto has_ike_marker = is_in_udp && seen.number_at(spi_at) == 0U;
  if (has_ike_marker) return describe_ike(seen, non_esp_marker_size, outer);
  outer.protocol = Protocol::esp;
  if (seen.datagram.has_upper_header) read_numbers(seen, spi_at, outer);
  refuse(outer, reason_for(Verdict::is_fragment));
}

void describe(const Seen& seen, std::span<const std::uint16_t> encap_ports, Outer& outer) {
  const auto found = pipeline::find_protected(seen.octets, encap_ports);
  if (found) return describe_protected(seen, *found, outer);
  if (found.error() == Verdict::not_for_us) return describe_clear(seen, outer);
  if (found.error() == Verdict::is_fragment) return describe_fragment(seen, encap_ports, outer);
  if (found.error() == Verdict::keep_alive) {
    outer.reason = "NAT keep-alive";
    return;
  }
  if (found.error() == Verdict::ike) {
    return describe_ike(seen, non_esp_marker_size, outer);
  }
  if (found.error() == Verdict::too_short) {
    const bool is_ah = seen.datagram.protocol == IpProtocol::ah;
    outer.protocol = is_ah ? Protocol::ah : Protocol::esp;
  }
  refuse(outer, reason_for(found.error()));
}

/// Padded with zeroes a cut datagram parses as far as its headers are there.
auto describe_cut(core::View bytes, std::size_t size, std::span<const std::uint16_t> encap_ports)
    -> Outer {
  core::Bytes padded(size);
  core::copy(bytes, padded);
  Outer outer;
  const auto datagram = net::Datagram::parse(padded);
  if (datagram) {
    outer = {.src = datagram->src, .dst = datagram->dst};
    describe({padded, bytes.size(), *datagram}, encap_ports, outer);
  }
  if (!datagram || (outer.status == Status::refused && outer.protocol == Protocol::clear)) {
    refuse(outer, fmt::format("truncated: the capture has {} of the packet's {} octets",
                              bytes.size(), size));
  }
  return outer;
}

}  // namespace

auto look_at(core::View bytes, std::span<const std::uint16_t> encap_ports) -> Outer {
  if (const auto size = announced_size(bytes); size > bytes.size()) {
    return describe_cut(bytes, size, encap_ports);
  }
  Outer outer;
  const auto datagram = net::Datagram::parse(bytes);
  if (!datagram) {
    refuse(outer, reason_for(Verdict::malformed));
    return outer;
  }
  outer = {.src = datagram->src, .dst = datagram->dst};
  describe({bytes, bytes.size(), *datagram}, encap_ports, outer);
  return outer;
}

}  // namespace esplanade::cli::decode
