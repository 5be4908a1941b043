#include "iana/registry.h"

#include "iana/ikev2_transforms.h"
#include "iana/ip_protocol.h"

#include <gtest/gtest.h>

namespace esplanade::iana {
namespace {

enum class Colour : std::uint8_t { red = 1, green = 5, unlisted = 9 };

constexpr Row<Colour> red{Colour::red, "RED", "RFC 1"};
constexpr Row<Colour> green{Colour::green, "GREEN", "RFC 5"};

TEST(Registry, finds_the_row_of_a_value) {
  constexpr std::array rows{red, green};
  EXPECT_EQ(find_row(rows, Colour::green), &rows[1]);
}

TEST(Registry, knows_no_row_for_a_value_outside_the_table) {
  constexpr std::array rows{red, green};
  EXPECT_EQ(find_row(rows, Colour::unlisted), nullptr);
  EXPECT_EQ(find_row(rows, static_cast<Colour>(200)), nullptr);
}

TEST(Registry, notices_rows_out_of_order_or_twice) {
  EXPECT_TRUE(is_sorted_and_unique(std::array{red, green}));
  EXPECT_FALSE(is_sorted_and_unique(std::array{green, red}));
  EXPECT_FALSE(is_sorted_and_unique(std::array{red, red}));
}

/// Some numbers are used as a draft has it that never became an RFC.
auto is_document(std::string_view reference) -> bool {
  return reference.starts_with("RFC ") || reference.starts_with("draft-");
}

/// No two rows with one name, and none without a name or reference.
template <class E, std::size_t N>
auto has_proper_texts(const std::array<Row<E>, N>& rows) -> bool {
  return std::ranges::all_of(rows, [&](const Row<E>& row) {
    return !row.name.empty() && is_document(row.reference) &&
           std::ranges::count(rows, row.name, &Row<E>::name) == 1;
  });
}

TEST(Registry, has_a_name_and_a_reference_in_every_row) {
  EXPECT_TRUE(has_proper_texts(ip_protocols));
  EXPECT_TRUE(has_proper_texts(encryption_ids));
  EXPECT_TRUE(has_proper_texts(integrity_ids));
}

}  // namespace
}  // namespace esplanade::iana
