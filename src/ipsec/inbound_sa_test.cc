#include "ipsec/inbound_sa.h"
#include "tests/support/sas.h"

#include <gtest/gtest.h>

namespace esplanade::ipsec {
namespace {

using namespace std::chrono_literals;
using core::Seq64;
using test::make_inbound;

constexpr std::uint64_t two_to_32 = 1ULL << 32;

TEST(InboundSa, takes_the_number_on_the_wire_for_all_of_it_without_esn) {
  const auto sa = make_inbound({.esn = sa::Esn::no});
  (void)sa->commit(Seq64{two_to_32 - 1});

  EXPECT_EQ(sa->infer(5), Seq64{5});
  EXPECT_EQ(sa->infer(0xffffffff), Seq64{0xffffffff});
}

TEST(InboundSa, infers_the_high_half_with_esn) {
  const auto sa = make_inbound({.esn = sa::Esn::yes});
  (void)sa->commit(Seq64{two_to_32 - 1});

  EXPECT_EQ(sa->infer(5), Seq64{two_to_32 + 5});
}

TEST(InboundSa, refuses_zero_old_and_repeated_numbers) {
  const auto sa = make_inbound({.replay_window = 64});

  EXPECT_EQ(sa->check(Seq64{0}).error(), ReplayError::duplicate);
  EXPECT_TRUE(sa->commit(Seq64{100}));
  EXPECT_EQ(sa->commit(Seq64{100}).error(), ReplayError::duplicate);
  EXPECT_EQ(sa->check(Seq64{36}).error(), ReplayError::forgotten);
  EXPECT_TRUE(sa->check(Seq64{37}));
}

TEST(InboundSa, takes_any_number_any_time_with_replay_protection_off) {
  const auto sa = make_inbound({.replay_window = 0});

  for (const std::uint64_t seq : {7U, 7U, 100'000U, 1U, 1U, 0U}) {
    EXPECT_TRUE(sa->check(Seq64{seq})) << seq;
    EXPECT_TRUE(sa->commit(Seq64{seq})) << seq;
  }
}

TEST(InboundSa, follows_extended_numbers_even_with_replay_protection_off) {
  const auto sa = make_inbound({.esn = sa::Esn::yes, .replay_window = 0});
  (void)sa->commit(Seq64{two_to_32 + 10});

  EXPECT_EQ(sa->infer(11), Seq64{two_to_32 + 11});
  EXPECT_EQ(sa->infer(0xffffffff), Seq64{two_to_32 - 1});
}

// Nothing but the inference limits how late a packet may come where replays are not checked.
TEST(InboundSa, places_far_reordered_extended_numbers_with_replay_protection_off) {
  const auto sa = make_inbound({.esn = sa::Esn::yes, .replay_window = 0});
  (void)sa->commit(Seq64{two_to_32 + 50'000});

  EXPECT_EQ(sa->infer(40'000), Seq64{two_to_32 + 40'000});
}

TEST(InboundSa, refuses_window_sizes_outside_the_limits) {
  for (const std::uint32_t size : {1U, 31U, ReplayWindow::max_size + 1, 0xffffffffU}) {
    auto parameters = test::parameters({.replay_window = size});

    const auto sa = InboundSa::make(std::move(parameters), crypto::openssl::provider(), {});

    ASSERT_FALSE(sa) << size;
    EXPECT_EQ(sa.error().code, core::Code::bad_value);
  }
}

TEST(InboundSa, keeps_no_keys_in_its_parameters) {
  const auto sa = make_inbound({.kind = test::Kind::encrypt_then_mac});

  EXPECT_TRUE(sa->parameters.keys.encryption.empty());
  EXPECT_TRUE(sa->parameters.keys.integrity.empty());
}

TEST(InboundSa, goes_on_where_another_has_stopped) {
  const auto before = make_inbound({});
  (void)before->commit(Seq64{500});
  (void)before->commit(Seq64{499});
  before->usage.packets.add(2);
  before->verdicts.count(net::Verdict::bad_icv);
  const auto after =
      InboundSa::make(test::parameters({.replay_window = 1024}), crypto::openssl::provider(), {9s})
          .value();
  after->continue_from(*before);

  EXPECT_FALSE(after->check(Seq64{500}));
  EXPECT_FALSE(after->check(Seq64{499}));
  EXPECT_TRUE(after->check(Seq64{498}));
  EXPECT_FALSE(after->check(Seq64{400})) << "left of the old window: may have been seen";
  EXPECT_EQ(after->usage.packets.value(), 2U);
  EXPECT_EQ(after->verdicts.value(net::Verdict::bad_icv), 1U);
  EXPECT_EQ(after->lifetime.born(), core::Time{0s});
}

}  // namespace
}  // namespace esplanade::ipsec
