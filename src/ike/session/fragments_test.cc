// Fragments between two endpoints (RFC 7383).
#include "ike/duo_test_support.h"

namespace esplanade::ike::test {
namespace {

using iana::ExchangeType;

/// IKE_AUTH does not fit into one of the smallest packets.
struct Large : Duo {
  Large() {
    const auto id = policy::Identity::parse(std::string(1200, 'a')).value();
    a.connection.local.id = b.connection.remote.id = id;
    a.options.fragment_size = b.options.fragment_size = 576;
  }
  [[nodiscard]] auto fragments() const -> std::size_t {
    return static_cast<std::size_t>(std::ranges::count_if(seen, [](const Seen& one) {
      return wire::find<wire::SkfPayload>(one.payloads) != nullptr;
    }));
  }
};

TEST(Fragments, are_used_only_if_both_ends_say_so) {
  Large both;
  both.start();
  both.call();
  EXPECT_GT(both.fragments(), 1U);
  EXPECT_EQ(both.a.children(), 1U);

  for (const auto is_a : {true, false}) {
    Large one;
    (is_a ? one.a : one.b).connection.fragmentation = policy::Fragmentation::no;
    one.start();
    one.call();
    EXPECT_EQ(one.fragments(), 0U);
    EXPECT_EQ(one.a.children(), 1U);
  }
}

TEST(Fragments, are_taken_and_not_sent_where_the_configuration_says_accept) {
  Large duo;
  duo.a.connection.fragmentation = policy::Fragmentation::accept;
  duo.start();
  duo.call();

  EXPECT_EQ(duo.fragments(), 0U);
  EXPECT_EQ(duo.a.children(), 1U);
}

TEST(Fragments, are_no_longer_than_fragment_size) {
  Large duo;
  duo.start();
  duo.call();

  for (const auto& one : duo.seen) {
    if (one.header.exchange == ExchangeType::ike_sa_init) continue;  // never in fragments
    EXPECT_LE(one.octets.size() + 20 + 8 + 4, 576U);  // behind IPv4, UDP and a marker
  }
}

TEST(Fragments, that_come_again_are_answered_once) {
  Large duo;
  duo.start();
  duo.call();
  std::vector<core::Bytes> request;
  for (const auto& one : duo.seen) {
    if (wire::find<wire::SkfPayload>(one.payloads) != nullptr && !one.header.is_response) {
      request.push_back(one.octets);
    }
  }
  ASSERT_GT(request.size(), 1U);

  for (const auto& fragment : request) duo.put(duo.b, fragment);

  EXPECT_EQ(duo.b.sent.size(), 1U);  // to the first, and the answer is small
  EXPECT_EQ(duo.b.children(), 1U);
}

TEST(Fragments, may_be_lost_one_by_one) {
  for (auto lost = 1; lost <= 3; ++lost) {
    Large duo;
    duo.start();
    auto count = 0;
    duo.on_wire = [&](Seen& one) {
      return wire::find<wire::SkfPayload>(one.payloads) == nullptr || ++count != lost;
    };
    duo.call();
    duo.run_for(60s);

    EXPECT_GT(count, lost);
    EXPECT_EQ(duo.a.children(), 1U) << lost;
  }
}

}  // namespace
}  // namespace esplanade::ike::test
