#include "ike/negotiate/selectors.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <algorithm>

namespace esplanade::ike::negotiate {
namespace {

using iana::IpProtocol;
using sa::PortRange;
using sa::TrafficSelector;

constexpr PortRange opaque_ports{.first = 65535, .last = 0};

auto ts(std::string_view range, std::optional<IpProtocol> protocol = {}, PortRange ports = {})
    -> TrafficSelector {
  return {.addresses = net::Range::parse(range).value(), .protocol = protocol, .ports = ports};
}
auto port(std::uint16_t number) -> PortRange { return {.first = number, .last = number}; }

auto narrow_text(const Offer& offered, const Offer& allowed) -> std::string {
  const auto answer = narrow(offered, allowed);
  return answer ? to_text(answer->ts_i) + " = " + to_text(answer->ts_r)
                : answer.error().to_sentence();
}

TEST(Concrete, puts_the_own_address_where_dynamic_stands) {
  const policy::SelectorTemplate dynamic{.protocol = IpProtocol::udp, .ports = port(53)};
  const policy::SelectorTemplate net{.addresses = net::Range::parse("10.1.0.0/16").value()};

  EXPECT_EQ(concrete({dynamic, net}, net::Address::parse("192.0.2.7").value()),
            (Selectors{ts("192.0.2.7", IpProtocol::udp, port(53)), ts("10.1.0.0/16")}));
}

TEST(Intersect, is_the_smaller_of_two_that_contain_each_other) {
  EXPECT_EQ(intersect({ts("10.0.0.0/8")}, {ts("10.1.0.0/16")}), (Selectors{ts("10.1.0.0/16")}));
  EXPECT_EQ(intersect({ts("10.1.0.0/16")}, {ts("10.0.0.0/8", IpProtocol::tcp, port(80))}),
            (Selectors{ts("10.1.0.0/16", IpProtocol::tcp, port(80))}));
  EXPECT_TRUE(intersect({ts("10.1.0.0/16")}, {ts("10.2.0.0/16")}).empty());
  EXPECT_TRUE(intersect({ts("0.0.0.0/0")}, {ts("::/0")}).empty());
}

TEST(Intersect, leaves_out_what_is_part_of_another) {
  EXPECT_EQ(intersect({ts("10.1.2.3", IpProtocol::tcp, port(80)), ts("10.1.0.0/16")},
                      {ts("10.1.0.0/16")}),
            (Selectors{ts("10.1.0.0/16")}));
}

TEST(Intersect, takes_opaque_for_a_part_of_any_port_and_of_nothing_else) {
  const auto opaque = ts("10.0.0.1", IpProtocol::udp, opaque_ports);

  EXPECT_EQ(intersect({opaque}, {ts("10.0.0.0/24")}), (Selectors{opaque}));
  EXPECT_EQ(intersect({ts("10.0.0.1")}, {opaque}), (Selectors{opaque}));
  EXPECT_EQ(intersect({opaque}, {opaque}), (Selectors{opaque}));
  EXPECT_TRUE(intersect({opaque}, {ts("10.0.0.1", IpProtocol::udp, port(53))}).empty());
  EXPECT_TRUE(intersect({opaque}, {ts("10.0.0.1", IpProtocol::udp, port(65535))}).empty());
  EXPECT_TRUE(intersect({opaque}, {ts("10.0.0.1", IpProtocol::udp, {1, 65535})}).empty());
}

TEST(Intersect, compares_icmp_types_and_codes_as_ports) {
  const auto echo = ts("10.0.0.0/24", IpProtocol::icmp, {0x0800, 0x08ff});
  const auto echo_code_0 = ts("10.0.0.1", IpProtocol::icmp, port(0x0800));

  EXPECT_EQ(intersect({echo}, {echo_code_0}), (Selectors{echo_code_0}));
  EXPECT_TRUE(intersect({echo}, {ts("10.0.0.1", IpProtocol::icmp, {0, 0xff})}).empty());
}

TEST(IsSubset, sees_what_several_cover_together) {
  const Selectors halves{ts("10.0.0.0/25"), ts("10.0.0.128/25")};

  EXPECT_TRUE(is_subset({ts("10.0.0.0/24")}, halves));
  EXPECT_TRUE(is_subset({ts("10.0.0.100-10.0.0.200")}, halves));
  EXPECT_FALSE(is_subset({ts("10.0.0.0/23")}, halves));
  EXPECT_FALSE(is_subset({ts("10.0.0.0/24")}, {ts("10.0.0.0/25"), ts("10.0.0.129-10.0.0.255")}));
  EXPECT_TRUE(is_subset({}, halves));
  EXPECT_FALSE(is_subset({ts("10.0.0.1")}, {}));
  EXPECT_TRUE(is_subset({ts("::/0")}, {ts("::/1"), ts("8000::/1")}));
}

TEST(IsSubset, knows_that_all_ports_are_more_than_all_numbers) {
  const Selectors numbers{ts("10.0.0.1", IpProtocol::udp, {0, 100}),
                          ts("10.0.0.1", IpProtocol::udp, {101, 65535})};

  EXPECT_FALSE(is_subset({ts("10.0.0.1", IpProtocol::udp)}, numbers));
  auto with_opaque = numbers;
  with_opaque.push_back(ts("10.0.0.1", IpProtocol::udp, opaque_ports));
  EXPECT_TRUE(is_subset({ts("10.0.0.1", IpProtocol::udp)}, with_opaque));
}

TEST(Narrow, gives_back_what_is_allowed_whole) {
  const Offer offered{{ts("10.1.0.0/16")}, {ts("10.2.0.0/16")}};

  const auto answer = narrow(offered, {{ts("0.0.0.0/0")}, {ts("10.0.0.0/8")}});

  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->ts_i, offered.ts_i);
  EXPECT_EQ(answer->ts_r, offered.ts_r);
  EXPECT_TRUE(answer->is_whole);
}

TEST(Narrow, keeps_the_first_pair_in) {
  const Offer offered{{ts("198.51.100.43", IpProtocol::tcp, port(1024)), ts("198.51.100.0/24")},
                      {ts("192.0.2.9", IpProtocol::tcp, port(80)), ts("192.0.2.0/24")}};

  EXPECT_EQ(narrow_text(offered, {{ts("198.51.100.0/25")}, {ts("192.0.2.9")}}),
            "198.51.100.0/25 = 192.0.2.9/32");
}

TEST(Narrow, answers_with_every_part_that_is_allowed) {
  const Offer all{{ts("0.0.0.0/0")}, {ts("0.0.0.0/0")}};
  const Selectors apart{ts("10.1.0.0/24"), ts("10.9.0.0/16")};

  EXPECT_EQ(narrow_text(all, {{ts("10.0.0.1")}, apart}), "10.0.0.1/32 = 10.1.0.0/24 10.9.0.0/16");
}

TEST(Narrow, answers_with_no_more_parts_than_a_payload_can_count) {
  Offer many{{}, {ts("10.2.0.1")}};
  for (std::uint16_t number = 1; number <= 200; ++number) {
    many.ts_i.push_back(ts("10.0.0.0/8", IpProtocol::tcp, port(number)));
  }

  const auto answer = narrow(many, {{ts("10.1.0.0/16"), ts("10.9.0.0/16")}, many.ts_r});

  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->ts_i.size(), 255U);
  EXPECT_EQ(answer->ts_i.front(), ts("10.1.0.0/16", IpProtocol::tcp, port(1)));
  EXPECT_FALSE(answer->is_whole);
}

TEST(Narrow, leaves_out_a_family_that_one_side_has_not) {
  const Offer both{{ts("10.1.0.0/16"), ts("2001:db8:1::/48")},
                   {ts("10.2.0.0/16"), ts("2001:db8:2::/48")}};

  EXPECT_EQ(narrow_text(both, {both.ts_i, {ts("10.2.0.0/16")}}), "10.1.0.0/16 = 10.2.0.0/16");
  EXPECT_EQ(narrow_text(both, {{ts("10.1.0.0/16")}, {ts("2001:db8:2::/48")}}),
            "the selectors of the two sides share no address family");
}

TEST(Narrow, tells_when_something_was_left_out) {
  EXPECT_FALSE(
      narrow({{ts("10.0.0.0/8")}, {ts("10.2.0.1")}}, {{ts("10.1.0.0/16")}, {ts("10.2.0.1")}})
          ->is_whole);
}

TEST(Narrow, says_why_nothing_was_left) {
  const Offer allowed{{ts("10.1.0.0/16")}, {ts("10.2.0.0/16"), ts("10.4.0.0/16")}};

  EXPECT_EQ(narrow_text({{ts("10.3.0.0/16")}, {ts("10.2.0.0/16")}}, allowed),
            "they ask for 10.3.0.0/16 on their side, we allow 10.1.0.0/16 there");
  EXPECT_EQ(narrow_text({{ts("10.1.0.0/16")}, {ts("192.168.0.0/24", IpProtocol::tcp, port(80))}},
                        allowed),
            "they ask for 192.168.0.0/24[tcp/80] on our side, we allow 10.2.0.0/16 10.4.0.0/16 "
            "there");
  EXPECT_EQ(narrow_text({{ts("10.3.0.1")}, {ts("10.3.0.2")}}, allowed),
            "they ask for 10.3.0.1/32 on their side, we allow 10.1.0.0/16 there; they ask for "
            "10.3.0.2/32 on our side, we allow 10.2.0.0/16 10.4.0.0/16 there");
  EXPECT_EQ(narrow_text({{}, {ts("10.2.0.0/16")}}, allowed),
            "they ask for nothing on their side, we allow 10.1.0.0/16 there");
}

TEST(ToText, shows_protocols_and_ports_as_a_configuration_has_them) {
  EXPECT_EQ(to_text({ts("10.1.0.0/16", IpProtocol::tcp, port(80)), ts("10.2.0.0/16")}),
            "10.1.0.0/16[tcp/80] 10.2.0.0/16");
  EXPECT_EQ(to_text({ts("10.0.0.1-10.0.0.3", IpProtocol::udp)}), "10.0.0.1-10.0.0.3[udp]");
  EXPECT_EQ(to_text({ts("::/0", IpProtocol::sctp, {5000, 5010})}), "::/0[sctp/5000-5010]");
  EXPECT_EQ(to_text({ts("10.0.0.1", IpProtocol{200}, opaque_ports)}), "10.0.0.1/32[200/opaque]");
  EXPECT_EQ(to_text({ts("10.0.0.1", IpProtocol::icmp, {0x0800, 0x08ff})}), "10.0.0.1/32[icmp/8]");
  EXPECT_EQ(to_text({ts("10.0.0.1", IpProtocol::icmp, port(0x0301))}), "10.0.0.1/32[icmp/3(1)]");
  EXPECT_EQ(to_text({ts("10.0.0.1", {}, port(53))}), "10.0.0.1/32[any/53]");
}

// --- against a model that asks for every packet -------------------------------------------------

// A packet as a selector sees it: 65536 stands for a port that cannot be seen.
struct Packet {
  std::string address;
  IpProtocol protocol{};
  unsigned port = 0;
};

auto matches(const TrafficSelector& selector, const Packet& packet) -> bool {
  const auto address = net::Address::parse(packet.address).value();
  if (!selector.addresses.contains(address)) return false;
  if (address.family() != selector.addresses.family()) return false;
  if (selector.protocol && *selector.protocol != packet.protocol) return false;
  if (selector.ports.is_any()) return true;
  if (selector.ports == opaque_ports) return packet.port == 65536;
  return selector.ports.first <= packet.port && packet.port <= selector.ports.last;
}

auto matches(const Selectors& selectors, const Packet& packet) -> bool {
  return std::ranges::any_of(selectors, [&](const auto& one) { return matches(one, packet); });
}

constexpr unsigned last_host = 5;
constexpr unsigned last_port = 3;

auto all_packets() -> std::vector<Packet> {
  std::vector<Packet> packets;
  for (unsigned host = 0; host <= last_host + 1; ++host) {
    for (const auto* net : {"10.0.0.", "2001:db8::"}) {
      for (const auto protocol : {IpProtocol::tcp, IpProtocol::udp, IpProtocol::sctp}) {
        for (const auto port : {0U, 1U, 2U, 3U, 4U, 65535U, 65536U}) {
          packets.push_back({net + std::to_string(host), protocol, port});
        }
      }
    }
  }
  return packets;
}

const auto nets = std::to_array<std::string>({"10.0.0.", "2001:db8::"});

auto any_range(const std::string& net) -> rc::Gen<net::Range> {
  return rc::gen::apply(
      [net](unsigned a, unsigned b) {
        const auto end = [&](unsigned host) {
          return net::Address::parse(net + std::to_string(host)).value();
        };
        return net::Range(end(std::min(a, b)), end(std::max(a, b)));
      },
      rc::gen::inRange(0U, last_host + 1), rc::gen::inRange(0U, last_host + 1));
}

auto any_ports() -> rc::Gen<PortRange> {
  const auto number = rc::gen::inRange<std::uint16_t>(0, last_port + 1);
  const auto range = rc::gen::apply(
      [](std::uint16_t a, std::uint16_t b) {
        return PortRange{.first = std::min(a, b), .last = std::max(a, b)};
      },
      number, number);
  return rc::gen::oneOf(rc::gen::just(PortRange{}), rc::gen::just(opaque_ports), range,
                        rc::gen::just(PortRange{.first = 2, .last = 65535}));
}

auto any_selector(rc::Gen<net::Range> range) -> rc::Gen<TrafficSelector> {
  return rc::gen::apply(
      [](const net::Range& addresses, std::optional<IpProtocol> protocol, PortRange ports) {
        return TrafficSelector{.addresses = addresses, .protocol = protocol, .ports = ports};
      },
      std::move(range),
      rc::gen::element<std::optional<IpProtocol>>(std::nullopt, IpProtocol::tcp, IpProtocol::udp),
      any_ports());
}

auto any_selectors() -> rc::Gen<Selectors> {
  auto range = rc::gen::oneOf(any_range(nets[0]), any_range(nets[0]), any_range(nets[1]));
  return rc::gen::resize(6, rc::gen::container<Selectors>(any_selector(std::move(range))));
}

RC_GTEST_PROP(Intersect, has_a_packet_just_when_both_have_it, ()) {
  const auto a = *any_selectors();
  const auto b = *any_selectors();

  const auto both = intersect(a, b);

  for (const auto& packet : all_packets()) {
    RC_ASSERT(matches(both, packet) == (matches(a, packet) && matches(b, packet)));
  }
}

RC_GTEST_PROP(IsSubset, holds_just_when_no_packet_is_missing, ()) {
  const auto inner = *any_selectors();
  const auto outer = *any_selectors();
  const auto packets = all_packets();

  const auto expected = std::ranges::all_of(packets, [&](const auto& packet) {
    return !matches(inner, packet) || matches(outer, packet);
  });

  RC_ASSERT(is_subset(inner, outer) == expected);
}

// ARCH-7.2-03: what shows no port goes by a protocol, or with all that has ports.
TEST(Narrow, leaves_out_ports_without_a_protocol) {
  const Offer allowed{{ts("10.1.0.0/16")}, {ts("10.2.0.0/16")}};
  auto opaque = ts("10.1.0.0/16");
  opaque.ports = opaque_ports;
  auto http = ts("10.1.0.0/16");
  http.ports = port(80);
  const auto udp = ts("10.1.0.0/16", IpProtocol::udp, opaque_ports);

  EXPECT_FALSE(narrow({{opaque}, allowed.ts_r}, allowed));
  EXPECT_FALSE(narrow({{http}, allowed.ts_r}, allowed));
  EXPECT_EQ(narrow_text({{opaque, udp}, allowed.ts_r}, allowed),
            "10.1.0.0/16[udp/opaque] = 10.2.0.0/16");
  EXPECT_FALSE(narrow({{opaque, udp}, allowed.ts_r}, allowed)->is_whole);
}

RC_GTEST_PROP(Narrow, stays_inside_both, ()) {
  const Offer offered{*any_selectors(), *any_selectors()};
  const Offer allowed{*any_selectors(), *any_selectors()};

  const auto answer = narrow(offered, allowed);
  RC_PRE(answer.has_value());

  RC_ASSERT(is_subset(answer->ts_i, offered.ts_i) && is_subset(answer->ts_i, allowed.ts_i));
  RC_ASSERT(is_subset(answer->ts_r, offered.ts_r) && is_subset(answer->ts_r, allowed.ts_r));
}

RC_GTEST_PROP(Narrow, never_gives_up_an_acceptable_first_pair, ()) {
  const auto net = *rc::gen::elementOf(nets);
  const auto first_i = *any_selector(any_range(net));
  const auto first_r = *any_selector(any_range(net));
  RC_PRE(are_ports_of_protocols({first_i, first_r}));
  Offer offered{*any_selectors(), *any_selectors()};
  Offer allowed{*any_selectors(), *any_selectors()};
  offered.ts_i.insert(offered.ts_i.begin(), first_i);
  offered.ts_r.insert(offered.ts_r.begin(), first_r);
  allowed.ts_i.push_back(first_i);
  allowed.ts_r.push_back(first_r);

  const auto answer = narrow(offered, allowed);

  RC_ASSERT(answer.has_value());
  RC_ASSERT(is_subset({first_i}, answer->ts_i));
  RC_ASSERT(is_subset({first_r}, answer->ts_r));
}

}  // namespace
}  // namespace esplanade::ike::negotiate
