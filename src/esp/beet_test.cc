// BEET mode: what travels, and what arrives (draft-nikander-esp-beet-mode-09).
#include "tests/support/esp.h"

#include <gtest/gtest.h>

namespace esplanade::esp {
namespace {

using net::Verdict;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

const sa::InnerAddresses inner4{address("10.1.0.1"), address("10.2.0.1")};
const sa::InnerAddresses inner6{address("2001:db8:1::1"), address("2001:db8:2::1")};

struct Ends {
  explicit Ends(const sa::InnerAddresses& inner, SaSpec spec = {}) {
    spec.mode = sa::Mode::beet;
    auto ours = parameters(spec);
    ours.inner = inner;
    auto theirs = mirrored(parameters(spec));
    theirs.inner = {inner.theirs, inner.ours};
    auto& provider = crypto::openssl::provider();
    out = ipsec::OutboundSa::make(std::move(ours), provider, {}).value();
    in = ipsec::InboundSa::make(std::move(theirs), provider, {}).value();
  }
  std::unique_ptr<ipsec::OutboundSa> out;
  std::unique_ptr<ipsec::InboundSa> in;
};

const SaSpec null_cipher{.algorithms = sa::EspAlgorithms{iana::EncryptionId::encr_null, 0,
                                                         iana::IntegrityId::auth_hmac_sha1_96}};
const SaSpec outer6{.ours = "2001:db8::1", .theirs = "2001:db8::2"};

TEST(Beet, sends_the_payload_without_its_header) {
  Ends ends{inner4, null_cipher};
  const auto outer = sealed(*ends.out, Ipv4Packet{.tos = 0x2a, .payload = pattern(10)}.bytes());

  ASSERT_EQ(outer.size(), 20U + 8 + 10 + 2 + 12);
  EXPECT_EQ(u8(outer, 1), 0x2aU);
  EXPECT_EQ(u8(outer, 8), 63U) << "the inner TTL";
  EXPECT_EQ(u32(outer, 12), 0xc0000201U);
  EXPECT_EQ(u32(outer, 16), 0xc6336401U);
  EXPECT_EQ(Bytes(outer.begin() + 28, outer.begin() + 38), pattern(10));
  EXPECT_EQ(u16(outer, 38), 17U) << "no padding, next header UDP";
}

// Linux: next header, octets / 8 - 1, padding, reserved, NOPs, options.
TEST(Beet, sends_options_behind_a_pseudo_header) {
  Ends ends{inner4, null_cipher};
  const auto four = Ipv4Packet{.options = hex("94040000"), .payload = pattern(2)}.bytes();
  const auto eight = Ipv4Packet{.options = hex("0101010194040000"), .payload = pattern(2)}.bytes();

  const auto first = sealed(*ends.out, four);
  const auto second = sealed(*ends.out, eight);

  EXPECT_EQ(core::to_hex(View(first).subspan(28, 12)),
            "1100000094040000"
            "0001"
            "005e");
  EXPECT_EQ(core::to_hex(View(second).subspan(28, 20)),
            "11010400"
            "01010101"
            "0101010194040000"
            "0001"
            "005e");
}

TEST(Beet, gives_back_what_the_outer_header_can_tell_in_one_family) {
  for (const std::size_t words : {0U, 1U, 2U, 3U, 9U, 10U}) {
    Ends ends{inner4};
    const auto clear =
        Ipv4Packet{.tos = 0xb8, .options = Bytes(words * 4, std::byte{1}), .payload = pattern(100)}
            .bytes();
    auto wanted = clear;
    wanted[5] = std::byte{1};  // the identification is the outer one's: number 1
    wanted[4] = std::byte{0};
    wanted[10] = wanted[11] = std::byte{0};
    const auto checksum = naive_checksum(View(wanted).first(20 + words * 4));
    wanted[10] = static_cast<std::byte>(checksum >> 8);
    wanted[11] = static_cast<std::byte>(checksum);

    EXPECT_EQ(opened(*ends.in, sealed(*ends.out, clear)), (Outcome{Verdict::pass, wanted}))
        << words;
  }
}

TEST(Beet, gives_back_ipv6_but_for_its_flow_label) {
  Ends ends{inner6, outer6};
  const auto clear = Ipv6Packet{.traffic_class = 0xb9,
                                .extensions = {extension(IpProtocol::hop_by_hop)},
                                .payload = pattern(50)}
                         .bytes();
  auto wanted = clear;
  wanted[1] &= std::byte{0xf0};
  wanted[2] = wanted[3] = std::byte{0};

  EXPECT_EQ(opened(*ends.in, sealed(*ends.out, clear)), (Outcome{Verdict::pass, wanted}));
}

TEST(Beet, crosses_families_both_ways) {
  Ends six_in_four{inner6};
  Ends four_in_six{inner4, outer6};
  const auto six = Ipv6Packet{.payload = pattern(50)}.bytes();
  const auto four = Ipv4Packet{.options = hex("94040000"), .payload = pattern(50)}.bytes();

  const auto first = opened(*six_in_four.in, sealed(*six_in_four.out, six));
  const auto second = opened(*four_in_six.in, sealed(*four_in_six.out, four));

  ASSERT_EQ(first.verdict, Verdict::pass);
  EXPECT_EQ(Bytes(first.bytes.begin() + 4, first.bytes.end()), Bytes(six.begin() + 4, six.end()));
  ASSERT_EQ(second.verdict, Verdict::pass);
  EXPECT_EQ(Bytes(second.bytes.begin() + 12, second.bytes.end()),
            Bytes(four.begin() + 12, four.end()));
  EXPECT_EQ(naive_checksum(View(second.bytes).first(24)), 0U);
}

TEST(Beet, refuses_other_addresses_and_fragments_and_leaves_them_alone) {
  Ends ends{inner4};
  const auto verdict_of_sealed = [&](const Bytes& clear) {
    Slot slot(clear);
    seal_all(*ends.out, {&slot.packet, 1});
    EXPECT_EQ(slot.bytes(), clear);
    return slot.packet.verdict;
  };

  EXPECT_EQ(verdict_of_sealed(Ipv4Packet{.src = address("10.1.0.2")}.bytes()),
            Verdict::selector_mismatch);
  EXPECT_EQ(verdict_of_sealed(Ipv6Packet{}.bytes()), Verdict::selector_mismatch);
  EXPECT_EQ(verdict_of_sealed(Ipv4Packet{.flags_and_offset = 0x2000}.bytes()),
            Verdict::fragment_in_transport);
  EXPECT_EQ(ends.out->last_sequence(), core::Seq64{0});
}

TEST(Beet, refuses_a_pseudo_header_that_lies) {
  for (const auto* pseudo : {"1100", "11000000", "11ff000094040000", "1100050094040000",
                             "1100010094040000", "1105000094040000"}) {
    Ends ends{inner4};
    auto plaintext = hex(pseudo);
    const auto padding = (6 - plaintext.size() % 4) % 4;
    for (std::size_t i = 1; i <= padding; ++i) append8(plaintext, i);
    append8(plaintext, padding);
    append8(plaintext, 94);
    EXPECT_EQ(opened(*ends.in, signed_by(*ends.out, plaintext)).verdict, Verdict::bad_inner)
        << pseudo;
  }
}

TEST(Beet, is_of_esp_and_has_inner_addresses) {
  auto without = parameters({.mode = sa::Mode::beet});
  auto of_ah = parameters({.protocol = sa::Protocol::ah, .mode = sa::Mode::beet});
  of_ah.inner = inner4;

  EXPECT_FALSE(without.is_consistent());
  EXPECT_FALSE(of_ah.is_consistent());
  EXPECT_FALSE(ipsec::OutboundSa::make(std::move(without), crypto::openssl::provider(), {}));
}

}  // namespace
}  // namespace esplanade::esp
