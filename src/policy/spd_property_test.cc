// The indexed SPD against a linear scan of its entries, over random entries and packets of both
// families (RFC 4301, appendix B: what a fast SPD may never change is the answer).
#include "policy/match.h"
#include "policy/spd.h"
#include "tests/support/random.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace esplanade::policy {
namespace {

using core::SaIndex;
using iana::IpProtocol;
using net::Address;
using net::Family;

/// Draws from few values, so that much overlaps.
class Draw {
 public:
  explicit Draw(std::uint32_t seed) : random_(seed) {}

  auto below(std::uint32_t count) -> std::uint32_t {
    return static_cast<std::uint32_t>(random_.below(count));
  }
  auto is_one_in(std::uint32_t count) -> bool { return below(count) == 0; }

  auto address(Family family) -> Address {
    core::Bytes octets(family == Family::ipv4 ? 4 : 16);
    octets[0] = std::byte{10};
    octets[1] = std::byte(below(3));
    octets[octets.size() - 2] = std::byte(below(3));
    octets.back() = std::byte(below(4) * 64);
    return Address(octets);
  }
  auto range(Family family) -> net::Range {
    const auto a = address(family);
    const auto b = address(family);
    const auto bits = a.bits();
    const auto lengths = std::to_array<unsigned>({0, 7, 8, 13, 16, 24, 26, bits - 1, bits, bits});
    if (is_one_in(3)) return {std::min(a, b), std::max(a, b)};
    return net::Range(net::Prefix(a, std::min(bits, lengths[below(lengths.size())])));
  }
  auto protocol() -> IpProtocol {
    constexpr auto all = std::to_array({IpProtocol::tcp, IpProtocol::udp, IpProtocol::icmp});
    return all[below(all.size())];
  }
  auto port() -> std::uint16_t { return static_cast<std::uint16_t>(80 + below(4)); }
  auto ports() -> sa::PortRange {
    const auto a = port();
    const auto b = port();
    switch (below(5)) {
      case 0:  return {a, a};
      case 1:  return {std::min(a, b), std::max(a, b)};
      case 2:  return sa::PortRange::opaque();
      default: return {};
    }
  }
  auto selectors(Family family, std::uint32_t most) -> std::vector<sa::TrafficSelector> {
    std::vector<sa::TrafficSelector> all;
    for (auto left = below(most) + 1; left > 0; --left) {
      all.push_back({range(is_one_in(8) ? Family::ipv6 : family), {}, ports()});
      if (is_one_in(3)) all.back().protocol = protocol();
    }
    return all;
  }
  auto set() -> sa::Selectors {
    const auto family = is_one_in(2) ? Family::ipv4 : Family::ipv6;
    const auto most = is_one_in(10) ? 40U : 3U;
    return {selectors(family, most), selectors(family, most)};
  }
  auto packet() -> net::Datagram {
    const auto family = is_one_in(2) ? Family::ipv4 : Family::ipv6;
    net::Datagram packet{.family = family, .src = address(family), .dst = address(family)};
    packet.protocol = protocol();
    packet.tos = static_cast<std::uint8_t>(below(4) * 64);
    if (!is_one_in(4)) packet.ports = net::Ports{port(), port()};
    return packet;
  }

 private:
  test::SeededRandom random_;
};

/// An SPD and the entries it was made of, in their order.
struct Model {
  struct Entry {
    sa::Selectors selectors;
    Decision decision;
    Sides sides = Sides::both;
    DscpSet dscps = any_dscp();
  };
  Spd spd;
  std::vector<Entry> entries;

  void add_protect(Draw& draw) {
    SpdEntry entry{.selectors = draw.set(), .sa = SaIndex{draw.below(100)}, .name = {}};
    if (draw.is_one_in(4)) entry.dscps = DscpSet{}.set(draw.below(4) * 16);
    entries.push_back({entry.selectors, {Processing::protect, entry.sa}, Sides::both, entry.dscps});
    spd.append(std::move(entry));
  }
  void add_clear(Draw& draw) {
    ClearEntry entry{.selectors = draw.set(), .name = {}};
    entry.processing = draw.is_one_in(2) ? Processing::bypass : Processing::discard;
    entry.sides = Sides{static_cast<std::uint8_t>(draw.below(3))};
    entries.push_back({entry.selectors, {entry.processing}, entry.sides});
    spd.append(std::move(entry));
  }
  void add_keyed(Draw& draw) {
    const PolicyId policy{static_cast<std::uint32_t>(entries.size())};
    KeyedEntry entry{.policy = policy, .selectors = draw.set(), .name = {}};
    entries.push_back({entry.selectors, {Processing::protect}});
    spd.append(std::move(entry));
  }

  [[nodiscard]] auto outbound(const net::Datagram& packet) const -> Decision {
    for (const auto& [selectors, decision, sides, dscps] : entries) {
      const bool is_it = sides != Sides::inbound && dscps[packet.tos >> 2] &&
                         matches(selectors, packet, sa::Direction::outbound);
      if (is_it) return decision;
    }
    return {};
  }
  [[nodiscard]] auto clear(const net::Datagram& packet) const -> Processing {
    for (const auto& [selectors, decision, sides, dscps] : entries) {
      const bool is_it =
          sides != Sides::outbound && matches(selectors, packet, sa::Direction::inbound);
      if (is_it) return decision.processing;
    }
    return Processing::discard;
  }
};

void add_any(Model& model, Draw& draw) {
  switch (draw.below(3)) {
    case 0:  return model.add_protect(draw);
    case 1:  return model.add_clear(draw);
    default: return model.add_keyed(draw);
  }
}

TEST(SpdProperty, answers_as_a_linear_scan_does) {
  ASSERT_TRUE(rc::check([](std::uint32_t seed) {
    Draw draw(seed);
    Model model;
    for (auto left = draw.below(60); left > 0; --left) add_any(model, draw);
    for (int i = 0; i < 50; ++i) {
      const auto packet = draw.packet();
      const auto decision = model.spd.classify(packet);
      RC_ASSERT(decision.processing == model.outbound(packet).processing);
      RC_ASSERT(decision.sa == model.outbound(packet).sa);
      RC_ASSERT(model.spd.classify_clear(packet) == model.clear(packet));
    }
  }));
}

}  // namespace
}  // namespace esplanade::policy
