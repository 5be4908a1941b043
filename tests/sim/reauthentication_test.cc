// Reauthentication beside what else happens to an IKE SA (RFC 7296, 2.4, 2.8.3 and 2.25.2).
#include "tests/sim/invariants.h"
#include "tests/sim/pair.h"
#include "tests/sim/wiretap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace esplanade::sim {
namespace {

constexpr auto net = policy::PolicyId{1};
constexpr auto other = policy::PolicyId{2};

auto with_keys() -> PairOptions {
  PairOptions options{
      .children = {{}, {.name = "other", .ours = "10.3.0.0/16", .theirs = "10.4.0.0/16"}}};
  options.ike.logs_keys = true;
  return options;
}

/// A packet of another child comes while the heir is on its way, and gets an IKE SA of its own.
TEST(InitialContact, is_not_said_while_another_ike_sa_stands_with_this_peer) {
  Pair pair(with_keys());
  Wiretap tap(pair.world);
  tap.listen();
  pair.initiate(*pair.a, "net");
  pair.world.run_for(2s);
  EXPECT_EQ(tap.count(iana::NotifyType::initial_contact), 1U);

  pair.world.handle(*pair.a, ike::Reauthenticate{.connection = "gw"});
  pair.world.send(*pair.a, other, *net::Address::parse("10.3.0.7"),
                  *net::Address::parse("10.4.0.7"));
  pair.world.run_for(60s);

  EXPECT_EQ(tap.count(iana::NotifyType::initial_contact), 1U);
  EXPECT_EQ(pair.b->count("ike_closed"), 1U) << pair.story();
  EXPECT_NE(pair.a->carrier(net), nullptr);
  EXPECT_NE(pair.a->carrier(other), nullptr);
  EXPECT_THAT(disagreements(pair.world), testing::IsEmpty()) << pair.story();
}

/// Which IKE SA has the children is not known before the answer to the rekeying is here.
TEST(Heir, waits_while_the_ike_sa_it_follows_is_being_rekeyed) {
  auto pair = Pair::established({});
  auto is_cut = true;
  pair->world.filter = [&](const ike::Send& sent) {
    const auto header = *ike::wire::Header::parse(sent.message);
    const bool is_answer =
        header.exchange == iana::ExchangeType::create_child_sa && header.is_response;
    return !(is_cut && is_answer);
  };
  pair->world.handle(*pair->a, ike::Rekey{.connection = "gw", .child = {}});
  pair->world.handle(*pair->a, ike::Reauthenticate{.connection = "gw"});
  pair->world.run_for(3s);
  EXPECT_EQ(pair->a->count("ike_established"), 2U) << pair->story();
  EXPECT_EQ(pair->b->count("ike_closed"), 0U) << pair->story();

  is_cut = false;
  pair->world.run_for(60s);

  EXPECT_EQ(pair->a->endpoint().status().size(), 1U) << pair->story();
  EXPECT_NE(pair->a->carrier(net), nullptr);
  EXPECT_THAT(disagreements(pair->world), testing::IsEmpty()) << pair->story();
}

}  // namespace
}  // namespace esplanade::sim
