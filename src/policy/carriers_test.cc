#include "policy/carriers.h"

#include "tests/support/packets.h"
#include "tests/support/sas.h"

#include <gtest/gtest.h>

namespace esplanade::policy {
namespace {

using core::SaIndex;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

auto to(std::vector<std::string_view> theirs) -> sa::Selectors {
  return {traffic({"10.1.0.0/16"}), traffic(theirs)};
}

auto packet_to(std::string_view dst) -> net::Datagram {
  return net::Datagram::parse(Ipv4Packet{.dst = address(dst)}.bytes()).value();
}

TEST(Carriers, are_none_at_first) {
  EXPECT_EQ(Carriers{}.find(packet_to("10.2.0.1")), SaIndex::none);
  EXPECT_TRUE(Carriers{}.empty());
}

TEST(Carriers, prefer_the_newest_that_fits_whatever_its_width) {
  const auto net = to({"10.2.0.0/16"});
  const auto host = to({"10.2.0.1"});
  Carriers carriers;

  carriers.add(SaIndex{1}, net);
  carriers.add(SaIndex{2}, host);
  EXPECT_EQ(carriers.find(packet_to("10.2.0.1")), SaIndex{2});
  EXPECT_EQ(carriers.find(packet_to("10.2.0.2")), SaIndex{1});

  carriers.add(SaIndex{3}, net);
  EXPECT_EQ(carriers.find(packet_to("10.2.0.1")), SaIndex{3});
}

TEST(Carriers, fall_back_to_the_older_when_the_newer_goes) {
  const auto host = to({"10.2.0.1", "10.2.0.9"});
  Carriers carriers;
  carriers.add(SaIndex{1}, host);
  carriers.add(SaIndex{2}, host);

  carriers.remove(SaIndex{2}, host);
  EXPECT_EQ(carriers.find(packet_to("10.2.0.1")), SaIndex{1});
  EXPECT_EQ(carriers.find(packet_to("10.2.0.9")), SaIndex{1});

  carriers.remove(SaIndex{2}, host);
  carriers.remove(SaIndex{1}, host);
  EXPECT_TRUE(carriers.empty());
}

TEST(Carriers, look_at_every_selector_of_a_host) {
  auto only_tcp = to({"10.2.0.1"});
  only_tcp.theirs[0].protocol = IpProtocol::tcp;
  Carriers carriers;
  carriers.add(SaIndex{1}, only_tcp);

  EXPECT_EQ(carriers.find(packet_to("10.2.0.1")), SaIndex::none) << "it is UDP";
}

}  // namespace
}  // namespace esplanade::policy
