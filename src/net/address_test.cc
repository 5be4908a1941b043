#include "net/address.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

namespace esplanade::net {
namespace {

auto address(std::string_view text) -> Address { return Address::parse(text).value(); }
auto round_trip(std::string_view text) -> std::string { return address(text).to_string(); }

/// Where parse() says the first character stands that does not fit.
auto misfit(std::string_view text) -> std::size_t {
  const auto error = Address::parse(text).error();
  EXPECT_EQ(error.code, core::Code::bad_address) << text;
  return error.where.offset;
}

template <std::size_t N>
auto any_address() -> rc::Gen<Address> {
  return rc::gen::map(
      rc::gen::container<std::array<std::uint8_t, N>>(rc::gen::arbitrary<std::uint8_t>()),
      [](const auto& octets) { return Address{std::as_bytes(std::span{octets})}; });
}

/// Like any_address, but with runs of zeroes.
auto any_ipv6_with_zeroes() -> rc::Gen<Address> {
  return rc::gen::apply(
      [](const Address& dense, std::uint8_t kept) {
        std::array<std::byte, 16> octets{};
        for (std::size_t i = 0; i < 16; ++i) {
          if ((kept >> (i / 2) & 1) != 0) octets[i] = dense.bytes()[i];
        }
        return Address{octets};
      },
      any_address<16>(), rc::gen::arbitrary<std::uint8_t>());
}

TEST(Address, is_0_0_0_0_by_default) { EXPECT_EQ(Address{}, address("0.0.0.0")); }

TEST(Address, has_the_octets_of_its_family) {
  EXPECT_EQ(core::to_hex(address("192.0.2.1").bytes()), "c0000201");
  EXPECT_EQ(core::to_hex(address("2001:db8::ff00:42:8329").bytes()),
            "20010db8000000000000ff0000428329");
}

TEST(Address, aborts_on_octets_of_neither_family) {
  EXPECT_DEATH(Address{core::as_view("12345")}, "bug at");
}

TEST(Address, orders_ipv4_before_ipv6_and_then_numerically) {
  EXPECT_LT(address("255.255.255.255"), address("::"));
  EXPECT_LT(address("9.255.255.255"), address("10.0.0.0"));
  EXPECT_LT(address("2001:db8::ffff"), address("2001:db8::1:0"));
}

// The examples of RFC 5952, 1 to 5.
TEST(Address, writes_ipv6_as_rfc_5952_recommends) {
  EXPECT_EQ(round_trip("2001:0db8::0001"), "2001:db8::1");
  EXPECT_EQ(round_trip("2001:db8:0:0:0:0:2:1"), "2001:db8::2:1");
  EXPECT_EQ(round_trip("2001:db8::1:1:1:1:1"), "2001:db8:0:1:1:1:1:1");
  EXPECT_EQ(round_trip("2001:0:0:1:0:0:0:1"), "2001:0:0:1::1");
  EXPECT_EQ(round_trip("2001:db8:0:0:1:0:0:1"), "2001:db8::1:0:0:1");
  EXPECT_EQ(round_trip("2001:DB8:AAAA:bbbb:cccc:dddd:eeee:000F"),
            "2001:db8:aaaa:bbbb:cccc:dddd:eeee:f");
  EXPECT_EQ(round_trip("0:0:0:0:0:0:0:0"), "::");
  EXPECT_EQ(round_trip("0:0:0:0:0:0:0:1"), "::1");
  EXPECT_EQ(round_trip("1:0:0:0:0:0:0:0"), "1::");
  EXPECT_EQ(round_trip("::ffff:c000:0201"), "::ffff:192.0.2.1");
}

// The examples of RFC 4291, 2.2.
TEST(Address, reads_every_form_of_rfc_4291) {
  EXPECT_EQ(address("::13.1.68.3"), address("0:0:0:0:0:0:d01:4403"));
  EXPECT_EQ(address("::FFFF:129.144.52.38"), address("0:0:0:0:0:ffff:8190:3426"));
  EXPECT_EQ(address("1:2:3:4:5:6:1.2.3.4"), address("1:2:3:4:5:6:102:304"));
  EXPECT_EQ(address("FF01::101"), address("ff01:0:0:0:0:0:0:101"));
  EXPECT_EQ(address("1:2:3:4:5:6:7::"), address("1:2:3:4:5:6:7:0"));
  EXPECT_EQ(address("::2:3:4:5:6:7:8"), address("0:2:3:4:5:6:7:8"));
}

TEST(Address, names_the_character_that_fits_no_ipv4_address) {
  EXPECT_EQ(misfit(""), 0u);
  EXPECT_EQ(misfit("1.2.3"), 5u);
  EXPECT_EQ(misfit("1.2.3."), 6u);
  EXPECT_EQ(misfit("1..2.3"), 2u);
  EXPECT_EQ(misfit("1.2.3.256"), 8u);
  EXPECT_EQ(misfit("1.2.3.04"), 7u);
  EXPECT_EQ(misfit("1.2.3.4.5"), 7u);
  EXPECT_EQ(misfit(" 1.2.3.4"), 0u);
  EXPECT_EQ(misfit("1.2.3.4 "), 7u);
  EXPECT_EQ(misfit("0x7f.0.0.1"), 1u);
  EXPECT_EQ(misfit("1.2.3.-4"), 6u);
  EXPECT_EQ(misfit("4294967296.1.1.1"), 2u);
}

TEST(Address, names_the_character_that_fits_no_ipv6_address) {
  EXPECT_EQ(misfit(":"), 1u);
  EXPECT_EQ(misfit(":1::"), 1u);
  EXPECT_EQ(misfit(":::"), 2u);
  EXPECT_EQ(misfit("1::2::3"), 5u);
  EXPECT_EQ(misfit("1:2:3:4:5:6:7"), 13u);
  EXPECT_EQ(misfit("1:2:3:4:5:6:7:8:9"), 16u);
  EXPECT_EQ(misfit("1:2:3:4:5:6:7:8::9"), 17u);
  EXPECT_EQ(misfit("1:2:3:4::5:6:7:8"), 15u);
  EXPECT_EQ(misfit("1:2:3:4:5:6:7:"), 14u);
  EXPECT_EQ(misfit("12345::"), 4u);
  EXPECT_EQ(misfit("::g"), 2u);
  EXPECT_EQ(misfit("fe80::1%eth0"), 7u);
  EXPECT_EQ(misfit("::1.2.3.4:5"), 9u);
  EXPECT_EQ(misfit("1:2:3:4:5:6:7:1.2.3.4"), 15u);
  EXPECT_EQ(misfit("::1.2.3"), 7u);
}

TEST(Address, reads_what_it_wrote) {
  ASSERT_TRUE(rc::check("parse(to_string(a)) == a", [] {
    const auto a = *rc::gen::oneOf(any_address<4>(), any_address<16>(), any_ipv6_with_zeroes());
    RC_ASSERT(Address::parse(a.to_string()).value() == a);
  }));
}

TEST(Prefix, clears_what_lies_behind_its_length) {
  EXPECT_EQ(Prefix(address("10.1.2.3"), 12).first(), address("10.0.0.0"));
  EXPECT_EQ(Prefix(address("10.17.2.3"), 12).last(), address("10.31.255.255"));
  EXPECT_EQ(Prefix(address("2001:db8::1"), 0).first(), address("::"));
  EXPECT_EQ(Prefix(address("2001:db8::1"), 127).last(), address("2001:db8::1"));
  EXPECT_DEATH(Prefix(address("10.0.0.0"), 33), "bug at");
}

TEST(Prefix, contains_its_addresses_and_no_others) {
  const auto prefix = Prefix::parse("10.16.0.0/12").value();

  EXPECT_TRUE(prefix.contains(address("10.16.0.0")));
  EXPECT_TRUE(prefix.contains(address("10.31.255.255")));
  EXPECT_FALSE(prefix.contains(address("10.15.255.255")));
  EXPECT_FALSE(prefix.contains(address("10.32.0.0")));
  EXPECT_FALSE(Prefix::parse("0.0.0.0/0")->contains(address("::")));
}

TEST(Prefix, reads_a_length_or_takes_the_full_one) {
  EXPECT_EQ(Prefix::parse("10.1.2.3/8")->to_string(), "10.0.0.0/8");
  EXPECT_EQ(Prefix::parse("10.1.2.3")->to_string(), "10.1.2.3/32");
  EXPECT_EQ(Prefix::parse("::/0")->to_string(), "::/0");
  EXPECT_EQ(Prefix::parse("2001:db8::1")->length(), 128u);
}

TEST(Prefix, names_the_character_that_fits_no_prefix) {
  EXPECT_EQ(Prefix::parse("10.0.0.0/33").error().where.offset, 10u);
  EXPECT_EQ(Prefix::parse("10.0.0.0/").error().where.offset, 9u);
  EXPECT_EQ(Prefix::parse("10.0.0.0/08").error().where.offset, 10u);
  EXPECT_EQ(Prefix::parse("10.0.0/8").error().where.offset, 6u);
  EXPECT_EQ(Prefix::parse("::/8/8").error().where.offset, 4u);
  EXPECT_EQ(Prefix::parse("10.0.0.0/+8").error().where.offset, 9u);
}

TEST(Range, reads_two_addresses_a_prefix_or_one_address) {
  EXPECT_EQ(Range::parse("10.1.0.5-10.1.0.9"), Range(address("10.1.0.5"), address("10.1.0.9")));
  EXPECT_EQ(Range::parse("10.1.0.0/16"), Range(address("10.1.0.0"), address("10.1.255.255")));
  EXPECT_EQ(Range::parse("::1"), Range(address("::1"), address("::1")));
}

TEST(Range, refuses_ends_that_do_not_belong_together) {
  EXPECT_EQ(Range::parse("10.0.0.2-10.0.0.1").error().where.offset, 9u);
  EXPECT_EQ(Range::parse("10.0.0.1-::1").error().where.offset, 9u);
  EXPECT_EQ(Range::parse("10.0.0.1-10.0.0.x").error().where.offset, 16u);
  EXPECT_EQ(Range::parse("10.0.0.1-").error().where.offset, 9u);
  EXPECT_DEATH(Range(address("10.0.0.2"), address("10.0.0.1")), "bug at");
}

TEST(Range, is_written_as_a_prefix_where_it_is_one) {
  EXPECT_EQ(Range::parse("10.1.0.0-10.1.255.255")->to_string(), "10.1.0.0/16");
  EXPECT_EQ(Range::parse("10.1.0.1-10.1.0.2")->to_string(), "10.1.0.1-10.1.0.2");
  EXPECT_EQ(Range::parse("::-::1")->to_string(), "::/127");
}

TEST(Range, contains_ranges_that_lie_inside) {
  const auto range = Range::parse("10.0.0.5-10.0.0.9").value();

  EXPECT_TRUE(range.contains(range));
  EXPECT_TRUE(range.contains(address("10.0.0.9")));
  EXPECT_FALSE(range.contains(address("10.0.0.10")));
  EXPECT_FALSE(range.contains(Range::parse("10.0.0.4-10.0.0.9").value()));
  EXPECT_FALSE(range.contains(address("::5")));
}

TEST(Range, splits_the_whole_family_but_its_ends_into_the_known_prefixes) {
  EXPECT_EQ(Range::parse("0.0.0.0/0")->to_prefixes().size(), 1u);
  EXPECT_EQ(Range::parse("0.0.0.1-255.255.255.254")->to_prefixes().size(), 62u);
  EXPECT_EQ(Range::parse("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")->to_prefixes().size(), 1u);
}

auto in_192_0_2(int last) -> Address { return address("192.0.2." + std::to_string(last)); }

TEST(Range, splits_into_prefixes_that_cover_exactly_it) {
  ASSERT_TRUE(rc::check("every address of a /24", [] {
    const auto ends = *rc::gen::pair(rc::gen::inRange(0, 256), rc::gen::inRange(0, 256));
    const auto [low, high] = std::minmax(ends.first, ends.second);
    const auto prefixes = Range{in_192_0_2(low), in_192_0_2(high)}.to_prefixes();

    for (auto i = 0; i < 256; ++i) {
      const auto covering = std::ranges::count_if(
          prefixes, [&](const Prefix& p) { return p.contains(in_192_0_2(i)); });
      RC_ASSERT(covering == (low <= i && i <= high ? 1 : 0));
    }
  }));
}

auto octets_of(const Address& a) -> core::Bytes { return {a.bytes().begin(), a.bytes().end()}; }

/// Does `after` begin with the address behind `before`?
auto adjoin(const Prefix& before, const Prefix& after) -> bool {
  auto next = octets_of(before.last());
  for (auto i = next.size(); i-- > 0;) {
    next[i] = static_cast<std::byte>(std::to_integer<unsigned>(next[i]) + 1);
    if (next[i] != std::byte{0}) break;
  }
  return after.first() == Address{next};
}

TEST(Range, splits_ipv6_into_prefixes_without_gaps) {
  ASSERT_TRUE(rc::check("first to last, each next to the other", [] {
    auto a = *any_address<16>();
    auto b = *rc::gen::oneOf(any_address<16>(), any_ipv6_with_zeroes());
    if (b < a) std::swap(a, b);
    const auto prefixes = Range{a, b}.to_prefixes();

    RC_ASSERT(prefixes.front().first() == a);
    RC_ASSERT(prefixes.back().last() == b);
    RC_ASSERT(std::ranges::adjacent_find(prefixes, std::not_fn(adjoin)) == prefixes.end());
  }));
}

}  // namespace
}  // namespace esplanade::net
