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
  [[nodiscard]] auto answers() -> std::vector<Bytes> {
    std::vector<Bytes> all;
    for (const auto& packet : road_.answers()) {
      all.emplace_back(packet.bytes().begin(), packet.bytes().end());
    }
    return all;
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

// ARCH-5.1.1-01: type 3, code 13, of what an entry discards and of what none holds.
TEST(ClearRoad, tells_the_sender_of_what_is_discarded_where_it_is_told_to) {
  Road road;
  road.tables.discards = DiscardAnswers::icmp;

  for (const auto* dst : {"10.2.1.1", "10.9.0.1"}) {
    EXPECT_NE(road.run(datagram(dst, 81).bytes()).verdict, Verdict::pass);

    const auto answers = road.answers();
    ASSERT_EQ(answers.size(), 1U) << dst;
    EXPECT_EQ(core::to_hex(View(answers[0]).subspan(12, 4)), core::to_hex(address(dst).bytes()));
    EXPECT_EQ(core::to_hex(View(answers[0]).subspan(20, 2)), "030d");
  }
}

TEST(ClearRoad, tells_no_sender_anything_unless_it_is_told_to) {
  Road road;
  (void)road.run(datagram("10.2.1.1", 81).bytes());

  EXPECT_TRUE(road.answers().empty());
}

// RFC 1122, 3.2.2; RFC 4443, 2.4 e
TEST(ClearRoad, answers_no_errors_later_fragments_or_multicasts) {
  Road road;
  road.tables.discards = DiscardAnswers::icmp;
  auto later = datagram("10.2.1.1", 81);
  later.flags_and_offset = 5;
  const Ipv4Packet error{
      .dst = address("10.2.1.1"), .protocol = IpProtocol::icmp, .payload = hex("0301000000000000")};

  for (const auto& packet : {later, error, datagram("224.1.1.1", 81)}) {
    EXPECT_NE(road.run(packet.bytes()).verdict, Verdict::pass);
    EXPECT_TRUE(road.answers().empty());
  }
}

// ARCH-5.1.1-02: a flood.
TEST(ClearRoad, tells_so_many_senders_a_second_and_no_more) {
  Road road;
  road.tables.discards = DiscardAnswers::icmp;
  std::size_t answered = 0;

  for (unsigned i = 0; i < 3 * ErrorAnswers::per_second; ++i) {
    (void)road.run(datagram("10.2.1.1", 81).bytes());
    answered += road.answers().size();
  }

  EXPECT_EQ(answered, ErrorAnswers::per_second);
}

}  // namespace
}  // namespace esplanade::pipeline
