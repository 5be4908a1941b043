// Messages of nobody we know: what they cause, and what they do not (RFC 7296, 2.4, 2.6, 2.21).
#include "ike/duo_test_support.h"

namespace esplanade::ike::test {
namespace {

using iana::ExchangeType;
using iana::NotifyType;
using testing::IsEmpty;
using testing::SizeIs;

/// b alone, and a's first IKE_SA_INIT request, which a test sends to it as it likes.
class StrangersTest : public testing::Test {
 protected:
  void begin(std::uint32_t cookie_threshold = 30) {
    duo.b.options.cookie_threshold = cookie_threshold;
    duo.start();
    duo.handle(duo.a, Initiate{.connection = "gw", .child = ""});
    request = duo.a.sent.front().message;
    duo.a.sent.clear();
  }

  /// What b sends when this comes.
  auto answers_to(const core::Bytes& message, std::optional<net::Endpoint> from = {})
      -> std::vector<core::Bytes> {
    duo.put(duo.b, message, from);
    std::vector<core::Bytes> answers;
    for (auto& send : std::exchange(duo.b.sent, {})) answers.push_back(std::move(send.message));
    return answers;
  }
  static auto read(const core::Bytes& message) -> wire::Message {
    return wire::parse_message(message).value();
  }
  /// The request with another header or other payloads.
  auto changed(const std::function<void(wire::Header&, wire::Payloads&)>& change) const
      -> core::Bytes {
    auto message = read(request);
    change(message.header, message.payloads);
    return wire::write_message(message.header, message.payloads);
  }

  Duo duo;
  core::Bytes request;
};

auto to_nobody(bool is_response = false) -> core::Bytes {
  return wire::write_message({.spis = {.i = IkeSpi{5}, .r = IkeSpi{6}},
                              .exchange = ExchangeType::informational,
                              .is_from_initiator = true,
                              .is_response = is_response,
                              .message_id = 7},
                             {wire::SkPayload{.first_inner = {}, .body = core::Bytes(40)}});
}

TEST_F(StrangersTest, hear_that_their_spi_is_unknown_with_all_of_it_repeated) {
  begin();
  const net::Endpoint from{.address = *net::Address::parse("192.0.2.77"), .port = 1234};
  duo.put(duo.b, to_nobody(), from);

  ASSERT_THAT(duo.b.sent, SizeIs(1));
  EXPECT_EQ(duo.b.sent.front().path.theirs, from);
  const auto answer = read(duo.b.sent.front().message);
  EXPECT_TRUE(answer.header.is_response);
  EXPECT_FALSE(answer.header.is_from_initiator);
  EXPECT_EQ(answer.header.spis, (IkeSpis{.i = IkeSpi{5}, .r = IkeSpi{6}}));
  EXPECT_EQ(answer.header.message_id, 7U);
  EXPECT_EQ(answer.header.exchange, ExchangeType::informational);
  ASSERT_THAT(answer.payloads, SizeIs(1));
  EXPECT_NE(wire::find_notify(answer.payloads, NotifyType::invalid_ike_spi), nullptr);
}

TEST_F(StrangersTest, get_no_answer_to_a_response) {
  begin();
  EXPECT_THAT(answers_to(to_nobody(true)), IsEmpty());
}

TEST_F(StrangersTest, get_no_answer_to_a_notice_about_stray_esp) {
  begin();
  for (const auto spi : {IkeSpi{}, IkeSpi{9}}) {
    const auto notice = wire::write_message({.spis = {.i = spi, .r = {}},
                                             .exchange = ExchangeType::informational,
                                             .is_from_initiator = true},
                                            {notify(NotifyType::invalid_spi, core::Bytes(4))});
    EXPECT_THAT(answers_to(notice), IsEmpty());
  }
  EXPECT_EQ(duo.b.sessions(), 0U);
}

TEST_F(StrangersTest, get_few_answers_a_second) {
  begin();
  std::size_t answers = 0;
  for (auto i = 0; i < 1000; ++i) answers += answers_to(to_nobody()).size();

  EXPECT_GT(answers, 0U);
  EXPECT_LT(answers, 100U);
}

TEST_F(StrangersTest, hear_which_major_version_there_is) {
  begin();
  auto message = request;
  message[17] = std::byte{0x30};
  const auto answers = answers_to(message);

  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_EQ(read(answers.front()).header.major_version, 2);
  EXPECT_NE(wire::find_notify(read(answers.front()).payloads, NotifyType::invalid_major_version),
            nullptr);

  message[17] = std::byte{0x10};  // IKEv1
  EXPECT_THAT(answers_to(message), IsEmpty());
}

TEST_F(StrangersTest, are_not_heard_if_length_and_datagram_differ) {
  begin();
  auto longer = request;
  longer.push_back(std::byte{});
  auto shorter = request;
  shorter.pop_back();
  EXPECT_THAT(answers_to(longer), IsEmpty());
  EXPECT_THAT(answers_to(shorter), IsEmpty());
}

TEST_F(StrangersTest, need_an_spi_and_the_first_message_id_to_begin) {
  begin();
  EXPECT_THAT(answers_to(changed([](auto& header, auto&) { header.spis.i = IkeSpi{}; })),
              IsEmpty());
  EXPECT_THAT(answers_to(changed([](auto& header, auto&) { header.message_id = 1; })), IsEmpty());
  EXPECT_THAT(answers_to(changed([](auto& header, auto&) { header.is_from_initiator = false; })),
              IsEmpty());
  EXPECT_EQ(duo.b.sessions(), 0U);
}

TEST_F(StrangersTest, get_the_same_answer_to_the_same_request) {
  begin();
  const auto first = answers_to(request);
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(answers_to(request), first);
  EXPECT_EQ(duo.b.sessions(), 1U);

  // Another request of the same SPI and address is not that one, and is not begun beside it.
  EXPECT_THAT(answers_to(changed([](auto&, auto& payloads) {
                payloads.push_back(wire::VendorIdPayload{core::Bytes(4)});
              })),
              IsEmpty());
  // From another port it is another peer's, behind the same NAT (RFC 7296, 2.1).
  EXPECT_THAT(answers_to(request, net::Endpoint{.address = duo.a.at.address, .port = 2000}),
              SizeIs(1));
  EXPECT_EQ(duo.b.sessions(), 2U);
}

TEST_F(StrangersTest, may_send_three_thousand_octets) {
  begin();
  const auto large = changed([](auto&, auto& payloads) {
    payloads.push_back(wire::VendorIdPayload{core::Bytes(3000 - 400)});
  });
  EXPECT_GT(large.size(), 2700U);
  EXPECT_THAT(answers_to(large), SizeIs(1));
}

TEST_F(StrangersTest, hear_of_an_unknown_critical_payload) {
  begin();
  const auto answers = answers_to(changed([](auto&, auto& payloads) {
    payloads.push_back(wire::UnknownPayload{
        .type = iana::PayloadType{200}, .is_critical = true, .body = core::Bytes(4)});
  }));

  ASSERT_THAT(answers, SizeIs(1));
  const auto* told =
      wire::find_notify(read(answers.front()).payloads, NotifyType::unsupported_critical_payload);
  ASSERT_NE(told, nullptr);
  EXPECT_EQ(core::to_hex(told->data), "c8");
}

TEST_F(StrangersTest, are_asked_for_a_cookie_under_load) {
  begin(0);
  const auto answers = answers_to(request);

  ASSERT_THAT(answers, SizeIs(1));
  const auto answer = read(answers.front());
  EXPECT_EQ(answer.header.spis.r, IkeSpi{});
  EXPECT_EQ(answer.header.message_id, 0U);
  ASSERT_THAT(answer.payloads, SizeIs(1));
  const auto* cookie = wire::find_notify(answer.payloads, NotifyType::cookie);
  ASSERT_NE(cookie, nullptr);
  EXPECT_GE(cookie->data.size(), 1U);
  EXPECT_LE(cookie->data.size(), 64U);
  EXPECT_EQ(duo.b.sessions(), 0U);  // and nothing is kept
}

TEST_F(StrangersTest, with_a_wrong_cookie_are_asked_again) {
  begin(0);
  const auto answers = answers_to(changed([](auto&, auto& payloads) {
    payloads.insert(payloads.begin(), notify(NotifyType::cookie, core::Bytes(33)));
  }));

  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_NE(wire::find_notify(read(answers.front()).payloads, NotifyType::cookie), nullptr);
  EXPECT_EQ(duo.b.sessions(), 0U);
}

TEST_F(StrangersTest, are_bounded_for_each_address_and_in_all) {
  duo.b.options.block_threshold = 3;
  duo.b.options.half_open_limit = 8;
  duo.b.connection.theirs.clear();
  begin(1000);
  std::uint64_t spi = 1;
  const auto knock = [&](std::string_view address) {
    const auto message = changed([&](auto& header, auto&) { header.spis.i = IkeSpi{spi++}; });
    return answers_to(message, net::Endpoint{.address = *net::Address::parse(address), .port = 500})
        .size();
  };

  for (auto i = 0; i < 3; ++i) EXPECT_EQ(knock("198.51.100.1"), 1U);
  EXPECT_EQ(knock("198.51.100.1"), 0U);
  for (auto i = 0; i < 3; ++i) EXPECT_EQ(knock("198.51.100.2"), 1U);
  for (auto i = 0; i < 3; ++i) (void)knock("198.51.100.3");
  EXPECT_EQ(duo.b.sessions(), 8U);

  duo.run_for(31s);  // half_open_timeout
  EXPECT_EQ(duo.b.sessions(), 0U);
  EXPECT_EQ(knock("198.51.100.1"), 1U);
}

TEST_F(StrangersTest, cannot_end_an_ike_sa_by_what_is_not_authenticated) {
  duo.start();
  duo.call();
  ASSERT_EQ(duo.a.children(), 1U);
  duo.run_for(20s);
  const auto spis = duo.a.endpoint->status().front().spis;
  const auto before = duo.seen.size();
  for (const auto type : {NotifyType::invalid_ike_spi, NotifyType::invalid_spi,
                          NotifyType::authentication_failed, NotifyType::invalid_syntax}) {
    for (std::uint32_t id = 0; id < 4; ++id) {
      const auto forged = wire::write_message({.spis = spis,
                                               .exchange = ExchangeType::informational,
                                               .is_response = true,
                                               .message_id = id},
                                              {notify(type)});
      duo.inject(duo.a, forged);
    }
  }

  EXPECT_EQ(duo.a.sessions(), 1U);
  EXPECT_EQ(duo.a.children(), 1U);
  // It asked the peer, once, whether it is there.
  EXPECT_EQ(duo.seen.size() - before, 2U);
}

TEST_F(StrangersTest, whose_esp_meets_nobody_are_told_under_their_ike_sa_and_not_often) {
  duo.start();
  duo.call();
  for (auto i = 0; i < 1000; ++i) {
    duo.handle(duo.b, StrayEsp{.path = {.ours = duo.b.at, .theirs = duo.a.at},
                               .spi = core::Spi{0x99999999}});
  }
  duo.deliver();

  const auto told = messages_of(duo, ExchangeType::informational, false);
  ASSERT_FALSE(told.empty());
  EXPECT_LT(told.size(), 100U);
  EXPECT_EQ(core::to_hex(wire::find_notify(told.front()->payloads, NotifyType::invalid_spi)->data),
            "99999999");
}

}  // namespace
}  // namespace esplanade::ike::test
