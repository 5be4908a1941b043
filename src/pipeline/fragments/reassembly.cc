#include "pipeline/fragments/reassembly.h"

#include "ipsec/tunnel.h"
#include "net/checksum.h"
#include "net/ipv4.h"
#include "net/ipv6.h"

#include <algorithm>

namespace esplanade::pipeline {
namespace {

constexpr std::size_t slot_size = 65472;  // an odd number of cache lines
constexpr std::size_t longest_header = 128;
constexpr std::size_t data_at = net::headroom + longest_header;
constexpr std::size_t longest_data = slot_size - data_at;
constexpr std::size_t flags_at = 6;
constexpr std::size_t checksum_at = 10;

auto ecn_bits(std::uint8_t tos) noexcept -> std::uint8_t { return tos & ipsec::ecn_mask; }

void mend_ipv4(core::MutableView datagram, std::size_t header, std::uint8_t ecn) noexcept {
  datagram[1] |= std::byte{ecn};
  core::store_be(static_cast<std::uint16_t>(datagram.size()), datagram, 2);
  core::store_be(std::uint16_t{0}, datagram, flags_at);
  core::store_be(std::uint16_t{0}, datagram, checksum_at);
  core::store_be(net::Checksum{}.add(datagram.first(header)).finish(), datagram, checksum_at);
}

void mend_ipv6(core::MutableView datagram, std::uint8_t ecn) noexcept {
  const auto length = datagram.size() - net::ipv6_header_size;
  net::set_ipv6_payload_length(datagram, static_cast<std::uint16_t>(length));
  net::set_ipv6_traffic_class(datagram, ipsec::tos_of(datagram) | ecn);
}

/// Makes the header of the first fragment that of the whole.
void mend_header(core::MutableView datagram, std::size_t header, std::uint8_t ecn) noexcept {
  if (ipsec::is_ipv6(datagram)) {
    mend_ipv6(datagram, ecn);
  } else {
    mend_ipv4(datagram, header, ecn);
  }
}

}  // namespace

Reassembly::Reassembly() : arena_(slot_size, datagrams), partials_(datagrams) {
  for (auto& partial : partials_) partial.ranges.reserve(most_fragments);
}

void Reassembly::Partial::begin(const FragmentKey& of, core::Time now) noexcept {
  key = of;
  since = now;
  ranges.clear();
  have = total = header = 0;
  ecn_seen = 0;
}

auto Reassembly::take_apart(core::View octets) noexcept -> std::optional<Piece> {
  if (const auto ip = net::Ipv4::parse(octets)) {
    const auto from = std::size_t{ip->fragment_offset()};
    return Piece{.header = ip->header(),
                 .from = from,
                 .to = from + ip->payload().size(),
                 .is_last = !ip->more_fragments(),
                 .ecn = ecn_bits(ip->tos()),
                 .data = ip->payload()};
  }
  const auto ip = net::Ipv6::parse(octets);
  if (!ip) return std::nullopt;
  const auto chain = ip->chain();
  if (!chain || !chain->fragment) return std::nullopt;
  constexpr std::size_t fragment_header_size = 8;
  const auto& fragment = *chain->fragment;
  const auto data = octets.first(ip->total_length()).subspan(fragment.at + fragment_header_size);
  return Piece{.header = octets.first(fragment.at),
               .next_header_at = fragment.named_at,
               .next_header = octets[fragment.at],
               .from = fragment.offset,
               .to = fragment.offset + data.size(),
               .is_last = !fragment.more,
               .ecn = ecn_bits(ip->traffic_class()),
               .data = data};
}

auto Reassembly::place_for(const FragmentKey& key, core::Time now) noexcept -> std::size_t {
  std::size_t oldest = 0;
  for (std::size_t i = 0; i < datagrams; ++i) {
    auto& partial = partials_[i];
    if (partial.key && now - partial.since >= longest_wait) partial.key.reset();
    if (partial.key == key) return i;
    if (!partial.key || (partials_[oldest].key && partial.since < partials_[oldest].since)) {
      oldest = i;
    }
  }
  partials_[oldest].begin(key, now);
  return oldest;
}

auto Reassembly::admits(const Partial& partial, const Piece& piece) noexcept -> bool {
  const auto overlaps = [&](const Range& range) {
    return piece.from < range.to && range.from < piece.to;
  };
  const bool is_short = !piece.is_last && piece.data.size() % 8 != 0;
  if (piece.data.empty() || is_short || piece.to > longest_data) return false;
  if (piece.from == 0 && piece.header.size() > longest_header) return false;
  if (std::ranges::any_of(partial.ranges, overlaps)) return false;
  if (partial.ranges.size() == most_fragments) return false;
  if (piece.is_last) {
    const auto ends_later = [&](const Range& range) { return range.to > piece.to; };
    return partial.total == 0 && std::ranges::none_of(partial.ranges, ends_later);
  }
  return partial.total == 0 || piece.to <= partial.total;
}

void Reassembly::keep(std::size_t place, const Piece& piece) noexcept {
  auto& partial = partials_[place];
  auto& packet = arena_.packets()[place];
  core::copy(piece.data, packet.slot.subspan(data_at + piece.from));
  partial.ranges.push_back({piece.from, piece.to});
  partial.have += piece.data.size();
  partial.ecn_seen |= static_cast<std::uint8_t>(1U << piece.ecn);
  if (piece.is_last) partial.total = piece.to;
  if (piece.from != 0) return;
  partial.header = piece.header.size();
  const auto header = packet.slot.subspan(data_at - piece.header.size(), piece.header.size());
  core::copy(piece.header, header);
  if (piece.next_header_at != 0) header[piece.next_header_at] = piece.next_header;
}

/// RFC 3168, 5.3: marked if one of them is; nothing where one of them must not be.
auto Reassembly::ecn_of_all(const Partial& partial) noexcept -> std::optional<std::uint8_t> {
  constexpr unsigned not_ect = 0;
  constexpr std::uint8_t congestion = 3;
  const auto saw = [&](unsigned codepoint) { return (partial.ecn_seen >> codepoint & 1U) != 0; };
  if (!saw(congestion)) return std::uint8_t{0};
  if (saw(not_ect)) return std::nullopt;
  return congestion;
}

auto Reassembly::finish(std::size_t place) noexcept -> bool {
  const auto& partial = partials_[place];
  auto& packet = arena_.packets()[place];
  (void)packet.reset();
  packet.begin = static_cast<std::uint16_t>(data_at - partial.header);
  packet.size = static_cast<std::uint16_t>(partial.header + partial.total);
  const auto mark = ecn_of_all(partial);
  if (!mark) return false;
  mend_header(packet.bytes(), partial.header, *mark);
  return true;
}

auto Reassembly::put(core::View octets, const net::Datagram& fragment, core::Time now) noexcept
    -> std::expected<core::View, net::Verdict> {
  const auto piece = take_apart(octets);
  if (!piece) return std::unexpected(net::Verdict::malformed);
  const auto place = place_for(key_of(fragment), now);
  auto& partial = partials_[place];
  const Range range{piece->from, piece->to};
  const bool is_copy = std::ranges::count(partial.ranges, range) != 0;
  if (is_copy) return std::unexpected(net::Verdict::fragment_kept);
  if (!admits(partial, *piece)) {
    partial.key.reset();
    return std::unexpected(net::Verdict::bad_fragment);
  }
  keep(place, *piece);
  const bool is_whole = partial.header != 0 && partial.have == partial.total;
  if (!is_whole) return std::unexpected(net::Verdict::fragment_kept);
  partial.key.reset();
  if (!finish(place)) return std::unexpected(net::Verdict::bad_fragment);
  return arena_.packets()[place].bytes();
}

}  // namespace esplanade::pipeline
