#include "pipeline/path/black_holes.h"

#include "core/endian.h"
#include "net/address_hash.h"
#include "net/tcp.h"

#include <bit>

namespace esplanade::pipeline {
namespace {

constexpr std::size_t number_at = 4;

/// Ends, ports, sequence number and length: what a segment and its repetition share.
auto hash_of(const net::Datagram& datagram, core::View segment) noexcept -> std::uint64_t {
  const auto ends = net::combined(net::hash_of(datagram.src), net::hash_of(datagram.dst));
  const auto ports = std::uint64_t{datagram.ports->src} << 16 | datagram.ports->dst;
  const auto number = core::load_be<std::uint32_t>(segment, number_at);
  return net::combined(net::combined(ends, ports << 32 | number), segment.size());
}

auto segment_with_data(const net::Datagram& datagram, core::View octets) noexcept -> core::View {
  const bool is_tcp = datagram.protocol == iana::IpProtocol::tcp && datagram.ports;
  if (!is_tcp || datagram.is_fragment) return {};
  const auto segment = octets.first(datagram.total_length).subspan(datagram.upper_offset);
  const auto tcp = net::Tcp::parse(segment);
  return tcp && !tcp->payload().empty() ? segment : core::View{};
}

}  // namespace

auto BlackHoles::is_swallowed(const net::Datagram& datagram, core::View octets,
                              core::Time now) noexcept -> bool {
  static_assert(std::has_single_bit(places));
  if (datagram.total_length <= smallest) return false;
  const auto segment = segment_with_data(datagram, octets);
  if (segment.empty()) return false;
  const auto hash = hash_of(datagram, segment);
  auto& seen = seen_[hash % places];
  if (seen.segment != hash || now - seen.first > forgotten_after) {
    seen = {.segment = hash, .count = 1, .first = now};
    return false;
  }
  if (++seen.count < sent_at_most || now - seen.first < over_at_least) return false;
  seen = {};
  return true;
}

}  // namespace esplanade::pipeline
