#include "config/check/gateway.h"

#include "config/check/connection_test_support.h"

#include <gtest/gtest.h>

namespace esplanade::config::check {
namespace {

auto gateway_of(const std::string& settings) -> std::optional<Gateway> {
  const auto configuration = load_text("dataplane { gateway {\n" + settings + "\n} }");
  return configuration ? configuration->dataplane.gateway : std::nullopt;
}

TEST(GatewaySection, is_absent_for_a_host) {
  const auto configuration = load_text("dataplane { }");
  ASSERT_TRUE(configuration);
  EXPECT_FALSE(configuration->dataplane.gateway);
}

TEST(GatewaySection, lets_link_layers_talk_and_nothing_else_by_default) {
  EXPECT_EQ(gateway_of("inside = eth1 outside = eth2"),
            (Gateway{.inside = "eth1",
                     .outside = "eth2",
                     .arp = FrameUse::bypass,
                     .neighbour_discovery = FrameUse::bypass,
                     .other_frames = FrameUse::discard}));
}

TEST(GatewaySection, takes_every_setting) {
  EXPECT_EQ(gateway_of("inside = lan0 outside = wan0 arp = discard\n"
                       "neighbour_discovery = discard other_frames = bypass"),
            (Gateway{.inside = "lan0",
                     .outside = "wan0",
                     .arp = FrameUse::discard,
                     .neighbour_discovery = FrameUse::discard,
                     .other_frames = FrameUse::bypass}));
}

struct Refused {
  std::string settings;
  std::string complaint;
};

const auto refused = std::to_array<Refused>({
    {"outside = eth2", "1:13: section `gateway` needs `inside`"},
    {"inside = eth1", "1:13: section `gateway` needs `outside`"},
    {"inside = eth1\noutside = eth1", "3:11: `inside` and `outside` are both eth1"},
    {"inside = eth%d outside = eth1",
     "2:10: `inside` must be the name of an Ethernet device, of 15 characters at most, not "
     "`eth%d`"},
    {"inside = a outside = b arp = yes", "2:30: `arp` must be `discard` or `bypass`, not `yes`"},
    {"inside = a outside = b vlan = 1", "2:24: unknown setting `vlan`"},
});

TEST(GatewaySection, complains_at_the_place_of_what_is_wrong) {
  for (const auto& row : refused) {
    EXPECT_EQ(complaint_about("dataplane { gateway {\n" + row.settings + "\n} }"), row.complaint);
  }
}

TEST(GatewaySection, is_refused_without_its_guard) {
  EXPECT_EQ(complaint_about("dataplane { guard = no\ngateway { inside = a outside = b } }"),
            "1:21: a gateway needs its guard");
}

}  // namespace
}  // namespace esplanade::config::check
