// What comes in unprotected for others, judged by policy.
#include "pipeline/bridge/clear_arrivals.h"

#include "tests/support/roads.h"
#include "tests/support/slot.h"

#include <gtest/gtest.h>

namespace esplanade::pipeline {
namespace {

using net::Verdict;
using policy::Processing;
using policy::Sides;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

/// From 10.2.0.0/16 to 10.1.0.0/16: `web` passes, what is from 10.2.1.0/24 is to be protected;
/// `out` passes outbound only.
class Arrivals {
 public:
  Arrivals() {
    auto web = traffic({"10.1.0.0/16"}, {80, 80});
    web[0].protocol = IpProtocol::udp;
    tables.spd.append(policy::ClearEntry{
        {web, traffic({"10.2.0.0/16"})}, Processing::bypass, Sides::both, "web"});
    tables.spd.append(
        policy::SpdEntry{{traffic({"10.1.0.0/16"}), traffic({"10.2.1.0/24"})}, {}, {}, "site"});
    tables.spd.append(policy::ClearEntry{{traffic({"10.1.0.0/16"}), traffic({"10.2.2.0/24"})},
                                         Processing::bypass,
                                         Sides::outbound,
                                         "out"});
  }
  auto run(const Bytes& clear) -> Outcome {
    Batch batch({clear});
    arrivals_.run(tables, batch.packets(), {});
    arrivals_.account(batch.packets());
    return {batch.packets()[0].verdict, batch.bytes(0)};
  }
  [[nodiscard]] auto notices() const -> const std::vector<Notice>& { return notices_.all; }
  [[nodiscard]] auto count(Verdict verdict) const { return arrivals_.verdicts().value(verdict); }

  Tables tables;

 private:
  Notices notices_;
  ClearArrivals arrivals_{notices_};
};

auto from(std::string_view src, std::uint16_t port) -> Ipv4Packet {
  return {.src = address(src), .dst = address("10.1.0.2"), .payload = udp(9, port, pattern(64))};
}

TEST(ClearArrivals, pass_as_they_are_where_policy_says_bypass) {
  Arrivals arrivals;
  const auto clear = from("10.2.1.1", 80).bytes();

  const auto outcome = arrivals.run(clear);

  EXPECT_EQ(outcome.verdict, Verdict::pass);
  EXPECT_EQ(outcome.bytes, clear);
  EXPECT_TRUE(arrivals.notices().empty());
}

TEST(ClearArrivals, do_not_pass_where_policy_has_them_protected) {
  Arrivals arrivals;

  EXPECT_EQ(arrivals.run(from("10.2.1.1", 81).bytes()).verdict, Verdict::unprotected);

  EXPECT_EQ(arrivals.count(Verdict::unprotected), 1U);
  ASSERT_EQ(arrivals.notices().size(), 1U);
  EXPECT_EQ(arrivals.notices()[0].direction, sa::Direction::inbound);
  EXPECT_EQ(arrivals.notices()[0].src, address("10.2.1.1"));
}

TEST(ClearArrivals, do_not_pass_where_nothing_wants_them_or_only_on_the_way_out) {
  Arrivals arrivals;
  EXPECT_EQ(arrivals.run(from("10.2.2.1", 81).bytes()).verdict, Verdict::discarded);
  EXPECT_EQ(arrivals.run(from("10.3.0.1", 81).bytes()).verdict, Verdict::discarded);
}

// RFC 4301, 5.2 (ARCH-5.2-03): what others are to open is judged as everything else.
TEST(ClearArrivals, are_esp_for_others_too) {
  Arrivals arrivals;
  auto esp = from("10.2.1.1", 80);
  esp.protocol = IpProtocol::esp;
  EXPECT_EQ(arrivals.run(esp.bytes()).verdict, Verdict::unprotected);
}

TEST(ClearArrivals, that_are_later_fragments_follow_the_first) {
  Arrivals arrivals;
  auto first = from("10.2.2.1", 80);
  first.flags_and_offset = 0x2000;
  auto later = from("10.2.2.1", 0);
  later.flags_and_offset = 9;

  EXPECT_EQ(arrivals.run(later.bytes()).verdict, Verdict::discarded);
  EXPECT_EQ(arrivals.run(first.bytes()).verdict, Verdict::pass);
  EXPECT_EQ(arrivals.run(later.bytes()).verdict, Verdict::pass);
}

TEST(ClearArrivals, that_are_no_datagrams_do_not_pass) {
  Arrivals arrivals;
  auto cut = from("10.2.2.1", 80).bytes();
  cut.resize(21);
  EXPECT_EQ(arrivals.run(cut).verdict, Verdict::malformed);
}

}  // namespace
}  // namespace esplanade::pipeline
