// Children of AH (RFC 4302; RFC 7296, 3.3.1: protocol 2): made, rekeyed and deleted as those of
// ESP.
#include "sa/proposal_text.h"
#include "tests/sim/pair.h"

#include <gtest/gtest.h>

namespace esplanade::sim {
namespace {

constexpr auto net = policy::PolicyId{1};

void authenticates(policy::Connection& connection) {
  connection.children.front().proposals = {
      sa::parse_proposal(iana::SecurityProtocol::ah, "sha256-esn").value(),
      sa::parse_proposal(iana::SecurityProtocol::ah, "aes256gmac").value()};
}

auto ah_pair() -> std::unique_ptr<Pair> {
  return Pair::established({.change_a = authenticates, .change_b = authenticates});
}

TEST(AhChild, has_the_integrity_key_alone) {
  const auto pair = ah_pair();

  const auto* const child = pair->a->carrier(net);
  ASSERT_NE(child, nullptr) << pair->story();
  EXPECT_EQ(child->outbound->protocol, sa::Protocol::ah);
  EXPECT_EQ(child->outbound->esn, sa::Esn::yes);
  EXPECT_TRUE(child->outbound->keys.encryption.empty());
  EXPECT_EQ(child->outbound->keys.integrity.size(), 32U);
  EXPECT_TRUE(pair->is_mirrored()) << pair->story();
  EXPECT_EQ(pair->a->endpoint().status().front().children.front().protocol, sa::Protocol::ah);
}

// RFC 4543, 5.4: 4 octets of salt behind the key.
TEST(AhChild, has_key_and_salt_with_gmac) {
  const auto gmac_alone = [](policy::Connection& connection) {
    authenticates(connection);
    connection.children.front().proposals.erase(connection.children.front().proposals.begin());
  };
  const auto pair = Pair::established({.change_a = gmac_alone, .change_b = authenticates});

  const auto* const child = pair->b->carrier(net);
  ASSERT_NE(child, nullptr) << pair->story();
  EXPECT_EQ(child->outbound->keys.integrity.size(), 36U);
  EXPECT_TRUE(pair->is_mirrored()) << pair->story();
}

TEST(AhChild, is_rekeyed_by_either_end) {
  auto pair = ah_pair();
  for (auto* const gateway : {pair->a, pair->b}) {
    const auto before = pair->a->carrier(net)->outbound->spi;
    pair->world.handle(*gateway, ike::Rekey{.connection = "gw", .child = "net"});
    pair->world.run_for(20s);

    ASSERT_EQ(pair->a->children().size(), 1U) << pair->story();
    EXPECT_NE(pair->a->carrier(net)->outbound->spi, before);
    EXPECT_TRUE(pair->is_mirrored()) << pair->story();
  }
}

TEST(AhChild, is_deleted_by_either_end) {
  for (const bool by_a : {true, false}) {
    auto pair = ah_pair();
    auto& gateway = by_a ? *pair->a : *pair->b;
    pair->world.handle(gateway, ike::Terminate{.connection = "gw", .child = "net"});
    pair->world.run_for(20s);

    EXPECT_TRUE(pair->a->children().empty()) << pair->story();
    EXPECT_TRUE(pair->b->children().empty()) << pair->story();
  }
}

TEST(AhChild, is_not_made_with_a_peer_that_wants_esp) {
  const auto pair = Pair::established({.change_a = authenticates});

  EXPECT_NE(pair->story().find("none of the AH proposals"), std::string::npos) << pair->story();
  EXPECT_TRUE(pair->a->children().empty()) << pair->story();
  EXPECT_TRUE(pair->b->children().empty()) << pair->story();
}

}  // namespace
}  // namespace esplanade::sim
