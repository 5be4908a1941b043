#include "pipeline/bridge/neighbours.h"

#include <gtest/gtest.h>

namespace esplanade::pipeline {
namespace {

using namespace std::chrono_literals;

auto address(std::string_view text) -> net::Address { return *net::Address::parse(text); }
auto mac(unsigned number) -> net::MacAddress {
  return {{std::byte{2}, {}, {}, {}, {}, static_cast<std::byte>(number)}};
}
constexpr core::Time start{};

TEST(Neighbours, are_known_by_what_they_have_shown_last) {
  Neighbours neighbours;
  EXPECT_FALSE(neighbours.find(address("10.1.0.2"), start));
  neighbours.learn({address("10.1.0.2"), mac(1)}, Shown::said, start);
  neighbours.learn({address("fd00::2"), mac(2)}, Shown::used, start);
  EXPECT_EQ(neighbours.find(address("10.1.0.2"), start), mac(1));
  EXPECT_EQ(neighbours.find(address("fd00::2"), start), mac(2));
  neighbours.learn({address("10.1.0.2"), mac(3)}, Shown::said, start + 1s);
  EXPECT_EQ(neighbours.find(address("10.1.0.2"), start + 1s), mac(3));
}

TEST(Neighbours, are_believed_in_what_they_say_before_what_others_use) {
  Neighbours neighbours;
  neighbours.learn({address("10.1.0.2"), mac(1)}, Shown::said, start);
  neighbours.learn({address("10.1.0.2"), mac(1)}, Shown::used, start + 20s);
  neighbours.learn({address("10.1.0.2"), mac(6)}, Shown::used, start + 40s);
  EXPECT_EQ(neighbours.find(address("10.1.0.2"), start + 40s), mac(1));
  neighbours.learn({address("10.1.0.2"), mac(6)}, Shown::used, start + 60s);
  EXPECT_EQ(neighbours.find(address("10.1.0.2"), start + 60s), mac(6));
}

TEST(Neighbours, are_forgotten_after_a_silence) {
  Neighbours neighbours;
  neighbours.learn({address("10.1.0.2"), mac(1)}, Shown::said, start);
  EXPECT_TRUE(neighbours.find(address("10.1.0.2"), start + 599s));
  EXPECT_FALSE(neighbours.find(address("10.1.0.2"), start + 600s));
}

TEST(Neighbours, are_asked_once_a_second_while_nothing_fresh_is_known) {
  Neighbours neighbours;
  EXPECT_TRUE(neighbours.asks(address("10.1.0.2"), start));
  EXPECT_FALSE(neighbours.asks(address("10.1.0.2"), start + 999ms));
  EXPECT_TRUE(neighbours.asks(address("10.1.0.2"), start + 1s));
  neighbours.learn({address("10.1.0.2"), mac(1)}, Shown::said, start + 2s);
  EXPECT_FALSE(neighbours.asks(address("10.1.0.2"), start + 31s));
  EXPECT_TRUE(neighbours.asks(address("10.1.0.2"), start + 32s));
}

TEST(Neighbours, are_no_groups_and_nobody) {
  Neighbours neighbours;
  neighbours.learn({address("0.0.0.0"), mac(1)}, Shown::said, start);
  neighbours.learn({address("224.0.0.1"), mac(1)}, Shown::used, start);
  neighbours.learn({address("10.1.0.2"), {{std::byte{1}}}}, Shown::said, start);
  for (const auto* text : {"0.0.0.0", "224.0.0.1", "10.1.0.2"}) {
    EXPECT_FALSE(neighbours.find(address(text), start)) << text;
  }
}

TEST(Neighbours, lose_the_oldest_where_there_is_no_room) {
  Neighbours neighbours;
  constexpr std::uint32_t many = 3 * Neighbours::rows * Neighbours::places_in_row;
  std::array<std::byte, 4> octets{};
  const auto nth = [&](std::uint32_t i) {
    core::store_be(0x0a000001 + i, octets, 0);
    return net::Address{octets};
  };
  for (std::uint32_t i = 0; i < many; ++i) {
    neighbours.learn({nth(i), mac(1)}, Shown::used, start + i * 1ms);
    ASSERT_TRUE(neighbours.find(nth(i), start + i * 1ms));
  }
  EXPECT_FALSE(neighbours.find(nth(0), start + many * 1ms));
}

}  // namespace
}  // namespace esplanade::pipeline
