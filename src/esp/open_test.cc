// What the receiver accepts, refuses, counts and leaves alone.
#include "tests/support/esp.h"

#include <gtest/gtest.h>

namespace esplanade::esp {
namespace {

using namespace std::chrono_literals;
using net::Verdict;
using sa::Mode;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

struct Ends {
  explicit Ends(const SaSpec& spec) : out(make_outbound(spec)), in(make_inbound(spec)) {}
  std::unique_ptr<ipsec::OutboundSa> out;
  std::unique_ptr<ipsec::InboundSa> in;
};

/// Plaintext with padding to 4 and `next` as next header.
auto plaintext(View payload, IpProtocol next) -> Bytes {
  Bytes octets(payload.begin(), payload.end());
  const auto padding = (4 - (payload.size() + 2) % 4) % 4;
  for (std::size_t i = 1; i <= padding; ++i) append8(octets, i);
  append8(octets, padding);
  append8(octets, std::to_underlying(next));
  return octets;
}

auto receive(Ends& ends, View payload, IpProtocol next, std::uint8_t outer_tos = 0) -> Outcome {
  return opened(*ends.in, signed_by(*ends.out, plaintext(payload, next), outer_tos));
}

TEST(Open, cuts_traffic_flow_padding_off_behind_the_inner_datagram) {
  Ends ends{{}};
  auto padded = udp4_of_size(50);
  padded.resize(1000, std::byte{0x77});
  EXPECT_EQ(receive(ends, padded, IpProtocol::ipv4), (Outcome{Verdict::pass, udp4_of_size(50)}));

  const auto inner6 = Ipv6Packet{.payload = pattern(10)}.bytes();
  auto padded6 = inner6;
  padded6.resize(1000, std::byte{0x77});
  EXPECT_EQ(receive(ends, padded6, IpProtocol::ipv6), (Outcome{Verdict::pass, inner6}));
}

TEST(Open, takes_a_dummy_for_one_and_counts_its_number) {
  for (const auto mode : {Mode::tunnel, Mode::transport}) {
    Ends ends{{.mode = mode}};
    EXPECT_EQ(receive(ends, pattern(100), IpProtocol::no_next_header).verdict, Verdict::dummy);
    EXPECT_FALSE(ends.in->check(core::Seq64{1}));
    EXPECT_EQ(ends.in->usage.packets.value(), 1U);
  }
}

TEST(Open, refuses_anything_but_ip_in_a_tunnel) {
  Ends ends{{}};
  for (const auto next : {IpProtocol::udp, IpProtocol::tcp, IpProtocol::esp, IpProtocol::hop_by_hop,
                          static_cast<IpProtocol>(255)}) {
    EXPECT_EQ(receive(ends, udp4_of_size(40), next).verdict, Verdict::bad_next_header);
  }
}

TEST(Open, refuses_an_inner_packet_that_is_none) {
  Ends ends{{}};
  auto longer = udp4_of_size(40);
  longer[3] = std::byte{41};
  auto short_header = udp4_of_size(40);
  short_header[0] = std::byte{0x44};

  EXPECT_EQ(receive(ends, longer, IpProtocol::ipv4).verdict, Verdict::bad_inner);
  EXPECT_EQ(receive(ends, short_header, IpProtocol::ipv4).verdict, Verdict::bad_inner);
  EXPECT_EQ(receive(ends, {}, IpProtocol::ipv4).verdict, Verdict::bad_inner);
  EXPECT_EQ(receive(ends, {}, IpProtocol::ipv6).verdict, Verdict::bad_inner);
  EXPECT_EQ(receive(ends, pattern(19), IpProtocol::ipv4).verdict, Verdict::bad_inner);
}

TEST(Open, refuses_a_version_other_than_the_next_header_says) {
  Ends ends{{}};
  const auto inner6 = Ipv6Packet{.payload = pattern(10)}.bytes();

  EXPECT_EQ(receive(ends, udp4_of_size(60), IpProtocol::ipv6).verdict, Verdict::bad_inner);
  EXPECT_EQ(receive(ends, inner6, IpProtocol::ipv4).verdict, Verdict::bad_inner);
}

TEST(Open, refuses_wrong_padding_after_the_number_was_spent) {
  Ends ends{{}};
  auto octets = plaintext(udp4_of_size(41), IpProtocol::ipv4);
  octets[41] = std::byte{9};
  EXPECT_EQ(opened(*ends.in, signed_by(*ends.out, octets)).verdict, Verdict::bad_padding);
  EXPECT_FALSE(ends.in->check(core::Seq64{1}));

  EXPECT_EQ(opened(*ends.in, signed_by(*ends.out, hex("0102ff04"))).verdict, Verdict::bad_padding);
}

TEST(Open, takes_more_padding_than_the_alignment_needs) {
  Ends ends{{}};
  auto octets = udp4_of_size(60);
  for (std::size_t i = 1; i <= 254; ++i) append8(octets, i);
  append(octets, hex("fe04"));

  EXPECT_EQ(opened(*ends.in, signed_by(*ends.out, octets)),
            (Outcome{Verdict::pass, udp4_of_size(60)}));
}

TEST(Open, sets_the_inner_ecn_and_keeps_its_checksum_right) {
  Ends ends{{}};
  const auto inner = Ipv4Packet{.tos = 0xba, .payload = pattern(8)}.bytes();
  const auto outcome = receive(ends, inner, IpProtocol::ipv4, 0x03);

  ASSERT_EQ(outcome.verdict, Verdict::pass);
  EXPECT_EQ(outcome.bytes, (Ipv4Packet{.tos = 0xbb, .payload = pattern(8)}.bytes()));
}

TEST(Open, sets_the_inner_ecn_of_ipv6_and_nothing_else) {
  Ends ends{{}};
  const auto inner = Ipv6Packet{.traffic_class = 0xba, .payload = pattern(8)}.bytes();
  const auto outcome = receive(ends, inner, IpProtocol::ipv6, 0x01);

  ASSERT_EQ(outcome.verdict, Verdict::pass);
  EXPECT_EQ(outcome.bytes, (Ipv6Packet{.traffic_class = 0xb9, .payload = pattern(8)}.bytes()));
}

TEST(Open, refuses_congestion_marked_on_a_packet_that_cannot_react) {
  Ends ends{{}};

  EXPECT_EQ(receive(ends, udp4_of_size(40), IpProtocol::ipv4, 0x03).verdict, Verdict::bad_ecn);
  EXPECT_EQ(receive(ends, udp4_of_size(40), IpProtocol::ipv4, 0x02).verdict, Verdict::pass);
}

TEST(Open, takes_udp_only_where_the_sa_has_it) {
  const SaSpec plain{};
  const SaSpec in_udp{.encapsulation = sa::UdpEncapsulation{}};

  EXPECT_EQ(opened(*make_inbound(in_udp), sealed(*make_outbound(plain), udp4_of_size(40))).verdict,
            Verdict::wrong_endpoint);
  EXPECT_EQ(opened(*make_inbound(plain), sealed(*make_outbound(in_udp), udp4_of_size(40))).verdict,
            Verdict::wrong_endpoint);
}

TEST(Open, refuses_frames_too_short_or_out_of_step_before_any_cryptography) {
  for (const auto kind : {Kind::aead, Kind::encrypt_then_mac}) {
    auto in = make_inbound({.kind = kind});
    const auto sizes = in->suite.sizes;
    const std::size_t around = 8U + sizes.iv + sizes.icv;
    for (std::size_t size = 8; size < around + 3 * sizes.align; ++size) {
      Bytes esp = hex("0000100100000001");
      esp.resize(size);
      const auto outcome =
          opened(*in, Ipv4Packet{.protocol = IpProtocol::esp, .payload = esp}.bytes());
      const auto expected = size < around + sizes.align          ? Verdict::too_short
                            : (size - around) % sizes.align != 0 ? Verdict::bad_alignment
                                                                 : Verdict::bad_icv;
      EXPECT_EQ(outcome.verdict, expected) << size;
    }
  }
}

TEST(Open, refuses_numbers_seen_and_numbers_left_of_the_window) {
  Ends ends{{.replay_window = 32}};
  std::vector<Bytes> sent;
  for (int i = 0; i < 40; ++i) sent.push_back(sealed(*ends.out, udp4_of_size(40)));

  EXPECT_EQ(opened(*ends.in, sent[39]).verdict, Verdict::pass);
  EXPECT_EQ(opened(*ends.in, sent[39]).verdict, Verdict::replay_duplicate);
  EXPECT_EQ(opened(*ends.in, sent[7]).verdict, Verdict::replay_too_old);
  EXPECT_EQ(opened(*ends.in, sent[8]).verdict, Verdict::pass);
}

TEST(Open, refuses_number_zero) {
  auto in = make_inbound({});
  Bytes esp = hex("0000100100000000");
  esp.resize(60);

  EXPECT_EQ(opened(*in, Ipv4Packet{.protocol = IpProtocol::esp, .payload = esp}.bytes()).verdict,
            Verdict::replay_duplicate);
}

TEST(Open, refuses_a_number_before_the_first_with_esn) {
  auto in = make_inbound({.esn = sa::Esn::yes});
  Bytes esp = hex("00001001fffffff0");
  esp.resize(60);

  EXPECT_EQ(opened(*in, Ipv4Packet{.protocol = IpProtocol::esp, .payload = esp}.bytes()).verdict,
            Verdict::replay_too_old);
}

TEST(Open, takes_copies_where_replay_protection_is_off) {
  Ends ends{{.replay_window = 0}};
  const auto outer = sealed(*ends.out, udp4_of_size(40));

  EXPECT_EQ(opened(*ends.in, outer).verdict, Verdict::pass);
  EXPECT_EQ(opened(*ends.in, outer).verdict, Verdict::pass);
}

TEST(Open, crosses_two_to_the_32_with_esn_in_both_kinds) {
  for (const auto kind : {Kind::aead, Kind::encrypt_then_mac}) {
    Ends ends{{.kind = kind, .esn = sa::Esn::yes}};
    ends.out->continue_from(core::Seq64{0xffffffff - 3});
    (void)ends.in->commit(core::Seq64{0xffffffff - 3});
    for (int i = 0; i < 8; ++i) {
      EXPECT_EQ(opened(*ends.in, sealed(*ends.out, udp4_of_size(40))).verdict, Verdict::pass) << i;
    }
    EXPECT_FALSE(ends.in->check(core::Seq64{0x1'0000'0004}));
    EXPECT_TRUE(ends.in->check(core::Seq64{0x1'0000'0005}));
  }
}

TEST(Open, counts_packets_and_the_octets_that_were_ciphertext) {
  Ends ends{{}};
  for (int i = 0; i < 3; ++i) (void)opened(*ends.in, sealed(*ends.out, udp4_of_size(101)));

  EXPECT_EQ(ends.in->usage.packets.value(), 3U);
  EXPECT_EQ(ends.in->usage.octets.value(), 3 * 104U);
  EXPECT_EQ(ends.out->usage.packets.value(), 3U);
  EXPECT_EQ(ends.out->usage.octets.value(), 3 * 104U);
}

TEST(Open, keeps_the_outer_header_up_to_the_number_of_what_it_refuses) {
  for (const auto kind : {Kind::aead, Kind::encrypt_then_mac}) {
    Ends ends{{.kind = kind}};
    auto outer = sealed(*ends.out, udp4_of_size(40));
    outer.back() ^= std::byte{1};
    const auto outcome = opened(*ends.in, outer);

    EXPECT_EQ(outcome.verdict, Verdict::bad_icv);
    ASSERT_EQ(outcome.bytes.size(), outer.size());
    EXPECT_TRUE(std::equal(outer.begin(), outer.begin() + 28, outcome.bytes.begin()));
  }
}

TEST(Lifetimes, end_both_directions_at_the_packet_and_not_at_the_batch) {
  Ends unlimited{{}};
  Ends ends{{.lifetime = {.hard_packets = 3}}};
  const std::vector<Bytes> clear(5, udp4_of_size(40));
  Batch outbound(clear);
  Batch all(clear);
  seal_all(*ends.out, outbound.packets());
  seal_all(*unlimited.out, all.packets());
  Batch inbound(all.all_bytes());
  open_all(*ends.in, inbound.packets());

  const std::vector expected{Verdict::pass, Verdict::pass, Verdict::pass, Verdict::lifetime_over,
                             Verdict::lifetime_over};
  EXPECT_EQ(outbound.verdicts(), expected);
  EXPECT_EQ(inbound.verdicts(), expected);
  EXPECT_EQ(ends.out->last_sequence(), core::Seq64{3});
  EXPECT_TRUE(ends.in->check(core::Seq64{4})) << "what came too late moved no window";
  EXPECT_EQ(outbound.bytes(4), clear[4]) << "never sent, so never changed";
}

TEST(Lifetimes, end_by_octets_with_the_packet_that_reaches_them) {
  Ends ends{{.lifetime = {.hard_octets = 2 * 44 - 1}}};
  Batch batch(std::vector<Bytes>(3, udp4_of_size(40)));

  seal_all(*ends.out, batch.packets());

  EXPECT_EQ(batch.verdicts(), (std::vector{Verdict::pass, Verdict::pass, Verdict::lifetime_over}));
}

TEST(Lifetimes, end_by_time_and_carry_on_through_the_soft_limit) {
  Ends ends{{.lifetime = {.soft_time = 10s, .hard_time = 20s}}};
  const auto first = sealed(*ends.out, udp4_of_size(40));
  const auto verdict_at = [&](core::Time now) {
    Slot out(udp4_of_size(40));
    seal_all(*ends.out, {&out.packet, 1}, now);
    return out.packet.verdict;
  };
  Slot in(first);
  open_all(*ends.in, {&in.packet, 1}, {20s});

  EXPECT_EQ(verdict_at({15s}), Verdict::pass);
  EXPECT_EQ(verdict_at({20s}), Verdict::lifetime_over);
  EXPECT_EQ(in.packet.verdict, Verdict::lifetime_over);
}

}  // namespace
}  // namespace esplanade::esp
