// Everything that reads IP packets and captured frames: whatever comes in, what the views give
// out lies inside of it.
#include "core/ensure.h"
#include "net/datagram.h"
#include "net/icmp.h"
#include "net/ipv4.h"
#include "net/ipv6.h"
#include "net/link.h"
#include "net/tcp.h"
#include "net/udp.h"

#include <array>

using namespace esplanade;
using core::ensure;
using core::View;

namespace {

constexpr std::array link_types{
    net::LinkType::loopback_null, net::LinkType::ethernet,      net::LinkType::raw_12,
    net::LinkType::raw_14,        net::LinkType::raw,           net::LinkType::loopback,
    net::LinkType::linux_cooked,  net::LinkType::linux_cooked2, net::LinkType::ipv4,
    net::LinkType::ipv6,
};

void lies_inside(View part, View whole) {
  ensure(part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size()));
}

void fuzz_upper_layers(View bytes) {
  if (const auto udp = net::Udp::parse(bytes)) {
    lies_inside(udp->payload(), bytes);
    ensure(udp->payload().size() + net::udp_header_size == udp->length());
  }
  if (const auto tcp = net::Tcp::parse(bytes)) {
    lies_inside(tcp->options(), bytes);
    lies_inside(tcp->payload(), bytes);
    ensure(tcp->header_length() + tcp->payload().size() == bytes.size());
  }
  if (const auto icmp = net::Icmp::parse(bytes)) {
    lies_inside(icmp->payload(), bytes);
    (void)icmp->is_checksum_right();
  }
}

void fuzz_ipv4(View bytes) {
  const auto ip = net::Ipv4::parse(bytes);
  if (!ip) return;
  lies_inside(ip->options(), bytes);
  lies_inside(ip->payload(), bytes);
  ensure(ip->header_length() + ip->payload().size() == ip->total_length());
  (void)ip->is_checksum_right();
}

void fuzz_ipv6(View bytes) {
  const auto ip = net::Ipv6::parse(bytes);
  if (!ip) return;
  lies_inside(ip->payload(), bytes);
  const auto chain = ip->chain();
  if (!chain) return;
  ensure(chain->upper_offset <= ip->total_length());
  ensure(chain->protect_offset <= chain->upper_offset);
  ensure(chain->next_header_at < chain->upper_offset);
  ensure(chain->protect_next_header_at < chain->protect_offset);
  ensure(static_cast<iana::IpProtocol>(bytes[chain->next_header_at]) == chain->protocol);
  ensure(static_cast<iana::IpProtocol>(bytes[chain->protect_next_header_at]) ==
         chain->protect_protocol);
}

void fuzz_datagram(View bytes) {
  fuzz_ipv4(bytes);
  fuzz_ipv6(bytes);
  const auto datagram = net::Datagram::parse(bytes);
  if (!datagram) return;
  ensure(datagram->total_length <= bytes.size());
  ensure(datagram->upper_offset <= datagram->total_length);
  ensure(datagram->has_upper_header || (datagram->is_fragment && !datagram->ports));
  fuzz_upper_layers(bytes.first(datagram->total_length).subspan(datagram->upper_offset));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto frame = std::as_bytes(std::span{data, size});
  fuzz_upper_layers(frame);
  for (const auto type : link_types) {
    const auto found = net::ip_datagram(type, frame);
    if (!found || !*found) continue;
    lies_inside(**found, frame);
    fuzz_datagram(**found);
  }
  return 0;
}
