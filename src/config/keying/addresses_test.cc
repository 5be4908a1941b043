#include "config/keying/addresses.h"

#include <gmock/gmock.h>

namespace esplanade::config::keying {
namespace {

using testing::IsEmpty;

TEST(PeerAddresses, are_addresses_prefixes_ranges_and_names) {
  const auto list =
      parse_peer_addresses("192.0.2.1, 2001:db8::/32, 10.0.0.1-10.0.0.9, moon.example.org");
  ASSERT_TRUE(list);
  ASSERT_EQ(list->size(), 4U);

  EXPECT_EQ((*list)[0].range->to_string(), "192.0.2.1/32");
  EXPECT_EQ((*list)[1].range->to_string(), "2001:db8::/32");
  EXPECT_EQ((*list)[2].range->to_string(), "10.0.0.1-10.0.0.9");
  EXPECT_EQ((*list)[3].range, std::nullopt);
  EXPECT_EQ((*list)[3].text, "moon.example.org");
  EXPECT_TRUE(is_destination((*list)[0]));
  EXPECT_FALSE(is_destination((*list)[1]));
  EXPECT_FALSE(is_destination((*list)[2]));
  EXPECT_TRUE(is_destination((*list)[3]));
}

TEST(PeerAddresses, are_none_where_any_will_do) {
  for (const auto* text : {"%any", "%any4", "%any6", "0.0.0.0", "::", "192.0.2.1, %any"}) {
    const auto list = parse_peer_addresses(text);
    ASSERT_TRUE(list) << text;
    EXPECT_THAT(*list, IsEmpty()) << text;
  }
}

TEST(PeerAddresses, complain_about_the_item_that_is_none) {
  for (const auto* bad : {"192.0.2.256", "224.0.0.1", "ff02::1", "a..b", ".a", "-a", "a b",
                          "192.0.2.9-192.0.2.1", "192.0.2.0/33", "", "%eth0"}) {
    const auto list = parse_peer_addresses(std::string("10.0.0.1, ") + bad);
    ASSERT_FALSE(list) << bad;
    EXPECT_EQ(list.error().found, bad);
    EXPECT_EQ(list.error().offset, 10U) << bad;
  }
  EXPECT_FALSE(parse_peer_addresses(std::string(254, 'a')));
}

}  // namespace
}  // namespace esplanade::config::keying
