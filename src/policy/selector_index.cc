#include "policy/selector_index.h"

#include <algorithm>
#include <bit>
#include <span>

namespace esplanade::policy {
namespace {

using net::Family;

// The lengths that prefixes are rounded down to: where networks are mostly cut.
constexpr auto ipv4_lengths = std::to_array<std::uint8_t>({0, 8, 16, 24, 32});
constexpr auto ipv6_lengths = std::to_array<std::uint8_t>({0, 16, 32, 48, 56, 64, 128});

/// An end with more selectors than this is filed by what they have in common: the pairs of both
/// ends' would be many.
constexpr std::size_t most_single = 16;

auto lengths_of(Family family) noexcept -> std::span<const std::uint8_t> {
  if (family == Family::ipv4) return ipv4_lengths;
  return ipv6_lengths;
}

/// Bits that all addresses of a range begin with.
auto common_bits(const net::Range& range) noexcept -> unsigned {
  const auto first = range.first();
  const auto last = range.last();
  unsigned bits = 0;
  for (std::size_t i = 0; i < first.bytes().size(); ++i) {
    const auto differing = std::to_integer<unsigned>(first.bytes()[i] ^ last.bytes()[i]);
    if (differing == 0) {
      bits += 8;
      continue;
    }
    return bits + static_cast<unsigned>(std::countl_zero(static_cast<std::uint8_t>(differing)));
  }
  return bits;
}

auto filed_bits(const net::Range& range) noexcept -> std::uint8_t {
  const auto bits = common_bits(range);
  const auto lengths = lengths_of(range.family());
  const auto longer = std::ranges::upper_bound(lengths, bits);
  return *std::prev(longer);
}

auto is_single(const sa::PortRange& ports) noexcept -> bool { return ports.first == ports.last; }

/// Is a packet that has the same filed parts in the selector, and no other?
auto is_filed_whole(const sa::TrafficSelector& selector, std::uint8_t bits) noexcept -> bool {
  const auto& range = selector.addresses;
  return (selector.ports.is_any() || is_single(selector.ports)) &&
         range == net::Range(net::Prefix(range.first(), bits));
}

/// Everything that selectors of one family at one end may hold.
auto enclosing(const std::vector<sa::TrafficSelector>& selectors, Family family)
    -> std::optional<sa::TrafficSelector> {
  std::optional<sa::TrafficSelector> all;
  for (const auto& one : selectors) {
    if (one.addresses.family() != family) continue;
    if (!all) {
      all = sa::TrafficSelector{one.addresses, {}, {}};
    } else {
      all->addresses = net::Range(std::min(all->addresses.first(), one.addresses.first()),
                                  std::max(all->addresses.last(), one.addresses.last()));
    }
  }
  return all;
}

}  // namespace

auto SelectorIndex::KeyHash::operator()(const Key& key) const noexcept -> std::size_t {
  const auto rest = std::uint64_t{key.ports} << 8 | std::to_underlying(key.protocol);
  return net::combined(net::combined(net::hash_of(key.ours), net::hash_of(key.theirs)), rest);
}

auto SelectorIndex::filed_ends(const std::vector<sa::TrafficSelector>& selectors)
    -> std::vector<FiledEnd> {
  std::vector<FiledEnd> ends;
  if (selectors.size() <= most_single) {
    for (const auto& one : selectors) {
      const auto bits = filed_bits(one.addresses);
      ends.push_back({one, bits, is_filed_whole(one, bits)});
    }
    return ends;
  }
  for (const auto family : {Family::ipv4, Family::ipv6}) {
    if (const auto all = enclosing(selectors, family)) {
      ends.push_back({*all, filed_bits(all->addresses), false});
    }
  }
  return ends;
}

void SelectorIndex::add(std::uint32_t rule, const sa::Selectors& selectors) {
  const auto ours = filed_ends(selectors.ours);
  const auto theirs = filed_ends(selectors.theirs);
  for (const auto& our : ours) {
    for (const auto& their : theirs) file_pair({rule, &selectors}, our, their);
  }
}

void SelectorIndex::file_pair(const Rule& rule, const FiledEnd& our_end,
                              const FiledEnd& their_end) {
  const auto& ours = our_end.selector;
  const auto& theirs = their_end.selector;
  if (ours.addresses.family() != theirs.addresses.family()) return;
  if (ours.protocol && theirs.protocol && ours.protocol != theirs.protocol) return;
  const auto protocol = ours.protocol ? ours.protocol : theirs.protocol;
  const Kind kind{.family = ours.addresses.family(),
                  .our_bits = our_end.bits,
                  .their_bits = their_end.bits,
                  .has_protocol = protocol.has_value(),
                  .has_our_port = is_single(ours.ports),
                  .has_their_port = is_single(theirs.ports)};
  const auto our_port = kind.has_our_port ? ours.ports.first : 0U;
  const auto their_port = kind.has_their_port ? theirs.ports.first : 0U;
  const bool says_all = our_end.is_whole && their_end.is_whole;
  file({rule.number, says_all ? nullptr : rule.selectors}, kind,
       {.ours = ours.addresses.first().first_bits(kind.our_bits),
        .theirs = theirs.addresses.first().first_bits(kind.their_bits),
        .ports = std::uint32_t{our_port} << 16 | their_port,
        .protocol = protocol.value_or(iana::IpProtocol{})});
}

void SelectorIndex::file(const Rule& rule, const Kind& kind, const Key& key) {
  auto table = std::ranges::find(tables_, kind, &Table::kind);
  if (table == tables_.end()) {
    table = tables_.insert(table, {.kind = kind, .first = rule.number, .rules = {}});
  }
  const auto [found, is_new] = table->rules.try_emplace(key, Rules{rule, {}});
  auto& [first, more] = found->second;
  const auto& last = more.empty() ? first : more.back();
  if (!is_new && last != rule) more.push_back(rule);
}

auto SelectorIndex::ends_of(const net::Datagram& packet, sa::Direction direction) noexcept -> Ends {
  const auto port = [&](std::uint16_t net::Ports::* which) {
    return packet.ports ? std::optional((*packet.ports).*which) : std::nullopt;
  };
  const auto src = port(&net::Ports::src);
  const auto dst = port(&net::Ports::dst);
  if (direction == sa::Direction::outbound) {
    return {packet.src, packet.dst, packet.protocol, src, dst};
  }
  return {packet.dst, packet.src, packet.protocol, dst, src};
}

auto SelectorIndex::key_of(const Ends& ends, const Kind& kind) noexcept -> std::optional<Key> {
  if (kind.family != ends.ours.family()) return std::nullopt;
  if (kind.has_our_port && !ends.our_port) return std::nullopt;
  if (kind.has_their_port && !ends.their_port) return std::nullopt;
  const auto our_port = kind.has_our_port ? *ends.our_port : 0U;
  const auto their_port = kind.has_their_port ? *ends.their_port : 0U;
  return Key{.ours = ends.ours.first_bits(kind.our_bits),
             .theirs = ends.theirs.first_bits(kind.their_bits),
             .ports = std::uint32_t{our_port} << 16 | their_port,
             .protocol = kind.has_protocol ? ends.protocol : iana::IpProtocol{}};
}

}  // namespace esplanade::policy
