// What deals with the sizes of packets. The first octet chooses:
//
//   0   the rest is a datagram from the unprotected side: an ICMP error about a packet of ours?
//   1   the second octet says how large pieces are; the rest is a datagram that is cut, and put
//       together again from last to first
//   2   the rest is fragments, each behind its length in two octets
//   3   the rest is a TCP segment whose announced segment size is lowered
#include "core/reader.h"
#include "net/ipv4.h"
#include "net/ipv6.h"
#include "net/tcp_mss.h"
#include "pipeline/fragments/reassembly.h"
#include "pipeline/path/path_errors.h"
#include "tests/support/esp.h"
#include "tests/support/fragments.h"

namespace {

using namespace esplanade;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

constexpr core::Time now{std::chrono::hours(1)};

void take_error(View datagram) {
  pipeline::Tables tables;
  const auto index = tables.sad.add(make_outbound({.path_mtu = 1500}));
  (void)tables.sad.outbound(index).next_sequence();
  pipeline::PathErrors errors;
  (void)errors.take(tables, datagram, now);
  core::ensure(tables.sad.outbound(index).path_mtu.current() >= 576);
  const auto parsed = net::Datagram::parse(datagram);
  if (parsed) (void)net::quoted_in(*parsed, datagram);
}

auto put_together(pipeline::Reassembly& reassembly, View fragment) -> std::optional<Bytes> {
  const auto datagram = net::Datagram::parse(fragment);
  if (!datagram || !datagram->is_fragment) return std::nullopt;
  const auto whole = reassembly.put(fragment, *datagram, now);
  if (!whole) return std::nullopt;
  const auto ipv4 = net::Ipv4::parse(*whole);
  const auto ipv6 = net::Ipv6::parse(*whole);
  core::ensure(ipv4 ? ipv4->total_length() == whole->size() && !ipv4->is_fragment()
                    : ipv6 && ipv6->total_length() == whole->size());
  return Bytes(whole->begin(), whole->end());
}

void cut_and_put_together(View datagram, std::size_t largest) {
  pipeline::Reassembly reassembly;
  const auto pieces = test::cut(datagram, largest);
  if (pieces.size() > 1) {  // what fits is left as it is, whatever it holds
    for (const auto& piece : pieces) {
      core::ensure(piece.size() <= largest && net::Datagram::parse(piece).has_value());
    }
  }
  for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece) {
    const auto whole = put_together(reassembly, *piece);
    const bool is_last = piece + 1 == pieces.rend();
    core::ensure(!whole || is_last);
  }
}

void take_fragments(View octets) {
  pipeline::Reassembly reassembly;
  core::Reader reader(octets);
  while (reader.more()) {
    const std::size_t size = reader.u16();
    (void)put_together(reassembly, reader.take(std::min(size, octets.size() - reader.offset())));
  }
}

void lower(View octets) {
  Bytes segment(octets.begin(), octets.end());
  net::lower_mss(segment, 1000);
  core::ensure(segment.size() == octets.size());
}

}  // namespace

extern "C" auto LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) -> int {
  const View octets = std::as_bytes(std::span(data, size));
  if (octets.size() < 2) return 0;
  switch (std::to_integer<unsigned>(octets[0]) % 4) {
    case 0: take_error(octets.subspan(1)); break;
    case 1:
      cut_and_put_together(octets.subspan(2), 40 + std::to_integer<std::size_t>(octets[1]) * 8);
      break;
    case 2:  take_fragments(octets.subspan(1)); break;
    default: lower(octets.subspan(1)); break;
  }
  return 0;
}
