// What a sealed packet looks like from outside, read octet by octet.
#include "tests/support/esp.h"

#include <gtest/gtest.h>

namespace esplanade::esp {
namespace {

using net::Verdict;
using sa::Mode;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

/// ESP's own octets around `payload` for AES-GCM: header, IV, trailer, ICV.
auto gcm_size(std::size_t payload) -> std::size_t { return 16 + (payload + 2 + 3) / 4 * 4 + 16; }

TEST(Encapsulate, puts_a_new_ipv4_header_around_a_tunneled_packet) {
  const auto inner = udp4_of_size(100);
  const auto outer = sealed(*make_outbound({}), inner);

  ASSERT_EQ(outer.size(), 20 + gcm_size(100));
  EXPECT_EQ(u8(outer, 0), 0x45U);
  EXPECT_EQ(u16(outer, 2), outer.size());
  EXPECT_EQ(u8(outer, 8), 64U);
  EXPECT_EQ(u8(outer, 9), 50U);
  EXPECT_EQ(naive_checksum(View(outer).first(20)), 0U);
  EXPECT_EQ(u32(outer, 12), 0xc0000201U);
  EXPECT_EQ(u32(outer, 16), 0xc6336401U);
}

TEST(Encapsulate, puts_a_new_ipv6_header_around_a_tunneled_packet) {
  const auto outer =
      sealed(*make_outbound({.ours = "2001:db8::1", .theirs = "2001:db8::2"}), udp4_of_size(100));

  ASSERT_EQ(outer.size(), 40 + gcm_size(100));
  EXPECT_EQ(u32(outer, 0), 0x60000000U);
  EXPECT_EQ(u16(outer, 4), outer.size() - 40);
  EXPECT_EQ(u8(outer, 6), 50U);
  EXPECT_EQ(u8(outer, 7), 64U);
  EXPECT_EQ(core::to_hex(View(outer).subspan(8, 32)),
            "20010db800000000000000000000000120010db8000000000000000000000002");
}

TEST(Encapsulate, begins_esp_with_spi_and_number_and_counts_up) {
  auto sa = make_outbound({.spi = 0xdeadbeef});
  for (std::uint32_t number = 1; number <= 3; ++number) {
    const auto outer = sealed(*sa, udp4_of_size(60));
    EXPECT_EQ(u32(outer, 20), 0xdeadbeefU);
    EXPECT_EQ(u32(outer, 24), number);
  }
}

TEST(Encapsulate, sends_only_the_low_half_of_an_extended_number) {
  auto sa = make_outbound({.esn = sa::Esn::yes});
  sa->continue_from(core::Seq64{0x5'0000'0006});
  const auto outer = sealed(*sa, udp4_of_size(60));

  EXPECT_EQ(u32(outer, 24), 7U);
  EXPECT_EQ(core::to_hex(View(outer).subspan(28, 8)), "0000000500000007") << "GCM's IV";
}

TEST(Encapsulate, takes_cbc_ivs_from_the_randomness_it_is_lent) {
  auto sa = make_outbound({.kind = Kind::encrypt_then_mac});
  Slot slot(udp4_of_size(60));
  auto* packet = &slot.packet;
  FixedRandom random(hex("00112233445566778899aabbccddeeff"));

  esp::seal(*sa, {&packet, 1}, {.now = {}, .random = random});

  EXPECT_EQ(core::to_hex(View(slot.bytes()).subspan(28, 16)), "00112233445566778899aabbccddeeff");
}

TEST(Encapsulate, pads_gcm_to_4_and_cbc_to_16_octets) {
  for (std::size_t size = 28; size < 80; ++size) {
    const auto gcm = sealed(*make_outbound({}), udp4_of_size(size));
    const auto cbc = sealed(*make_outbound({.kind = Kind::encrypt_then_mac}), udp4_of_size(size));

    EXPECT_EQ(gcm.size(), 20 + gcm_size(size));
    EXPECT_EQ(cbc.size(), 20 + 24 + (size + 2 + 15) / 16 * 16 + 16);
  }
}

struct DfCase {
  sa::DfPolicy policy;
  bool inner, outer;
};

TEST(Encapsulate, sets_the_outer_df_as_the_sa_says) {
  using enum sa::DfPolicy;
  for (const auto& one :
       {DfCase{copy, false, false}, DfCase{copy, true, true}, DfCase{set, false, true},
        DfCase{set, true, true}, DfCase{clear, false, false}, DfCase{clear, true, false}}) {
    auto sa = make_outbound({.df = one.policy});
    sa->continue_from(core::Seq64{0x12344});
    const auto flags = static_cast<std::uint16_t>(one.inner ? 0x4000 : 0);
    const auto inner = Ipv4Packet{.flags_and_offset = flags, .payload = pattern(20)}.bytes();

    const auto outer = sealed(*sa, inner);

    EXPECT_EQ(u16(outer, 6), one.outer ? 0x4000U : 0U);
    EXPECT_EQ(u16(outer, 4), one.outer ? 0U : 0x2345U) << "may be fragmented: needs its own id";
    EXPECT_EQ(naive_checksum(View(outer).first(20)), 0U);
  }
}

TEST(Encapsulate, leaves_df_clear_around_ipv6_where_df_is_copied) {
  const auto outer = sealed(*make_outbound({}), Ipv6Packet{.payload = pattern(20)}.bytes());

  EXPECT_EQ(u16(outer, 6), 0U);
}

TEST(Encapsulate, copies_dscp_and_ecn_between_all_families) {
  for (const unsigned tos : {0x00U, 0x01U, 0x02U, 0x03U, 0xb8U, 0xfeU, 0xffU}) {
    const auto value = static_cast<std::uint8_t>(tos);
    const auto inner4 = Ipv4Packet{.tos = value, .payload = pattern(9)}.bytes();
    const auto inner6 = Ipv6Packet{.traffic_class = value, .payload = pattern(9)}.bytes();
    for (const auto& inner : {inner4, inner6}) {
      const auto in4 = sealed(*make_outbound({}), inner);
      const auto in6 =
          sealed(*make_outbound({.ours = "2001:db8::1", .theirs = "2001:db8::2"}), inner);
      EXPECT_EQ(u8(in4, 1), tos);
      EXPECT_EQ(u32(in6, 0), 0x60000000U | tos << 20);
    }
  }
}

TEST(Encapsulate, puts_udp_before_esp_where_the_sa_says_so) {
  auto sa = make_outbound({.encapsulation = sa::UdpEncapsulation{.ours = 4500, .theirs = 40123}});
  const auto outer = sealed(*sa, udp4_of_size(100));

  ASSERT_EQ(outer.size(), 20 + 8 + gcm_size(100));
  EXPECT_EQ(u8(outer, 9), 17U);
  EXPECT_EQ(u16(outer, 20), 4500U);
  EXPECT_EQ(u16(outer, 22), 40123U);
  EXPECT_EQ(u16(outer, 24), outer.size() - 20);
  EXPECT_EQ(u16(outer, 26), 0U);
  EXPECT_EQ(u32(outer, 28), 0x1001U);
}

TEST(Encapsulate, keeps_the_header_of_a_packet_in_transport_mode_with_its_options) {
  const auto clear = Ipv4Packet{.protocol = IpProtocol::tcp,
                                .tos = 0x2a,
                                .flags_and_offset = 0x4000,
                                .options = hex("0101010194040000"),
                                .payload = pattern(50)}
                         .bytes();
  const auto outer = sealed(*make_outbound({.mode = Mode::transport}), clear);

  ASSERT_EQ(outer.size(), 28 + gcm_size(50));
  EXPECT_EQ(u16(outer, 2), outer.size());
  EXPECT_EQ(u8(outer, 9), 50U);
  EXPECT_EQ(naive_checksum(View(outer).first(28)), 0U);
  EXPECT_EQ(u32(outer, 28), 0x1001U);
  for (const std::size_t at : {0U, 1U, 4U, 5U, 6U, 7U, 8U}) EXPECT_EQ(outer[at], clear[at]) << at;
  for (std::size_t at = 12; at < 28; ++at) EXPECT_EQ(outer[at], clear[at]) << at;
}

// RFC 4303, 3.1.1: behind hop-by-hop, routing and the options before routing; before those that
// are for the destination alone.
TEST(Encapsulate, puts_esp_among_the_extension_headers_where_the_rfc_wants_it) {
  const auto clear = Ipv6Packet{.extensions = {extension(IpProtocol::hop_by_hop),
                                               extension(IpProtocol::destination_options, 2),
                                               extension(IpProtocol::routing, 3),
                                               extension(IpProtocol::destination_options)},
                                .payload = udp(1, 2, pattern(30))}
                         .bytes();
  const auto outer = sealed(*make_outbound({.mode = Mode::transport}), clear);
  constexpr std::size_t kept = 40 + 8 + 16 + 24;

  ASSERT_EQ(outer.size(), kept + gcm_size(8 + 38));
  EXPECT_EQ(u16(outer, 4), outer.size() - 40);
  EXPECT_EQ(u8(outer, 6), 0U);
  EXPECT_EQ(u8(outer, 40), 60U);
  EXPECT_EQ(u8(outer, 48), 43U);
  EXPECT_EQ(u8(outer, 64), 50U) << "the routing header names ESP";
  EXPECT_EQ(u32(outer, kept), 0x1001U);
}

TEST(Encapsulate, puts_esp_before_destination_options_that_nothing_follows) {
  const auto clear = Ipv6Packet{.extensions = {extension(IpProtocol::destination_options)},
                                .payload = udp(1, 2, {})}
                         .bytes();
  const auto outer = sealed(*make_outbound({.mode = Mode::transport}), clear);

  EXPECT_EQ(u8(outer, 6), 50U);
  EXPECT_EQ(u32(outer, 40), 0x1001U);
  EXPECT_EQ(outer.size(), 40 + gcm_size(16));
}

TEST(Encapsulate, puts_udp_behind_the_kept_header_in_transport_mode) {
  const auto outer =
      sealed(*make_outbound({.mode = Mode::transport, .encapsulation = sa::UdpEncapsulation{}}),
             Ipv6Packet{.extensions = {extension(IpProtocol::hop_by_hop)}, .payload = udp(1, 2, {})}
                 .bytes());

  EXPECT_EQ(u8(outer, 40), 17U);
  EXPECT_EQ(u16(outer, 48), 4500U);
  EXPECT_EQ(u16(outer, 52), outer.size() - 48);
  EXPECT_EQ(u32(outer, 56), 0x1001U);
}

TEST(Encapsulate, leaves_out_what_follows_the_datagram_in_its_buffer) {
  auto with_link_padding = udp4_of_size(30);
  with_link_padding.resize(46, std::byte{0xdd});
  auto sa = make_outbound({});
  auto same = make_outbound({});

  EXPECT_EQ(sealed(*sa, with_link_padding), sealed(*same, udp4_of_size(30)));
}

struct Refused {
  const char* why;
  Mode mode;
  Bytes datagram;
  Verdict verdict;
};

auto with_octet(Bytes bytes, std::size_t at, unsigned value) -> Bytes {
  bytes[at] = static_cast<std::byte>(value);
  return bytes;
}

auto refused_packets() -> std::vector<Refused> {
  const auto clear = udp4_of_size(40);
  const auto fragment6 = [](std::uint16_t offset_and_more) {
    return Ipv6Packet{.extensions = {fragment_header(offset_and_more)}, .payload = pattern(16)}
        .bytes();
  };
  return {
      {"nothing", Mode::tunnel, {}, Verdict::malformed},
      {"version 5", Mode::tunnel, with_octet(clear, 0, 0x55), Verdict::malformed},
      {"version 0", Mode::transport, with_octet(clear, 0, 0x05), Verdict::malformed},
      {"header too short", Mode::tunnel, with_octet(clear, 0, 0x44), Verdict::malformed},
      {"longer than it is", Mode::tunnel, with_octet(clear, 3, 41), Verdict::malformed},
      {"version 6, but short", Mode::tunnel, with_octet(clear, 0, 0x65), Verdict::malformed},
      {"first fragment", Mode::transport,
       Ipv4Packet{.flags_and_offset = 0x2000, .payload = pattern(16)}.bytes(),
       Verdict::fragment_in_transport},
      {"last fragment", Mode::transport,
       Ipv4Packet{.flags_and_offset = 2, .payload = pattern(16)}.bytes(),
       Verdict::fragment_in_transport},
      {"first fragment, IPv6", Mode::transport, fragment6(1), Verdict::fragment_in_transport},
      {"last fragment, IPv6", Mode::transport, fragment6(16), Verdict::fragment_in_transport},
      {"hop-by-hop twice", Mode::transport,
       Ipv6Packet{
           .extensions = {extension(IpProtocol::hop_by_hop), extension(IpProtocol::hop_by_hop)}}
           .bytes(),
       Verdict::malformed},
  };
}

TEST(Encapsulate, refuses_what_it_cannot_protect_and_takes_no_number_for_it) {
  for (const auto& one : refused_packets()) {
    auto sa = make_outbound({.mode = one.mode});
    Slot slot(one.datagram);

    seal_all(*sa, {&slot.packet, 1});

    EXPECT_EQ(slot.packet.verdict, one.verdict) << one.why;
    EXPECT_EQ(slot.bytes(), one.datagram) << one.why;
    EXPECT_EQ(sa->last_sequence(), core::Seq64{0}) << one.why;
    EXPECT_EQ(sa->usage.packets.value(), 0U) << one.why;
  }
}

TEST(Encapsulate, takes_fragments_in_tunnel_mode) {
  const auto fragment = Ipv4Packet{.flags_and_offset = 2, .payload = pattern(16)}.bytes();
  auto in = make_inbound({});

  EXPECT_EQ(opened(*in, sealed(*make_outbound({}), fragment)).bytes, fragment);
}

TEST(Encapsulate, says_no_room_one_octet_before_the_slot_is_too_small) {
  const auto clear = udp4_of_size(101);
  const auto behind = gcm_size(101) - 16 - 101;  // trailer and ICV
  const auto exact = net::headroom + clear.size() + behind;
  for (const auto size : {exact - 1, exact}) {
    auto sa = make_outbound({});
    Slot slot(clear, size);
    seal_all(*sa, {&slot.packet, 1});
    const bool fits = size == exact;
    EXPECT_EQ(slot.packet.verdict, fits ? Verdict::pass : Verdict::no_room);
    EXPECT_EQ(sa->last_sequence().value, fits ? 1U : 0U);
    if (!fits) {
      EXPECT_EQ(slot.bytes(), clear);
    }
  }
}

TEST(Encapsulate, says_no_room_where_the_headers_do_not_fit_in_front) {
  const auto clear = udp4_of_size(101);
  auto sa = make_outbound({});
  Slot slot(clear);
  slot.packet.begin = 35;  // outer header, ESP header and IV take 36
  core::copy(clear, slot.packet.bytes());

  seal_all(*sa, {&slot.packet, 1});

  EXPECT_EQ(slot.packet.verdict, Verdict::no_room);
  EXPECT_EQ(slot.bytes(), clear);
  EXPECT_EQ(sa->last_sequence(), core::Seq64{0});
}

TEST(Encapsulate, uses_the_room_of_octets_behind_the_datagram) {
  auto clear = udp4_of_size(100);
  clear.resize(net::headroom, std::byte{0xdd});
  Slot slot(clear, 2 * net::headroom);
  auto in = make_inbound({});

  seal_all(*make_outbound({}), {&slot.packet, 1});

  EXPECT_EQ(opened(*in, slot.bytes()).bytes, udp4_of_size(100));
}

TEST(Encapsulate, ends_with_its_numbers) {
  auto sa = make_outbound({.esn = sa::Esn::no});
  sa->continue_from(core::Seq64{0xffffffff});
  Slot slot(udp4_of_size(60));

  seal_all(*sa, {&slot.packet, 1});

  EXPECT_EQ(slot.packet.verdict, Verdict::sequence_exhausted);
  EXPECT_EQ(slot.bytes(), udp4_of_size(60));
}

}  // namespace
}  // namespace esplanade::esp
