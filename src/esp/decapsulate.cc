#include "esp/decapsulate.h"

#include "esp/beet.h"

namespace esplanade::esp {

auto decapsulate(net::Packet& packet, const Place& place, const Payload& payload,
                 const sa::SaParameters& parameters) noexcept -> net::Verdict {
  if (payload.next_header == iana::IpProtocol::no_next_header) return net::Verdict::dummy;
  switch (parameters.mode) {
    case sa::Mode::tunnel: return ipsec::leave_tunnel(packet, payload, parameters);
    case sa::Mode::beet:   return leave_beet(packet, payload, *parameters.inner);
    case sa::Mode::transport:
      ipsec::leave_transport(packet, payload, place.ip_size, place.next_header_at);
      return net::Verdict::pass;
  }
  core::bug();
}

}  // namespace esplanade::esp
