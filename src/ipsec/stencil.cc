#include "ipsec/stencil.h"

#include "net/ipv4.h"
#include "net/ipv6.h"
#include "net/udp.h"

namespace esplanade::ipsec {
namespace {

using iana::IpProtocol;

auto sum_of(core::View header) noexcept -> std::uint32_t {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < header.size(); i += 2) {
    std::uint16_t word = 0;
    std::memcpy(&word, header.data() + i, sizeof word);
    sum += word;
  }
  return sum;
}

void write_ip(core::MutableView out, const sa::SaParameters& parameters,
              IpProtocol protocol) noexcept {
  if (parameters.ours.family() == net::Family::ipv4) {
    const auto header = out.first<net::ipv4_min_header>();
    net::write_ipv4(header,
                    {.src = parameters.ours, .dst = parameters.theirs, .protocol = protocol});
    std::ranges::fill(header.subspan(2, 2), std::byte{0});   // total length
    std::ranges::fill(header.subspan(10, 2), std::byte{0});  // checksum
  } else {
    net::write_ipv6(out.first<net::ipv6_header_size>(),
                    {.src = parameters.ours, .dst = parameters.theirs, .next_header = protocol});
  }
}

}  // namespace

auto Stencil::of(const sa::SaParameters& parameters) noexcept -> Stencil {
  static_assert(ipv4_size == net::ipv4_min_header);
  static_assert(net::ipv6_header_size + net::udp_header_size <= room);
  const auto& udp = parameters.encapsulation;
  Stencil made;
  made.ip_size_ = static_cast<std::uint8_t>(outer_header_size(parameters));
  made.udp_ = udp ? net::udp_header_size : 0;
  const auto headers = core::MutableView(made.octets_).last(made.size());
  write_ip(headers, parameters, udp ? IpProtocol::udp : IpProtocol::esp);
  if (udp) {
    net::write_udp(headers.last<net::udp_header_size>(), udp->ours, udp->theirs, 0);
  }
  if (made.ip_size_ == ipv4_size) made.sum_ = sum_of(headers.first(ipv4_size));
  made.ecn_ = parameters.ecn;
  made.is_tos_kept_ = parameters.dscp == sa::DscpMap{} && parameters.ecn == sa::Ecn::normal;
  made.df_ = parameters.df;
  return made;
}

}  // namespace esplanade::ipsec
