#include "ike/session/handshake/nat.h"

#include <gtest/gtest.h>

namespace esplanade::ike::session {
namespace {

constexpr IkeSpis spis{.i = IkeSpi{0x0102030405060708}, .r = IkeSpi{0x1112131415161718}};

auto end(std::string_view address, std::uint16_t port = 500) -> net::Endpoint {
  return {.address = *net::Address::parse(address), .port = port};
}

/// As the sender sees itself and its peer.
const net::Path as_sent{.ours = end("192.0.2.1"), .theirs = end("192.0.2.2")};

/// As the receiver sees what was sent by `from`.
auto seen_from(const net::Endpoint& from, const net::Endpoint& at = end("192.0.2.2"))
    -> std::optional<NatFindings> {
  return judge_nat(spis, {.ours = at, .theirs = from},
                   nat_detection(spis, as_sent, Encapsulation::if_needed));
}

// SHA-1 of SPIs, address and port, made with sha1sum.
TEST(NatDetection, hashes_spis_address_and_port) {
  EXPECT_EQ(core::to_hex(nat_hash(spis, end("192.0.2.1", 500))),
            "d798d986143f878f70765e0e869c80bbc375f701");
  EXPECT_EQ(core::to_hex(nat_hash(spis, end("2001:db8::1", 4500))),
            "1ee24423bf8f59515e0265c6d0f08be3d038f7e5");
}

TEST(NatDetection, finds_none_where_nothing_was_changed) {
  const auto found = seen_from(end("192.0.2.1"));
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->any());
}

TEST(NatDetection, finds_the_sender_behind_a_nat_by_address_or_port) {
  for (const auto& from : {end("198.51.100.1"), end("192.0.2.1", 20000)}) {
    const auto found = seen_from(from);
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->is_theirs);
    EXPECT_FALSE(found->is_ours);
  }
}

TEST(NatDetection, finds_the_receiver_behind_a_nat) {
  const auto found = seen_from(end("192.0.2.1"), end("10.0.0.2"));
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->is_ours);
  EXPECT_FALSE(found->is_theirs);
}

TEST(NatDetection, needs_one_source_of_several_to_fit) {
  auto payloads = nat_detection(spis, as_sent, Encapsulation::if_needed);
  auto other = as_sent;
  other.ours = end("203.0.113.5");
  payloads.push_back(nat_detection(spis, other, Encapsulation::if_needed).front());

  const auto found =
      judge_nat(spis, {.ours = end("192.0.2.2"), .theirs = end("192.0.2.1")}, payloads);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->is_theirs);
}

TEST(NatDetection, makes_the_peer_believe_in_a_nat_where_encapsulation_is_forced) {
  const auto found = judge_nat(spis, {.ours = end("192.0.2.2"), .theirs = end("192.0.2.1")},
                               nat_detection(spis, as_sent, Encapsulation::forced));
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->is_theirs);
}

TEST(NatDetection, says_nothing_where_the_peer_said_nothing) {
  EXPECT_EQ(judge_nat(spis, as_sent, {}), std::nullopt);
}

}  // namespace
}  // namespace esplanade::ike::session
