// INVALID_SELECTORS: packets that their SA was not made for (RFC 4301, 5.2; RFC 7296, 3.10.1).
#include "ike/duo_test_support.h"

#include "core/endian.h"

#include <fmt/format.h>

namespace esplanade::ike::test {
namespace {

using iana::ExchangeType;
using iana::NotifyType;
using iana::SecurityProtocol;
using testing::IsEmpty;
using testing::SizeIs;

/// The first 28 octets of an ICMP message from 10.1.0.7 to 10.9.0.7, which no child carries.
const auto start_of_packet = core::from_hex(
                                 "450000540000000040010000"
                                 "0a010007"
                                 "0a090007"
                                 "0800000000010001")
                                 .value();

auto field(const Notice& notice, std::string_view name) -> std::string {
  for (const auto& [key, value] : notice.fields) {
    if (key == name) return value;
  }
  return "none";
}

class InvalidSelectors : public testing::Test {
 protected:
  void establish() {
    duo.start();
    duo.call();
    ASSERT_THAT(duo.b.inbound, SizeIs(1));
    duo.seen.clear();
  }
  /// b's data plane says that a packet from a does not belong into its SA.
  void meet_one(const core::Bytes& start = start_of_packet) {
    duo.handle(duo.b, SelectorMismatch{.inbound = spi(), .start = start});
  }
  [[nodiscard]] auto spi() const -> core::Spi { return duo.b.inbound.begin()->second->spi; }
  [[nodiscard]] auto told() const { return messages_of(duo, ExchangeType::informational, false); }
  /// The one line that a has written about it.
  [[nodiscard]] auto line_of_a() const -> Notice {
    const auto it = std::ranges::find(duo.a.notices, "invalid_selectors", &Notice::event);
    return it == duo.a.notices.end() ? Notice() : *it;
  }

  Duo duo;
};

TEST_F(InvalidSelectors, tell_the_peer_which_packet_its_sa_is_not_for) {
  duo.b.options.tells_invalid_selectors = true;
  establish();
  meet_one();
  duo.deliver();

  ASSERT_THAT(told(), SizeIs(1));
  const auto* payload = wire::find_notify(told().front()->payloads, NotifyType::invalid_selectors);
  ASSERT_NE(payload, nullptr);
  EXPECT_EQ(payload->protocol, SecurityProtocol::esp);
  EXPECT_EQ(core::to_hex(payload->spi), fmt::format("{:08x}", std::to_underlying(spi())));
  EXPECT_EQ(payload->data, start_of_packet);
}

TEST_F(InvalidSelectors, are_told_only_if_the_configuration_says_so) {
  establish();
  meet_one();
  duo.deliver();

  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(InvalidSelectors, are_told_a_few_a_second_at_most) {
  duo.b.options.tells_invalid_selectors = true;
  establish();
  for (auto i = 0; i < 100; ++i) {
    meet_one();
    duo.deliver();
  }
  EXPECT_THAT(told(), SizeIs(5));

  duo.run_for(1s);
  for (auto i = 0; i < 100; ++i) {
    meet_one();
    duo.deliver();
  }
  EXPECT_THAT(told(), SizeIs(6));
}

TEST_F(InvalidSelectors, do_not_queue_up_for_a_peer_that_does_not_answer) {
  duo.b.options.tells_invalid_selectors = true;
  establish();
  for (auto i = 0; i < 5; ++i) meet_one();

  EXPECT_EQ(duo.b.endpoint->counts().exchanges, 1U);
  EXPECT_EQ(duo.b.endpoint->counts().jobs, 1U);
}

TEST_F(InvalidSelectors, of_an_spi_that_no_child_has_are_not_told) {
  duo.b.options.tells_invalid_selectors = true;
  establish();
  duo.handle(duo.b, SelectorMismatch{.inbound = core::Spi{0x77777777}, .start = start_of_packet});
  duo.deliver();

  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(InvalidSelectors, that_the_peer_tells_of_are_logged_and_change_nothing) {
  duo.b.options.tells_invalid_selectors = true;
  establish();
  const auto before = duo.a.active;
  meet_one();
  duo.deliver();

  ASSERT_EQ(duo.a.count("invalid_selectors"), 1U);
  EXPECT_EQ(line_of_a().level, Level::warning);
  EXPECT_EQ(field(line_of_a(), "child"), "net");
  EXPECT_EQ(field(line_of_a(), "spi_out"), fmt::format("0x{:08x}", std::to_underlying(spi())));
  EXPECT_EQ(field(line_of_a(), "src"), "10.1.0.7");
  EXPECT_EQ(field(line_of_a(), "dst"), "10.9.0.7");
  EXPECT_EQ(field(line_of_a(), "protocol"), "1");
  EXPECT_EQ(duo.a.active, before);
  EXPECT_THAT(told(), SizeIs(1)) << "a asks nothing on account of it";
}

TEST_F(InvalidSelectors, with_no_packet_or_a_strange_one_are_logged_without_its_addresses) {
  duo.b.options.tells_invalid_selectors = true;
  for (const auto& start : {core::Bytes(), core::Bytes(19, std::byte{0x45})}) {
    duo.a.notices.clear();
    establish();
    meet_one(start);
    duo.deliver();

    EXPECT_EQ(duo.a.count("invalid_selectors"), 1U);
    EXPECT_EQ(field(line_of_a(), "src"), "none");
    for (auto* end : {&duo.a, &duo.b}) duo.restart(*end);
  }
}

/// As b would write it, about an SA that is not a's outbound one.
TEST_F(InvalidSelectors, of_no_child_of_ours_are_answered_and_not_minded) {
  establish();
  const auto about = [](SecurityProtocol protocol, core::Bytes spi) {
    return wire::NotifyPayload{.protocol = protocol,
                               .spi = std::move(spi),
                               .type = NotifyType::invalid_selectors,
                               .data = start_of_packet};
  };
  core::Bytes right(4);
  core::store_be(std::to_underlying(spi()), core::MutableView(right), 0);
  duo.forge(duo.b, {.message_id = 0}, {about(SecurityProtocol::esp, core::Bytes(4))});
  duo.forge(duo.b, {.message_id = 1}, {about(SecurityProtocol::esp, {})});
  duo.forge(duo.b, {.message_id = 2}, {about(SecurityProtocol::ah, right)});

  EXPECT_THAT(messages_of(duo, ExchangeType::informational, true), SizeIs(3));
  EXPECT_EQ(duo.a.count("invalid_selectors"), 0U);

  duo.forge(duo.b, {.message_id = 3}, {about(SecurityProtocol::esp, right)});
  EXPECT_EQ(duo.a.count("invalid_selectors"), 1U);
}

}  // namespace
}  // namespace esplanade::ike::test
