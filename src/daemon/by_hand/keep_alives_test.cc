#include "daemon/by_hand/keep_alives.h"

#include "tests/support/sas.h"

#include <gtest/gtest.h>

namespace esplanade::daemon {
namespace {

using namespace esplanade::test;  // NOLINT(google-build-using-namespace)
using std::chrono::seconds;

constexpr core::Time start{std::chrono::hours(1)};

/// One SA in UDP and one that is not.
struct World {
  World() {
    for (const bool is_in_udp : {true, false}) {
      config::ManualConnection connection;
      connection.ours = address("192.0.2.1");
      connection.theirs = address("198.51.100.1");
      connection.keep_alive = seconds(20);
      if (is_in_udp) connection.encapsulation = {.ours = 4500, .theirs = 4501};
      configuration.manual.push_back(std::move(connection));
      (void)tables.sad.add(make_outbound({}));
    }
  }
  auto due(core::Duration after) -> std::size_t {
    paths = keep_alives.due(configuration, tables, start + after);
    return paths.size();
  }

  config::Configuration configuration;
  pipeline::Tables tables;
  KeepAlives keep_alives;
  std::vector<net::Path> paths;
};

TEST(KeepAlives, are_due_when_an_sa_in_udp_has_been_silent_for_its_time) {
  World world;

  EXPECT_EQ(world.due(seconds(0)), 0U);
  EXPECT_EQ(world.due(seconds(19)), 0U);
  EXPECT_EQ(world.due(seconds(20)), 1U);
  EXPECT_EQ(world.paths[0].theirs.port, 4501);
  EXPECT_EQ(world.due(seconds(39)), 0U);
  EXPECT_EQ(world.due(seconds(40)), 1U);
}

TEST(KeepAlives, are_not_due_while_it_sends) {
  World world;
  EXPECT_EQ(world.due(seconds(0)), 0U);

  world.tables.sad.outbound(core::SaIndex{0}).count(100);

  EXPECT_EQ(world.due(seconds(19)), 0U);
  EXPECT_EQ(world.due(seconds(38)), 0U);
  EXPECT_EQ(world.due(seconds(39)), 1U);
}

}  // namespace
}  // namespace esplanade::daemon
