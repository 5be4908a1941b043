#include "ipsec/ecn.h"

#include <gtest/gtest.h>

namespace esplanade::ipsec {
namespace {

using enum EcnField;

constexpr auto drop = std::optional<EcnField>{};

struct Row {
  EcnField inner, outer;
  std::optional<EcnField> leaves_with;
};

// RFC 6040, figure 4.
constexpr Row table[] = {
    {not_ect, not_ect, not_ect},
    {not_ect, ect_0, not_ect},
    {not_ect, ect_1, not_ect},
    {not_ect, ce, drop},
    {ect_0, not_ect, ect_0},
    {ect_0, ect_0, ect_0},
    {ect_0, ect_1, ect_1},
    {ect_0, ce, ce},
    {ect_1, not_ect, ect_1},
    {ect_1, ect_0, ect_1},
    {ect_1, ect_1, ect_1},
    {ect_1, ce, ce},
    {ce, not_ect, ce},
    {ce, ect_0, ce},
    {ce, ect_1, ce},
    {ce, ce, ce},
};

TEST(Ecn, leaves_the_tunnel_as_rfc_6040_says_whatever_the_dscps_are) {
  for (const auto& row : table) {
    for (const unsigned dscp : {0U, 0xb8U, 0xfcU}) {
      const auto inner = static_cast<std::uint8_t>(dscp | static_cast<unsigned>(row.inner));
      const auto outer = static_cast<std::uint8_t>(0x48U | static_cast<unsigned>(row.outer));

      const auto tos = decapsulated_tos(inner, outer);

      ASSERT_EQ(tos.has_value(), row.leaves_with.has_value()) << inner << " in " << outer;
      if (!tos) continue;
      EXPECT_EQ(ecn_of(*tos), *row.leaves_with) << inner << " in " << outer;
      EXPECT_EQ(*tos & 0xfcU, dscp);
    }
  }
}

// RFC 6040, 4.1: normal mode copies all four codepoints; compatibility mode sends Not-ECT.
TEST(Ecn, enters_the_tunnel_copied_or_left_out) {
  const sa::DscpMap copied;
  for (std::uint8_t tos = 0; tos < 255; ++tos) {
    EXPECT_EQ(encapsulated_tos(tos, copied, sa::Ecn::normal), tos);
    EXPECT_EQ(encapsulated_tos(tos, copied, sa::Ecn::compatible), tos & 0xfc);
  }
}

TEST(DscpMap, maps_or_fixes_the_outer_dscp) {
  sa::DscpMap mapped;
  mapped.outer[0x2e] = 0x0a;  // EF becomes AF11
  sa::DscpMap fixed;
  fixed.outer.fill(0x08);

  EXPECT_EQ(encapsulated_tos(0xb8, mapped, sa::Ecn::normal), 0x28);
  EXPECT_EQ(encapsulated_tos(0xbb, mapped, sa::Ecn::normal), 0x2b);
  EXPECT_EQ(encapsulated_tos(0xb4, mapped, sa::Ecn::normal), 0xb4);
  EXPECT_EQ(encapsulated_tos(0xb9, fixed, sa::Ecn::normal), 0x21);
}

TEST(Ecn, has_the_codepoints_of_rfc_3168) {
  EXPECT_EQ(ecn_of(0b111'11'100), not_ect);
  EXPECT_EQ(ecn_of(0b111'11'101), ect_1);
  EXPECT_EQ(ecn_of(0b111'11'110), ect_0);
  EXPECT_EQ(ecn_of(0b111'11'111), ce);
}

}  // namespace
}  // namespace esplanade::ipsec
