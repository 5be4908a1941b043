#include "daemon/keying/performer.h"

#include "tests/support/roads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace esplanade::daemon {
namespace {

using ike::ChildId;
using policy::PolicyId;
using testing::ElementsAre;
using namespace std::chrono_literals;

/// Carries changes out on tables of its own, and writes down the rest in order.
class TestWorld final : public World {
 public:
  void change(pipeline::Change change) override {
    done.push_back("change");
    (void)pipeline::carry_out(change, tables);
  }
  void drop_held(PolicyId) override { done.push_back("drop_held"); }
  void end_step() override { ++steps; }
  void send(const net::Path&, core::View) override { done.push_back("send"); }
  void send_keep_alive(const net::Path&) override { done.push_back("keep_alive"); }
  void add_routes(const platform::RoutePlan& plan) override { routes("route ", plan); }
  void remove_routes(const platform::RoutePlan& plan) override { routes("unroute ", plan); }
  void resolve(std::string name) override { done.push_back("resolve " + name); }
  void fetch(platform::FetchRequest request) override { done.push_back("fetch " + request.url); }
  void log(const ike::Notice& notice) override { done.push_back("log " + notice.event); }
  void log_ike_keys(const std::string&) override { done.push_back("ike_keys"); }
  void log_esp_keys(const sa::SaParameters& sa) override {
    done.push_back(sa.keys.encryption.empty() ? "no keys" : "esp_keys");
  }

  pipeline::Tables tables;
  std::vector<std::string> done;
  int steps = 0;

 private:
  void routes(const std::string& what, const platform::RoutePlan& plan) {
    for (const auto& one : plan) {
      const auto* const past = one.way == platform::Way::elsewhere ? "past the TUN " : "";
      done.push_back(what + past + one.prefix.to_string());
    }
  }
};

struct PerformerTest : testing::Test {
  PerformerTest() {
    world.tables.spd.append(
        policy::KeyedEntry{PolicyId{7},
                           {test::traffic({"10.1.0.0/16"}), test::traffic({"10.2.0.0/16"})},
                           false,
                           policy::Unkeyed::hold});
    performer.routes().set_plan({{.prefix = net::Prefix::parse("10.2.0.0/16").value()}});
  }
  static auto outbound(test::SaSpec spec = {.inner_theirs = {"10.2.0.0/16"}}) {
    return std::make_shared<const sa::SaParameters>(test::parameters(spec));
  }
  static auto inbound(std::uint32_t spi = 0x5a300001) {
    return std::make_shared<const sa::SaParameters>(test::mirrored(test::parameters({.spi = spi})));
  }
  void install(ChildId child, std::shared_ptr<const sa::SaParameters> sending) {
    ike::Actions actions;
    actions.emplace_back(ike::InstallInbound{
        child, PolicyId{7}, inbound(0x5a300000U + static_cast<std::uint32_t>(child))});
    actions.emplace_back(ike::InstallOutbound{child, PolicyId{7}, std::move(sending)});
    actions.emplace_back(ike::Activate{child});
    perform(std::move(actions));
  }
  template <class One>
  void perform_one(One one) {
    ike::Actions actions;
    actions.emplace_back(std::move(one));
    perform(std::move(actions));
  }
  void perform(ike::Actions actions) {
    world.done.clear();
    performer.perform(std::move(actions), core::Time{});
  }
  auto classified(std::string_view dst) -> core::SaIndex {
    const auto packet =
        net::Datagram::parse(test::Ipv4Packet{.dst = test::address(dst)}.bytes()).value();
    return world.tables.spd.classify(packet).sa;
  }

  TestWorld world;
  Performer performer{world, crypto::openssl::provider(), config::Dataplane{}};
};

TEST_F(PerformerTest, does_everything_in_the_order_it_was_asked) {
  ike::Actions actions;
  actions.emplace_back(ike::InstallInbound{ChildId{1}, PolicyId{7}, inbound()});
  actions.emplace_back(ike::Send{});
  actions.emplace_back(ike::InstallOutbound{ChildId{1}, PolicyId{7}, outbound()});
  actions.emplace_back(ike::Activate{ChildId{1}});
  actions.emplace_back(ike::DropHeld{PolicyId{7}});
  actions.emplace_back(ike::SendKeepAlive{});
  actions.emplace_back(ike::ResolveName{"moon"});
  actions.emplace_back(ike::Fetch{"http://ca/crl", {}, {}});
  actions.emplace_back(ike::LogKeys{"row"});
  actions.emplace_back(ike::Note{{.event = "noted"}});

  perform(std::move(actions));

  EXPECT_THAT(world.done, ElementsAre("change", "esp_keys", "send", "change", "esp_keys", "change",
                                      "drop_held", "keep_alive", "resolve moon",
                                      "fetch http://ca/crl", "ike_keys", "log noted"));
  EXPECT_EQ(world.steps, 1);
  EXPECT_NE(classified("10.2.0.1"), core::SaIndex::none);
}

TEST_F(PerformerTest, leaves_nothing_of_a_child_that_is_removed) {
  install(ChildId{1}, outbound());
  const std::weak_ptr inbound_sa = performer.children().find(ChildId{1})->inbound;
  const std::weak_ptr outbound_sa = performer.children().find(ChildId{1})->outbound;

  perform_one(ike::Remove{ChildId{1}});

  EXPECT_EQ(performer.children().find(ChildId{1}), nullptr);
  EXPECT_TRUE(inbound_sa.expired());
  EXPECT_TRUE(outbound_sa.expired());
  EXPECT_EQ(classified("10.2.0.1"), core::SaIndex::none);
}

TEST_F(PerformerTest, routes_what_no_plan_has_from_the_first_child_to_the_last) {
  install(ChildId{1}, outbound({.inner_theirs = {"10.9.0.5"}}));
  EXPECT_THAT(world.done, testing::Contains("route 10.9.0.5/32"));
  install(ChildId{2}, outbound({.inner_theirs = {"10.9.0.5"}}));
  EXPECT_THAT(world.done, testing::Not(testing::Contains("route 10.9.0.5/32")));

  perform_one(ike::Remove{ChildId{1}});
  EXPECT_THAT(world.done, ElementsAre("change"));
  perform_one(ike::Remove{ChildId{2}});
  EXPECT_THAT(world.done, ElementsAre("change", "unroute 10.9.0.5/32"));
}

TEST_F(PerformerTest, keeps_our_hosts_out_of_a_plan_that_protects_everything) {
  performer.routes().set_plan({{.prefix = net::Prefix::parse("0.0.0.0/0").value()}});

  install(ChildId{1}, outbound({.inner_ours = {"10.1.0.0/24"}, .inner_theirs = {"10.2.0.0/24"}}));
  EXPECT_THAT(world.done, testing::Contains("route past the TUN 10.1.0.0/24"));

  perform_one(ike::Remove{ChildId{1}});
  EXPECT_THAT(world.done, ElementsAre("change", "unroute past the TUN 10.1.0.0/24"));
}

TEST_F(PerformerTest, says_what_it_cannot_install) {
  auto parameters = test::parameters({});
  parameters.algorithms.key_bits = 96;

  perform_one(ike::InstallOutbound{
      ChildId{1}, PolicyId{7}, std::make_shared<const sa::SaParameters>(std::move(parameters))});

  EXPECT_THAT(world.done, ElementsAre("log sa_not_installed"));
}

TEST_F(PerformerTest, tells_a_limit_once_and_traffic_once_a_second) {
  install(ChildId{1}, outbound({.lifetime = {.soft_packets = 10, .hard_packets = 20},
                                .inner_theirs = {"10.2.0.0/16"}}));
  auto& child = *performer.children().find(ChildId{1});
  const auto look = [&](core::Duration at) { return performer.children().look(core::Time{at}); };
  EXPECT_TRUE(look(10s).empty());

  child.outbound->usage.packets.add(10);
  auto events = look(10s);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(std::get<ike::LifetimeReached>(events[0]).limit, ike::Reached::soft);
  EXPECT_EQ(std::get<ike::LifetimeReached>(events[0]).inbound, core::Spi{0x5a300001});
  EXPECT_TRUE(look(11s).empty());

  child.outbound->usage.packets.add(10);
  events = look(12s);
  EXPECT_EQ(std::get<ike::LifetimeReached>(events.at(0)).limit, ike::Reached::hard);

  child.inbound->usage.packets.add(1);
  EXPECT_EQ(std::get<ike::TrafficSeen>(look(13s).at(0)).inbound, core::Spi{0x5a300001});
  child.inbound->usage.packets.add(1);
  EXPECT_TRUE(look(13500ms).empty());
  EXPECT_EQ(look(14s).size(), 1U);
  EXPECT_TRUE(look(16s).empty());
}

TEST_F(PerformerTest, asks_for_a_successor_before_sequence_numbers_run_out) {
  install(ChildId{1}, outbound());
  auto& sending = *performer.children().find(ChildId{1})->outbound;
  sending.continue_from(core::Seq64{0xf0000000});
  EXPECT_TRUE(performer.children().look(core::Time{}).empty());

  sending.continue_from(core::Seq64{0xf0000001});

  const auto events = performer.children().look(core::Time{});
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(std::get<ike::LifetimeReached>(events[0]).limit, ike::Reached::soft);
}

TEST_F(PerformerTest, lets_a_move_be_said_once_a_second) {
  install(ChildId{1}, outbound());
  auto& children = performer.children();

  EXPECT_TRUE(children.admit_move(core::Spi{0x5a300001}, core::Time{10s}));
  EXPECT_FALSE(children.admit_move(core::Spi{0x5a300001}, core::Time{10900ms}));
  EXPECT_TRUE(children.admit_move(core::Spi{0x5a300001}, core::Time{11s}));
  EXPECT_FALSE(children.admit_move(core::Spi{0x1234}, core::Time{11s}));
}

}  // namespace
}  // namespace esplanade::daemon
