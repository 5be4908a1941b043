#include "esp/overhead.h"

#include "esp/frame.h"
#include "ipsec/tunnel.h"
#include "net/ipv4.h"
#include "net/ipv6.h"
#include "net/udp.h"

namespace esplanade::esp {
namespace {

auto removed_by_beet(const sa::SaParameters& parameters) noexcept -> std::size_t {
  if (parameters.mode != sa::Mode::beet) return 0;
  const bool is_ipv4 = parameters.inner->ours.family() == net::Family::ipv4;
  return is_ipv4 ? net::ipv4_min_header : net::ipv6_header_size;
}

}  // namespace

auto overhead_of(const sa::SaParameters& parameters, ipsec::EspSizes sizes,
                 std::size_t kept) noexcept -> ipsec::Overhead {
  const bool is_transport = parameters.mode == sa::Mode::transport;
  const auto outer_ip = is_transport ? 0 : ipsec::outer_header_size(parameters);
  const auto udp = parameters.encapsulation ? net::udp_header_size : 0;
  return {.front = static_cast<std::uint16_t>(outer_ip + udp + header_size + sizes.iv),
          .trailer = trailer_size,
          .align = sizes.align,
          .icv = sizes.icv,
          .kept = static_cast<std::uint16_t>(is_transport ? kept : 0),
          .removed = static_cast<std::uint16_t>(removed_by_beet(parameters))};
}

}  // namespace esplanade::esp
