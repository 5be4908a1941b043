// The tables of RFC 4301, 5.1.2.1 and 5.1.2.2, line by line.
#include "ipsec/tunnel.h"

#include "tests/support/sas.h"
#include "tests/support/slot.h"

#include <gtest/gtest.h>

namespace esplanade::ipsec {
namespace {

using net::Verdict;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

auto with_outer(const sa::SaParameters& parameters, const Bytes& inner, OuterFields fields = {})
    -> Bytes {
  Slot slot(inner);
  const auto clear = take_apart(inner, sa::Mode::tunnel).value();
  fields.protocol = IpProtocol::esp;
  fields.tos = clear.tos;
  fields.dont_fragment = clear.dont_fragment;
  write_outer_header(slot.packet, parameters, fields);
  return slot.bytes();
}

auto over(std::string_view ours, std::string_view theirs) -> sa::SaParameters {
  return parameters({.ours = ours, .theirs = theirs});
}
auto over_ipv4() -> sa::SaParameters { return over("192.0.2.1", "198.51.100.1"); }
auto over_ipv6() -> sa::SaParameters { return over("2001:db8::1", "2001:db8::2"); }

const auto inner4 =
    Ipv4Packet{
        .tos = 0xb9, .flags_and_offset = 0x4000, .options = hex("94040000"), .payload = pattern(20)}
        .bytes();
const auto inner6 = Ipv6Packet{.traffic_class = 0xb9,
                               .extensions = {extension(IpProtocol::hop_by_hop)},
                               .payload = pattern(20)}
                        .bytes();

// ARCH-5.1.2.1-01, -03, -04, -06, -07, -08: 20 octets, no options, TTL its own, inner unchanged.
TEST(OuterHeader, of_ipv4_is_made_from_the_sa_and_either_family_inside) {
  for (const auto& inner : {inner4, inner6}) {
    const auto outer = with_outer(over_ipv4(), inner, {.seq = core::Seq64{7}});

    EXPECT_EQ(u8(outer, 0), 0x45U);
    EXPECT_EQ(u8(outer, 1), 0xb9U);
    EXPECT_EQ(u16(outer, 2), 20 + inner.size());
    EXPECT_EQ(u16(outer, 6), inner == inner4 ? 0x4000U : 0U) << "IPv6 has no DF to copy";
    EXPECT_EQ(u16(outer, 4), inner == inner4 ? 0U : 7U);
    EXPECT_EQ(u8(outer, 8), 64U);
    EXPECT_EQ(u8(outer, 9), 50U);
    EXPECT_EQ(naive_checksum(View(outer).first(20)), 0U);
    EXPECT_EQ(core::to_hex(View(outer).subspan(12, 8)), "c0000201c6336401");
    EXPECT_EQ(Bytes(outer.begin() + 20, outer.end()), inner);
  }
}

// ARCH-5.1.2.2-01, -03: the class copied, the flow label not, extension headers inside.
TEST(OuterHeader, of_ipv6_is_made_from_the_sa_and_either_family_inside) {
  for (const auto& inner : {inner4, inner6}) {
    const auto outer = with_outer(over_ipv6(), inner);

    EXPECT_EQ(u32(outer, 0), 0x6b900000U);
    EXPECT_EQ(u16(outer, 4), inner.size());
    EXPECT_EQ(u8(outer, 6), 50U);
    EXPECT_EQ(u8(outer, 7), 64U);
    EXPECT_EQ(Bytes(outer.begin() + 40, outer.end()), inner);
  }
}

TEST(OuterHeader, has_df_copied_set_or_cleared) {
  const auto may_be_fragmented = Ipv4Packet{.payload = pattern(4)}.bytes();
  struct Row {
    sa::DfPolicy policy;
    const Bytes& inner;
    unsigned flags;
  };
  for (const auto& row :
       {Row{sa::DfPolicy::copy, inner4, 0x4000}, Row{sa::DfPolicy::copy, may_be_fragmented, 0},
        Row{sa::DfPolicy::set, may_be_fragmented, 0x4000}, Row{sa::DfPolicy::clear, inner4, 0}}) {
    auto sa = over_ipv4();
    sa.df = row.policy;
    EXPECT_EQ(u16(with_outer(sa, row.inner), 6), row.flags);
  }
}

// ARCH-5.1.2-01, ARCH-5.1.2.1-05, ECN-4.3-01.
TEST(OuterHeader, has_its_dscp_by_the_map_and_ecn_by_the_mode) {
  for (const auto make : {over_ipv4, over_ipv6}) {
    auto sa = make();
    sa.dscp.outer[0xb8 >> 2] = 0x0a;
    EXPECT_EQ(tos_of(with_outer(sa, inner4)), 0x29);
    EXPECT_EQ(tos_of(with_outer(sa, inner6)), 0x29);
    sa.ecn = sa::Ecn::compatible;
    EXPECT_EQ(tos_of(with_outer(sa, inner4)), 0x28);
  }
}

struct Left {
  Verdict verdict{};
  Bytes bytes;
};
auto left(const Bytes& outer, std::size_t header, IpProtocol next, const sa::SaParameters& sa)
    -> Left {
  Slot slot(outer);
  const auto verdict = leave_tunnel(slot.packet, {slot.packet.bytes().subspan(header), next}, sa);
  return {verdict, slot.bytes()};
}
auto outer_with(std::uint8_t tos, const Bytes& inner) -> Bytes {
  return Ipv4Packet{.protocol = IpProtocol::esp, .tos = tos, .payload = inner}.bytes();
}

// ARCH-5.1.2-02, ARCH-5.1.2.2-02: off unless the SA says so.
TEST(InnerDscp, is_kept_or_taken_from_the_outer_header) {
  const auto inner = Ipv4Packet{.tos = 0xb9, .payload = pattern(8)}.bytes();
  auto sa = over_ipv4();
  const auto kept = left(outer_with(0x28, inner), 20, IpProtocol::ipv4, sa);
  sa.inner_dscp = sa::InnerDscp::from_outer;
  const auto taken = left(outer_with(0x28, inner), 20, IpProtocol::ipv4, sa);
  const auto marked = left(outer_with(0x2b, inner), 20, IpProtocol::ipv4, sa);

  EXPECT_EQ(kept.bytes, inner);
  EXPECT_EQ(taken.bytes, (Ipv4Packet{.tos = 0x29, .payload = pattern(8)}.bytes()));
  EXPECT_EQ(marked.bytes, (Ipv4Packet{.tos = 0x2b, .payload = pattern(8)}.bytes()));
}

// ECN-4.2-01: by the same table, whatever the mode in which the other end sends.
TEST(LeaveTunnel, drops_a_mark_on_what_cannot_react_in_both_modes) {
  const auto inner = Ipv4Packet{.tos = 0xb8, .payload = pattern(8)}.bytes();
  for (const auto mode : {sa::Ecn::normal, sa::Ecn::compatible}) {
    auto sa = over_ipv4();
    sa.ecn = mode;
    EXPECT_EQ(left(outer_with(0x03, inner), 20, IpProtocol::ipv4, sa).verdict, Verdict::bad_ecn);
    EXPECT_EQ(left(outer_with(0x00, inner), 20, IpProtocol::ipv4, sa).bytes, inner);
  }
}

TEST(LeaveTunnel, leaves_what_it_refuses_alone) {
  const auto outer = outer_with(0, pattern(40));
  for (const auto next : {IpProtocol::ipv4, IpProtocol::ipv6, IpProtocol::tcp}) {
    const auto outcome = left(outer, 20, next, over_ipv4());
    EXPECT_EQ(outcome.verdict,
              next == IpProtocol::tcp ? Verdict::bad_next_header : Verdict::bad_inner);
    EXPECT_EQ(outcome.bytes, outer);
  }
}

}  // namespace
}  // namespace esplanade::ipsec
