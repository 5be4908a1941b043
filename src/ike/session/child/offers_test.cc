// Offers that are refused although both ends want the same: AH where a NAT is in between.
#include "ike/duo_test_support.h"

namespace esplanade::ike::test {
namespace {

/// Both want AH.
struct AhDuo : Duo {
  AhDuo() {
    for (auto* end : {&a, &b}) {
      end->connection.children.front().proposals =
          proposals_of(iana::SecurityProtocol::ah, "sha256");
    }
    start();
  }
  /// The answer to IKE_SA_INIT seems to have come from `port`; nobody but `a` can tell.
  void call_with_answer_from(std::uint16_t port) {
    std::optional<core::Bytes> answer;
    on_wire = [&](Seen& message) {
      const bool is_it =
          message.header.exchange == iana::ExchangeType::ike_sa_init && message.header.is_response;
      if (is_it) answer = message.octets;
      return !is_it;
    };
    call();
    inject(a, answer.value(), net::Endpoint{.address = b.at.address, .port = port});
  }
};

TEST(AhOffer, is_taken_where_no_nat_is) {
  AhDuo duo;
  duo.call_with_answer_from(500);

  EXPECT_EQ(duo.a.children(), 1U);
  EXPECT_EQ(duo.b.children(), 1U);
  const auto told = std::ranges::find(duo.a.notices, "child_established", &Notice::event);
  ASSERT_NE(told, duo.a.notices.end());
  EXPECT_THAT(told->fields, testing::Contains(testing::Pair("ah", "sha256")));
}

// The peer has made its child by then, and is told to delete it.
TEST(AhOffer, comes_to_nothing_where_we_alone_see_a_nat) {
  AhDuo duo;
  duo.call_with_answer_from(20000);

  EXPECT_EQ(duo.a.sessions(), 1U);
  EXPECT_EQ(duo.a.children(), 0U);
  EXPECT_EQ(duo.b.children(), 0U);
  const auto is_delete_of_ah = [](const Seen& one) {
    const auto* const told = wire::find<wire::DeletePayload>(one.payloads);
    return told != nullptr && told->protocol == iana::SecurityProtocol::ah;
  };
  EXPECT_TRUE(std::ranges::any_of(duo.seen, is_delete_of_ah));
}

}  // namespace
}  // namespace esplanade::ike::test
