#include "cli/diagnose/watcher.h"

#include "cli/decode/outer.h"
#include "cli/diagnose/icmp_errors.h"
#include "net/link.h"
#include "net/udp.h"

#include <limits>

namespace esplanade::cli::diagnose {
namespace {

using ike::explain::Sight;
using ike::explain::Sighting;

constexpr std::uint16_t ike_port = 500;
constexpr std::size_t non_esp_marker_size = 4;  // RFC 3948, 2.2

auto datagram_in(const platform::Frame& frame) -> std::optional<core::View> {
  using Number = std::underlying_type_t<net::LinkType>;
  if (frame.link_type < 0 || frame.link_type > std::numeric_limits<Number>::max()) return {};
  const auto found = net::ip_datagram(static_cast<net::LinkType>(frame.link_type), frame.bytes);
  return found ? *found : std::nullopt;
}

auto sighting_of(const platform::Frame& frame, const net::Datagram& datagram) -> Sighting {
  const auto ports = datagram.ports.value_or(net::Ports{});
  Sighting sighting;
  sighting.frame = frame.number;
  sighting.at = frame.captured_at;
  sighting.from = {.address = datagram.src, .port = ports.src};
  sighting.to = {.address = datagram.dst, .port = ports.dst};
  sighting.size = datagram.total_length;
  sighting.is_ip_fragment = datagram.is_fragment;
  return sighting;
}

auto is_on_ike_port(const net::Ports& ports) -> bool {
  return ports.src == ike_port || ports.dst == ike_port;
}

/// The first fragment of a datagram: its message goes on in others.
auto first_piece(core::View bytes, const net::Datagram& datagram) -> core::View {
  const auto behind_ip = bytes.subspan(datagram.upper_offset);
  const auto marker = is_on_ike_port(*datagram.ports) ? 0 : non_esp_marker_size;
  const auto skipped = net::udp_header_size + marker;
  return behind_ip.size() > skipped ? behind_ip.subspan(skipped) : core::View{};
}

}  // namespace

void Watcher::watch(const platform::Frame& frame, ike::explain::Observer& observer) {
  observer.saw_time(frame.captured_at);
  if (const auto bytes = datagram_in(frame)) watch_datagram(frame, *bytes, observer);
}

void Watcher::watch_datagram(const platform::Frame& frame, core::View bytes,
                             ike::explain::Observer& observer) {
  const auto datagram = net::Datagram::parse(bytes);
  if (!datagram) return;
  if (auto error = icmp_error_in(bytes, *datagram)) {
    error->frame = frame.number;
    return observer.saw(*error);
  }
  const auto outer = decode::look_at(bytes, encap_ports_);
  if (outer.protocol == decode::Protocol::esp) {
    const bool is_in_udp = datagram->protocol == iana::IpProtocol::udp;
    return observer.saw_esp(datagram->src, datagram->dst,
                            {.packets = 1, .is_in_udp = is_in_udp, .first_frame = frame.number});
  }
  if (outer.protocol != decode::Protocol::ike || !datagram->ports) return;
  const auto message = outer.ike.empty() ? first_piece(bytes, *datagram) : outer.ike;
  if (auto seen = read(message, sighting_of(frame, *datagram))) observer.saw(*seen);
}

auto Watcher::read(core::View message, Sighting sighting) -> std::optional<Sighting> {
  if (sighting.is_ip_fragment) {
    const auto header = ike::wire::Header::parse(message);
    if (!header) return std::nullopt;
    sighting.header = *header;
    sighting.sight = Sight::part;
    return sighting;
  }
  auto seen = ike_.read(message);
  if (!seen.message) return std::nullopt;
  sighting.header = seen.message->header;
  sighting.payloads = std::move(seen.message->payloads);
  sighting.sight = seen.status == decode::Status::clear ? Sight::whole : Sight::closed;
  if (seen.status != decode::Status::opened) return sighting;
  // A fragment that does not complete its message is opened, and shows nothing yet.
  const auto* const fragment = ike::wire::find<ike::wire::SkfPayload>(sighting.payloads);
  const bool is_complete = fragment == nullptr ||
                           !std::holds_alternative<ike::wire::SkfPayload>(sighting.payloads.back());
  sighting.sight = is_complete ? Sight::whole : Sight::part;
  return sighting;
}

}  // namespace esplanade::cli::diagnose
