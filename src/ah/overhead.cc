#include "ah/overhead.h"

#include "ah/frame.h"
#include "ipsec/tunnel.h"

namespace esplanade::ah {

auto alignment_of(const sa::SaParameters& parameters) noexcept -> std::size_t {
  if (parameters.ours.family() == net::Family::ipv6) return 8;
  return parameters.ah_alignment == sa::AhAlignment::four ? 4 : 8;
}

auto overhead_of(const sa::SaParameters& parameters, ipsec::EspSizes sizes) noexcept
    -> ipsec::Overhead {
  const bool is_tunnel = parameters.mode == sa::Mode::tunnel;
  const auto outer_ip = is_tunnel ? ipsec::outer_header_size(parameters) : 0;
  const auto ah = header_size_for(sizes, alignment_of(parameters));
  return {.front = static_cast<std::uint16_t>(outer_ip + ah)};
}

}  // namespace esplanade::ah
