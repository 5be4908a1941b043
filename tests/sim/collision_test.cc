// Both ends do something at the same time (RFC 7296, 2.8.1, 2.8.2 and 2.25).
#include "tests/sim/invariants.h"
#include "tests/sim/pair.h"
#include "tests/sim/wiretap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace esplanade::sim {
namespace {

using iana::ExchangeType;
using iana::NotifyType;

constexpr auto net = policy::PolicyId{1};

auto logging() -> ike::EndpointOptions {
  auto options = World::quick();
  options.logs_keys = true;
  return options;
}

/// An established pair whose messages are heard, and can be held back on their way from one end.
class Scene {
 public:
  explicit Scene(std::uint64_t seed = 1)
      : pair(Pair::established({.network = {.seed = seed}, .ike = logging()})), tap(pair->world) {
    pair->world.filter = [this](const ike::Send& sent) {
      if (!held_from_ || sent.path.ours.address != held_from_->address()) return true;
      held_.push_back(sent);
      return false;
    };
    tap.listen();
  }

  void hold(const Gateway& from) { held_from_ = &from; }
  void release() {
    held_from_ = nullptr;
    for (const auto& sent : std::exchange(held_, {})) pair->world.inject(sent);
  }
  void run_for(core::Duration time) { pair->world.run_for(time); }

  void rekey_child(Gateway& gateway) {
    pair->world.handle(gateway, ike::Rekey{.connection = "gw", .child = "net"});
  }
  void rekey_ike(Gateway& gateway) {
    pair->world.handle(gateway, ike::Rekey{.connection = "gw", .child = {}});
  }
  void close_child(Gateway& gateway) {
    pair->world.handle(gateway, ike::Terminate{.connection = "gw", .child = "net"});
  }
  void close_ike(Gateway& gateway) {
    pair->world.handle(gateway, ike::Terminate{.connection = "gw", .child = {}});
  }

  /// Everything has come to rest: so many IKE SAs and children on each end, and they agree.
  void expect_rest(std::size_t sessions, std::size_t children) const {
    for (const auto* gateway : {pair->a, pair->b}) {
      EXPECT_EQ(gateway->endpoint().status().size(), sessions) << pair->story();
      EXPECT_EQ(gateway->children().size(), children) << pair->story();
      EXPECT_EQ(gateway->carrier(net) != nullptr, children != 0) << pair->story();
    }
    EXPECT_THAT(disagreements(pair->world), testing::IsEmpty()) << pair->story();
  }

  std::unique_ptr<Pair> pair;
  Wiretap tap;

 private:
  const Gateway* held_from_ = nullptr;
  std::vector<ike::Send> held_;
};

/// The two messages of a CREATE_CHILD_SA exchange.
struct Created {
  bool is_of_a = false;
  core::Bytes ni, nr;
  core::Bytes spi;  ///< the asking end's, of the new SA
};

auto nonce_of(const Opened& message) -> core::Bytes {
  const auto* nonce = ike::wire::find<ike::wire::NoncePayload>(message.payloads);
  return nonce != nullptr ? nonce->data : core::Bytes{};
}

/// a is the original initiator.
auto created(const Scene& scene) -> std::vector<Created> {
  std::vector<Created> all;
  for (const auto& message : scene.tap.heard()) {
    const auto& header = message.header;
    if (header.exchange != ExchangeType::create_child_sa) continue;
    if (!header.is_response) {
      const auto* sa = ike::wire::find<ike::wire::SaPayload>(message.payloads);
      all.push_back({.is_of_a = header.is_from_initiator,
                     .ni = nonce_of(message),
                     .nr = {},
                     .spi = sa->proposals.front().spi});
      continue;
    }
    for (auto& one : all) {
      if (one.is_of_a != header.is_from_initiator) one.nr = nonce_of(message);
    }
  }
  return all;
}

/// SPIs of ESP that an end asked to delete.
auto deleted_by(const Scene& scene, bool is_a) -> std::vector<core::Spi> {
  std::vector<core::Spi> spis;
  for (const auto& message : scene.tap.heard()) {
    const auto* del = ike::wire::find<ike::wire::DeletePayload>(message.payloads);
    const bool is_it =
        del != nullptr && !message.header.is_response && message.header.is_from_initiator == is_a;
    if (is_it) spis.insert(spis.end(), del->spis.begin(), del->spis.end());
  }
  return spis;
}

auto spi_of(const core::Bytes& octets) -> core::Spi {
  return core::Spi{core::load_be<std::uint32_t>(core::View(octets), 0)};
}

/// 0: a's Ni, 1: its Nr, 2: b's Ni, 3: its Nr.
auto lowest_of(const Created& a, const Created& b) -> std::size_t {
  const auto all = std::array{a.ni, a.nr, b.ni, b.nr};
  return static_cast<std::size_t>(std::ranges::min_element(all) - all.begin());
}

// A: CREATE_CHILD_SA { N(REKEY_SA), SA, Ni1, TSi, TSr } -->
//                             <-- B: CREATE_CHILD_SA { N(REKEY_SA), SA, Ni2, TSi, TSr }
// A: CREATE_CHILD_SA { SA, Nr2, TSi, TSr } -->
//                                      <-- B: CREATE_CHILD_SA { SA, Nr1, TSi, TSr }
// The exchange with the lowest of the four is deleted by who began it, the old SA by the other.
TEST(ChildCollision, is_lost_by_the_lowest_nonce_in_each_of_the_four_places) {
  std::set<std::size_t> places;
  for (std::uint64_t seed = 1; seed <= 40 && places.size() < 4; ++seed) {
    Scene scene(seed);
    const auto old_a = scene.pair->a->carrier(net)->inbound->spi;
    const auto old_b = scene.pair->b->carrier(net)->inbound->spi;

    scene.rekey_child(*scene.pair->a);
    scene.rekey_child(*scene.pair->b);
    scene.run_for(20s);

    const auto exchanges = created(scene);
    ASSERT_EQ(exchanges.size(), 2U);
    const auto& a = exchanges[exchanges[0].is_of_a ? 0 : 1];
    const auto& b = exchanges[exchanges[0].is_of_a ? 1 : 0];
    const auto place = lowest_of(a, b);
    places.insert(place);
    const bool a_loses = place < 2;
    EXPECT_THAT(deleted_by(scene, true), testing::ElementsAre(a_loses ? spi_of(a.spi) : old_a));
    EXPECT_THAT(deleted_by(scene, false), testing::ElementsAre(a_loses ? old_b : spi_of(b.spi)));
    scene.expect_rest(1, 1);
  }
  EXPECT_EQ(places.size(), 4U);
}

// A's request is late: B has rekeyed and deleted the old SA when it comes (RFC 7296, 2.8.1).
TEST(ChildCollision, seen_by_one_end_only_is_refused_for_the_other) {
  Scene scene;
  scene.hold(*scene.pair->a);
  scene.rekey_child(*scene.pair->a);
  scene.rekey_child(*scene.pair->b);
  scene.run_for(50ms);

  scene.release();
  scene.run_for(20s);

  const auto refusals = scene.tap.count(NotifyType::temporary_failure) +
                        scene.tap.count(NotifyType::child_sa_not_found);
  EXPECT_LE(refusals, 1U);
  scene.expect_rest(1, 1);
}

TEST(ChildCollision, with_the_answer_of_either_end_late_leaves_one_pair) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Scene scene(seed);
    scene.rekey_child(*scene.pair->a);
    scene.rekey_child(*scene.pair->b);
    scene.hold(seed % 2 == 0 ? *scene.pair->a : *scene.pair->b);
    scene.run_for(200ms);

    scene.release();
    scene.run_for(20s);

    scene.expect_rest(1, 1);
  }
}

TEST(IkeCollision, is_lost_by_the_lowest_nonce_in_each_of_the_four_places) {
  std::set<std::size_t> places;
  for (std::uint64_t seed = 1; seed <= 40 && places.size() < 4; ++seed) {
    Scene scene(seed);
    scene.rekey_ike(*scene.pair->a);
    scene.rekey_ike(*scene.pair->b);
    scene.run_for(20s);

    const auto exchanges = created(scene);
    ASSERT_EQ(exchanges.size(), 2U);
    const auto& a = exchanges[exchanges[0].is_of_a ? 0 : 1];
    const auto& b = exchanges[exchanges[0].is_of_a ? 1 : 0];
    const auto place = lowest_of(a, b);
    places.insert(place);
    scene.expect_rest(1, 1);
    // Who began the exchange that survives is the initiator of the new IKE SA.
    EXPECT_EQ(scene.pair->a->endpoint().status().front().is_initiator, place >= 2);
  }
  EXPECT_EQ(places.size(), 4U);
}

// The Delete of the old IKE SA overtakes the answer to A's own request: A forgets that request, and
// its children go with the successor that B made (RFC 7296, 2.8.2 and 2.25.2).
TEST(IkeCollision, keeps_the_children_though_the_old_sa_goes_before_the_answer_comes) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Scene scene(seed);
    const auto is_answer_to_a = [](const Opened& message) {
      return message.header.exchange == ExchangeType::create_child_sa &&
             message.header.is_response && !message.header.is_from_initiator;
    };
    std::vector<ike::Send> late;
    scene.pair->world.filter = [&](const ike::Send& sent) {
      const auto opened = scene.tap.open(sent.message);
      if (!opened || !is_answer_to_a(*opened) || late.size() > 2) return true;
      late.push_back(sent);
      return false;
    };

    scene.rekey_ike(*scene.pair->a);
    scene.rekey_ike(*scene.pair->b);
    scene.run_for(400ms);
    for (const auto& sent : late) scene.pair->world.inject(sent);
    scene.run_for(400s);

    scene.expect_rest(1, 1);
  }
}

TEST(IkeCollision, seen_by_one_end_only_is_refused_for_the_other) {
  Scene scene;
  scene.hold(*scene.pair->a);
  scene.rekey_ike(*scene.pair->a);
  scene.rekey_ike(*scene.pair->b);
  scene.run_for(50ms);

  scene.release();
  scene.run_for(400s);

  scene.expect_rest(1, 1);
}

TEST(DeleteCollision, is_answered_without_a_delete_by_both) {
  Scene scene;
  scene.close_child(*scene.pair->a);
  scene.close_child(*scene.pair->b);
  scene.run_for(20s);

  std::size_t answers = 0;
  for (const auto& message : scene.tap.heard()) {
    if (!message.header.is_response) continue;
    ++answers;
    EXPECT_TRUE(message.payloads.empty());
  }
  EXPECT_EQ(answers, 2U);
  scene.expect_rest(1, 0);
}

TEST(DeleteCollision, of_the_ike_sa_is_answered_by_both) {
  Scene scene;
  scene.close_ike(*scene.pair->a);
  scene.close_ike(*scene.pair->b);
  scene.run_for(60s);

  scene.expect_rest(0, 0);
  EXPECT_THAT(leftovers(scene.pair->world), testing::IsEmpty());
}

TEST(Delete, names_the_senders_inbound_spi_and_is_answered_with_the_other) {
  Scene scene;
  const auto of_a = scene.pair->a->carrier(net)->inbound->spi;
  const auto of_b = scene.pair->b->carrier(net)->inbound->spi;

  scene.close_child(*scene.pair->a);
  scene.run_for(1s);

  ASSERT_EQ(scene.tap.heard().size(), 2U);
  const auto spis = [&](std::size_t i) {
    return ike::wire::find<ike::wire::DeletePayload>(scene.tap.heard()[i].payloads)->spis;
  };
  EXPECT_THAT(spis(0), testing::ElementsAre(of_a));
  EXPECT_THAT(spis(1), testing::ElementsAre(of_b));
}

// RFC 7296, 2.25.1: a request to rekey a child that is being closed.
TEST(RekeyMeetsDelete, is_refused_for_the_time_being_and_the_child_goes) {
  Scene scene;
  scene.rekey_child(*scene.pair->a);
  scene.close_child(*scene.pair->b);
  scene.run_for(60s);

  EXPECT_EQ(scene.tap.count(NotifyType::temporary_failure), 1U);
  scene.expect_rest(1, 0);
}

// RFC 7296, 2.25.2: neither a child nor the IKE SA changes under the other's feet.
TEST(IkeRekeyMeetsNewChild, puts_both_off_and_does_both_later) {
  Scene scene;
  const auto before = scene.pair->a->endpoint().status().front().spis;
  scene.rekey_ike(*scene.pair->a);
  scene.rekey_child(*scene.pair->b);
  scene.run_for(200s);

  EXPECT_GE(scene.tap.count(NotifyType::temporary_failure), 2U);
  EXPECT_NE(scene.pair->a->endpoint().status().front().spis, before);
  scene.expect_rest(1, 1);
}

TEST(IkeRekeyMeetsDelete, closes_the_child_and_rekeys_later) {
  Scene scene;
  scene.rekey_ike(*scene.pair->a);
  scene.close_child(*scene.pair->b);
  scene.run_for(200s);

  scene.expect_rest(1, 0);
}

TEST(IkeRekeyMeetsClose, forgets_the_rekeying) {
  Scene scene;
  scene.rekey_ike(*scene.pair->a);
  scene.close_ike(*scene.pair->b);
  scene.run_for(400s);

  scene.expect_rest(0, 0);
  EXPECT_THAT(leftovers(scene.pair->world), testing::IsEmpty());
}

/// What an operator may ask for, and whether the child shall be up afterwards.
using Order = std::function<void(Pair&, Gateway&)>;

auto orders() -> std::vector<Order> {
  const auto rekey = [](std::string child) -> Order {
    return [child = std::move(child)](Pair& pair, Gateway& gateway) {
      pair.world.handle(gateway, ike::Rekey{.connection = "gw", .child = child});
    };
  };
  const auto terminate = [](std::string child) -> Order {
    return [child = std::move(child)](Pair& pair, Gateway& gateway) {
      pair.world.handle(gateway, ike::Terminate{.connection = "gw", .child = child});
    };
  };
  return {
      rekey("net"),
      rekey(""),
      terminate("net"),
      terminate(""),
      [](Pair& pair, Gateway& gateway) { pair.initiate(gateway, "net"); },
      [](Pair& pair, Gateway& gateway) { pair.world.handle(gateway, ike::Reauthenticate{"gw"}); }};
}

/// No lifetime ends here, so that the ends rest at some time; whatever was agreed, they agree.
TEST(AnyTwoOrders, given_at_any_offset_end_in_agreement) {
  const auto all = orders();
  for (std::size_t first = 0; first < all.size(); ++first) {
    for (std::size_t second = 0; second < all.size(); ++second) {
      for (auto offset = 0ms; offset <= 24ms; offset += 4ms) {
        auto pair = Pair::established({.network = {.seed = 5, .most_delay = 9ms}});
        all[first](*pair, *pair->a);
        pair->world.run_for(offset);
        all[second](*pair, *pair->b);
        pair->world.run_for(500s);
        EXPECT_THAT(disagreements(pair->world), testing::IsEmpty())
            << first << " and " << second << " after " << offset.count() << " ms\n"
            << pair->story();
      }
    }
  }
}

// One end may never learn that there were two.

void rekey_both_with_loss(std::uint64_t seed, const std::string& child) {
  auto pair = Pair::established({.network = {.seed = seed}});
  pair->world.set_options({.seed = seed, .loss = 0.3, .least_delay = 1ms, .most_delay = 80ms});
  pair->world.handle(*pair->a, ike::Rekey{.connection = "gw", .child = child});
  pair->world.handle(*pair->b, ike::Rekey{.connection = "gw", .child = child});
  pair->world.run_for(60s);
  pair->world.set_options({.seed = seed});
  // An IKE SA that lost is kept for the peer's Delete, which may never come, and then deleted.
  pair->world.run_for(400s);

  EXPECT_EQ(pair->a->endpoint().status().size(), 1U) << seed << pair->story();
  EXPECT_EQ(pair->b->endpoint().status().size(), 1U) << seed << pair->story();
  EXPECT_EQ(pair->a->children().size(), 1U) << seed << pair->story();
  EXPECT_EQ(pair->b->children().size(), 1U) << seed << pair->story();
  EXPECT_TRUE(pair->is_mirrored()) << seed << pair->story();
  EXPECT_NE(pair->a->carrier(policy::PolicyId{1}), nullptr) << seed;
  EXPECT_NE(pair->b->carrier(policy::PolicyId{1}), nullptr) << seed;
}

TEST(Collisions, of_child_rekeys_leave_one_pair_whatever_is_lost) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) rekey_both_with_loss(seed, "net");
}

TEST(Collisions, of_ike_rekeys_leave_one_ike_sa_whatever_is_lost) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) rekey_both_with_loss(seed, "");
}

}  // namespace
}  // namespace esplanade::sim
