// What policy lets through in clear or discards, on the outbound road.
#include "tests/support/roads.h"
#include "tests/support/slot.h"

#include <gtest/gtest.h>

namespace esplanade::pipeline {
namespace {

using net::Verdict;
using policy::Processing;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

/// Towards 10.2.0.0/16: `web` passes, the rest of 10.2.1.0/24 is discarded.
class Road {
 public:
  Road() {
    auto web = traffic({"10.2.0.0/16"}, {80, 80});
    web[0].protocol = IpProtocol::udp;
    tables.spd.append(policy::ClearEntry{
        {traffic({"10.1.0.0/16"}), web}, Processing::bypass, policy::Sides::both, "web"});
    tables.spd.append(policy::ClearEntry{{traffic({"10.1.0.0/16"}), traffic({"10.2.1.0/24"})},
                                         Processing::discard,
                                         policy::Sides::both,
                                         "drop"});
  }
  auto run(const Bytes& clear) -> Outcome {
    Batch batch({clear});
    SeededRandom random(1);
    road_.run(tables, batch.packets(), {.now = {}, .random = random});
    road_.account(tables, batch.packets());
    return {batch.packets()[0].verdict, batch.bytes(0)};
  }
  [[nodiscard]] auto notices() const -> const std::vector<Notice>& { return notices_.all; }

  Tables tables;

 private:
  Notices notices_;
  OutboundRoad road_{notices_};
};

auto datagram(std::string_view dst, std::uint16_t port) -> Ipv4Packet {
  return {.dst = address(dst), .payload = udp(1000, port, pattern(64))};
}

TEST(ClearRoad, leaves_what_is_passed_as_it_is) {
  Road road;
  const auto clear = datagram("10.2.1.1", 80).bytes();

  const auto outcome = road.run(clear);

  EXPECT_EQ(outcome.verdict, Verdict::pass);
  EXPECT_EQ(outcome.bytes, clear);
  EXPECT_TRUE(road.notices().empty());
}

TEST(ClearRoad, tells_what_an_entry_discards_from_what_none_holds) {
  Road road;

  EXPECT_EQ(road.run(datagram("10.2.1.1", 81).bytes()).verdict, Verdict::discarded);
  EXPECT_EQ(road.run(datagram("10.2.2.1", 81).bytes()).verdict, Verdict::no_policy);
  EXPECT_EQ(road.notices().size(), 2U);
}

// RFC 4301, 7.4 (ARCH-7.4-02): stateful fragment checking for BYPASS of some ports.
TEST(ClearRoad, lets_later_fragments_follow_the_first) {
  Road road;
  auto first = datagram("10.2.2.1", 80);
  first.flags_and_offset = 0x2000;
  auto later = datagram("10.2.2.1", 0);
  later.flags_and_offset = 9;

  EXPECT_EQ(road.run(later.bytes()).verdict, Verdict::no_policy);
  EXPECT_EQ(road.run(first.bytes()).verdict, Verdict::pass);
  EXPECT_EQ(road.run(later.bytes()).verdict, Verdict::pass);
}

}  // namespace
}  // namespace esplanade::pipeline
