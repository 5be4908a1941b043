// What an operator reads when traffic selectors do not fit, by the mistakes people make: the wrong
// net, the wrong side, one family only, a protocol or port of another kind.
#include "ike/negotiate/selectors.h"

#include <gtest/gtest.h>

namespace esplanade::ike::negotiate {
namespace {

using iana::IpProtocol;

auto ts(std::string_view range, std::optional<IpProtocol> protocol = {}, sa::PortRange ports = {})
    -> sa::TrafficSelector {
  return {.addresses = net::Range::parse(range).value(), .protocol = protocol, .ports = ports};
}
auto port(std::uint16_t number) -> sa::PortRange { return {.first = number, .last = number}; }

constexpr auto tcp = IpProtocol::tcp;
constexpr auto udp = IpProtocol::udp;
constexpr auto icmp = IpProtocol::icmp;
constexpr sa::PortRange opaque_ports{.first = 65535, .last = 0};

struct Case {
  Offer offered, allowed;
  std::string_view sentence;
};

const Selectors ours{ts("10.2.0.0/16")};
const Selectors theirs{ts("10.1.0.0/16")};

const std::vector<Case> cases{
    {{{ts("10.3.0.0/16")}, ours},
     {theirs, ours},
     "they ask for 10.3.0.0/16 on their side, we allow 10.1.0.0/16 there"},
    {{theirs, {ts("10.4.0.0/16")}},
     {theirs, ours},
     "they ask for 10.4.0.0/16 on our side, we allow 10.2.0.0/16 there"},
    // Both ends were configured with the sides exchanged.
    {{ours, theirs},
     {theirs, ours},
     "they ask for 10.2.0.0/16 on their side, we allow 10.1.0.0/16 there; they ask for 10.1.0.0/16 "
     "on our side, we allow 10.2.0.0/16 there"},
    // `dynamic` behind NAT: the peer asks for its private address.
    {{{ts("192.168.1.7")}, ours},
     {{ts("203.0.113.9")}, ours},
     "they ask for 192.168.1.7/32 on their side, we allow 203.0.113.9/32 there"},
    {{{ts("10.1.255.255")}, ours},
     {{ts("10.1.0.0-10.1.255.254")}, ours},
     "they ask for 10.1.255.255/32 on their side, we allow 10.1.0.0-10.1.255.254 there"},
    {{{ts("10.1.0.0/16", tcp)}, ours},
     {{ts("10.1.0.0/16", udp)}, ours},
     "they ask for 10.1.0.0/16[tcp] on their side, we allow 10.1.0.0/16[udp] there"},
    {{theirs, {ts("10.2.0.1", tcp, port(80))}},
     {theirs, {ts("10.2.0.1", tcp, port(443))}},
     "they ask for 10.2.0.1/32[tcp/80] on our side, we allow 10.2.0.1/32[tcp/443] there"},
    {{theirs, {ts("10.2.0.1", tcp, {1024, 2047})}},
     {theirs, {ts("10.2.0.1", tcp, {2048, 4095})}},
     "they ask for 10.2.0.1/32[tcp/1024-2047] on our side, we allow 10.2.0.1/32[tcp/2048-4095] "
     "there"},
    {{theirs, {ts("10.2.0.1", icmp, {0x0800, 0x08ff})}},
     {theirs, {ts("10.2.0.1", icmp, {0x0300, 0x03ff})}},
     "they ask for 10.2.0.1/32[icmp/8] on our side, we allow 10.2.0.1/32[icmp/3] there"},
    {{theirs, {ts("10.2.0.1", udp, opaque_ports)}},
     {theirs, {ts("10.2.0.1", udp, port(53))}},
     "they ask for 10.2.0.1/32[udp/opaque] on our side, we allow 10.2.0.1/32[udp/53] there"},
    {{{ts("2001:db8:3::/48")}, {ts("2001:db8:2::/48")}},
     {{ts("2001:db8:1::/48")}, {ts("2001:db8:2::/48")}},
     "they ask for 2001:db8:3::/48 on their side, we allow 2001:db8:1::/48 there"},
    {{{ts("::/0")}, {ts("::/0")}},
     {theirs, ours},
     "they ask for ::/0 on their side, we allow 10.1.0.0/16 there; they ask for ::/0 on our side, "
     "we allow 10.2.0.0/16 there"},
    {{{ts("10.1.0.0/16"), ts("2001:db8::/32")}, {ts("10.9.0.0/16"), ts("2001:db8::/32")}},
     {{ts("10.1.0.0/16")}, {ts("2001:db8::/32")}},
     "the selectors of the two sides share no address family"},
    {{{ts("10.3.0.0/16"), ts("10.5.0.0/16")}, ours},
     {theirs, ours},
     "they ask for 10.3.0.0/16 10.5.0.0/16 on their side, we allow 10.1.0.0/16 there"},
    {{{}, ours}, {theirs, ours}, "they ask for nothing on their side, we allow 10.1.0.0/16 there"},
    {{theirs, ours}, {theirs, {}}, "they ask for 10.2.0.0/16 on our side, we allow nothing there"},
};

TEST(SelectorCorpus, says_what_is_asked_for_and_what_is_allowed) {
  for (const auto& one : cases) {
    const auto answer = narrow(one.offered, one.allowed);
    ASSERT_FALSE(answer.has_value()) << one.sentence;
    EXPECT_EQ(answer.error().to_sentence(), one.sentence);
  }
}

}  // namespace
}  // namespace esplanade::ike::negotiate
