#include "platform/guard/boxes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace esplanade::platform {
namespace {

using iana::IpProtocol;
using testing::SizeIs;

auto range(std::string_view text) -> net::Range { return *net::Range::parse(text); }

auto box(std::string_view ours, std::string_view theirs) -> Box {
  return {Shape::addresses, range(ours), range(theirs), {}, {}, {}};
}

auto address(std::uint8_t last) -> net::Address {
  return net::Address{core::Bytes{std::byte{10}, std::byte{0}, std::byte{0}, std::byte{last}}};
}

/// Among few addresses, so that boxes meet.
auto any_range() -> net::Range {
  const auto a = *rc::gen::inRange<int>(0, 12);
  const auto b = *rc::gen::inRange<int>(a, 12);
  return {address(static_cast<std::uint8_t>(a)), address(static_cast<std::uint8_t>(b))};
}

auto is_in(const Box& one, const net::Address& ours, const net::Address& theirs) -> bool {
  return one.ours.contains(ours) && one.theirs.contains(theirs);
}

TEST(Boxes, that_are_apart_are_one_layer) {
  const auto layers =
      layers_of({box("10.1.0.0/24", "10.2.0.0/24"), box("10.1.0.0/24", "10.3.0.0/24"),
                 box("10.4.0.0/24", "10.2.0.0/24")});

  ASSERT_THAT(layers, SizeIs(1));
  EXPECT_THAT(layers[0], SizeIs(3));
}

TEST(Boxes, inside_another_are_left_out) {
  const auto layers = layers_of({box("10.1.0.5", "10.2.0.7"), box("10.1.0.0/24", "10.2.0.0/24")});

  ASSERT_THAT(layers, SizeIs(1));
  EXPECT_THAT(layers[0], testing::ElementsAre(box("10.1.0.0/24", "10.2.0.0/24")));
}

TEST(Boxes, that_cross_are_two_layers) {
  const auto layers =
      layers_of({box("10.1.0.0/16", "10.2.0.0/24"), box("10.1.0.0/24", "10.2.0.0/16")});

  EXPECT_THAT(layers, SizeIs(2));
}

TEST(Boxes, have_the_protocol_that_either_end_names_and_none_where_they_differ) {
  const auto ours = range("10.1.0.0/24");
  const auto theirs = range("10.2.0.0/24");

  const auto one = boxes_of({{{ours, IpProtocol::tcp, {}}}, {{theirs, std::nullopt, {}}}});
  const auto none = boxes_of({{{ours, IpProtocol::tcp, {}}}, {{theirs, IpProtocol::udp, {}}}});

  ASSERT_THAT(one, SizeIs(1));
  EXPECT_EQ(one[0].shape, Shape::protocol);
  EXPECT_EQ(one[0].protocol, IpProtocol::tcp);
  EXPECT_THAT(none, SizeIs(0));
}

// RFC 4301, 4.4.1.1: an echo request is type 8, code 0.
TEST(Boxes, of_icmp_have_the_type_that_both_ends_name) {
  const auto boxes = boxes_of({{{range("10.1.0.0/24"), IpProtocol::icmp, {0x0800, 0x08ff}}},
                               {{range("10.2.0.0/24"), IpProtocol::icmp, {0x0800, 0x0800}}}});

  ASSERT_THAT(boxes, SizeIs(1));
  EXPECT_EQ(boxes[0].shape, Shape::type);
  EXPECT_EQ(boxes[0].ours_ports, (sa::PortRange{0x0800, 0x0800}));
}

TEST(Boxes, of_two_families_do_not_mix) {
  EXPECT_THAT(boxes_of({{{range("10.1.0.0/24"), std::nullopt, {}}},
                        {{range("fd00::/64"), std::nullopt, {}}}}),
              SizeIs(0));
}

// The model is the list itself.
TEST(Boxes, in_layers_hold_what_they_held_and_are_apart_in_each) {
  rc::check([] {
    const auto count = *rc::gen::inRange<std::size_t>(0, 9);
    std::vector<Box> boxes;
    for (std::size_t i = 0; i < count; ++i) {
      boxes.push_back({Shape::addresses, any_range(), any_range(), {}, {}, {}});
    }
    const auto layers = layers_of(boxes);

    for (std::uint8_t x = 0; x < 12; ++x) {
      for (std::uint8_t y = 0; y < 12; ++y) {
        const auto holds = [&](const Box& one) { return is_in(one, address(x), address(y)); };
        bool is_in_layers = false;
        for (const auto& layer : layers) {
          const auto found = std::ranges::count_if(layer, holds);
          RC_ASSERT(found <= 1);
          is_in_layers = is_in_layers || found == 1;
        }
        RC_ASSERT(is_in_layers == std::ranges::any_of(boxes, holds));
      }
    }
  });
}

}  // namespace
}  // namespace esplanade::platform
