#include "ipsec/outbound_sa.h"
#include "tests/support/sas.h"

#include <gtest/gtest.h>

namespace esplanade::ipsec {
namespace {

using namespace std::chrono_literals;
using core::Seq64;
using test::make_outbound;

constexpr std::uint64_t two_to_32 = 1ULL << 32;

TEST(OutboundSa, numbers_from_one_upwards) {
  const auto sa = make_outbound({});

  EXPECT_EQ(sa->last_sequence(), Seq64{0});
  EXPECT_EQ(sa->next_sequence(), Seq64{1});
  EXPECT_EQ(sa->next_sequence(), Seq64{2});
  EXPECT_EQ(sa->last_sequence(), Seq64{2});
}

TEST(OutboundSa, ends_rather_than_cycle_through_32_bits) {
  const auto sa = make_outbound({.esn = sa::Esn::no});
  sa->continue_from(Seq64{two_to_32 - 2});

  EXPECT_EQ(sa->next_sequence(), Seq64{two_to_32 - 1});
  EXPECT_EQ(sa->next_sequence(), std::nullopt);
  EXPECT_EQ(sa->next_sequence(), std::nullopt);
  EXPECT_EQ(sa->last_sequence(), Seq64{two_to_32 - 1});
}

TEST(OutboundSa, goes_on_beyond_32_bits_with_extended_numbers) {
  const auto sa = make_outbound({.esn = sa::Esn::yes});
  sa->continue_from(Seq64{two_to_32 - 1});

  EXPECT_EQ(sa->next_sequence(), Seq64{two_to_32});
  EXPECT_EQ(sa->next_sequence(), Seq64{two_to_32 + 1});
}

TEST(OutboundSa, ends_rather_than_cycle_through_64_bits) {
  const auto sa = make_outbound({.esn = sa::Esn::yes});
  sa->continue_from(Seq64{~std::uint64_t{0} - 1});

  EXPECT_EQ(sa->next_sequence(), Seq64{~std::uint64_t{0}});
  EXPECT_EQ(sa->next_sequence(), std::nullopt);
}

TEST(OutboundSa, keeps_no_keys_in_its_parameters) {
  const auto sa = make_outbound({.kind = test::Kind::encrypt_then_mac});

  EXPECT_TRUE(sa->parameters.keys.encryption.empty());
  EXPECT_TRUE(sa->parameters.keys.integrity.empty());
  EXPECT_EQ(sa->parameters.spi, core::Spi{0x1001});
}

TEST(OutboundSa, passes_on_what_the_suite_refuses) {
  auto parameters = test::parameters({});
  parameters.keys = {};

  const auto sa = OutboundSa::make(std::move(parameters), crypto::openssl::provider(), {});

  ASSERT_FALSE(sa);
  EXPECT_EQ(sa.error().code, core::Code::bad_key_length);
}

TEST(OutboundSa, goes_on_where_another_has_stopped) {
  const auto before = make_outbound({});
  before->continue_from(Seq64{41});
  before->usage.packets.add(41);
  before->usage.octets.add(4100);
  before->verdicts.count(net::Verdict::pass);
  const auto after =
      OutboundSa::make(test::parameters({}), crypto::openssl::provider(), {9s}).value();
  after->continue_from(*before);

  EXPECT_EQ(after->next_sequence(), Seq64{42});
  EXPECT_EQ(after->usage.packets.value(), 41U);
  EXPECT_EQ(after->usage.octets.value(), 4100U);
  EXPECT_EQ(after->verdicts.value(net::Verdict::pass), 1U);
  EXPECT_EQ(after->lifetime.born(), core::Time{0s});
}

}  // namespace
}  // namespace esplanade::ipsec
