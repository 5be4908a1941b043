#include "cli/diagnose/icmp_errors.h"

#include "net/icmp.h"

#include <gtest/gtest.h>

namespace esplanade::cli::diagnose {
namespace {

using Why = ike::explain::Unreachable::Why;

auto hex(std::string text) -> core::Bytes {
  std::erase(text, ' ');
  return core::from_hex(text).value();
}

auto error_in(const core::Bytes& bytes) -> std::optional<ike::explain::Unreachable> {
  return icmp_error_in(bytes, net::Datagram::parse(bytes).value());
}

// From 198.51.100.1 to 192.0.2.1, about 192.0.2.1:500 -> 192.0.2.2:500 (RFC 792).
auto icmp(const std::string& type_and_code, const std::string& rest = "0000 0000",
          const std::string& protocol = "11") -> core::Bytes {
  return hex("45000038 00000000 40010000 c6336401 c0000201" + type_and_code + "0000" + rest +
             "4500014c 00000000 40" + protocol + "0000 c0000201 c0000202 01f4 01f4 0138 0000");
}

TEST(IcmpErrors, name_the_ends_of_the_datagram_and_who_says_so) {
  const auto found = error_in(icmp("03 03"));

  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->why, Why::port);
  EXPECT_EQ(found->from.to_string(), "198.51.100.1");
  EXPECT_EQ(found->of.to_string(), "192.0.2.1:500");
  EXPECT_EQ(found->to.to_string(), "192.0.2.2:500");
}

TEST(IcmpErrors, tell_why) {
  EXPECT_EQ(error_in(icmp("03 01"))->why, Why::other);
  EXPECT_EQ(error_in(icmp("03 0d"))->why, Why::prohibited);
  EXPECT_EQ(error_in(icmp("03 0a"))->why, Why::prohibited);
  const auto too_big = error_in(icmp("03 04", "0000 0578"));
  EXPECT_EQ(too_big->why, Why::too_big);
  EXPECT_EQ(too_big->mtu, 1400);
}

// From 2001:db8::9 to ::1, about [2001:db8::1]:500 -> [2001:db8::2]:4500 (RFC 4443).
auto icmpv6(const std::string& type_and_code, const std::string& rest = "0000 0000")
    -> core::Bytes {
  const std::string start = "20010db8 00000000 00000000 0000000";
  return hex("60000000 0038 3a 40" + start + "9" + start + "1" + type_and_code + "0000" + rest +
             "60000000 0100 11 40" + start + "1" + start + "2 01f4 1194 0100 0000");
}

TEST(IcmpErrors, are_read_of_either_family) {
  const auto found = error_in(icmpv6("01 04"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->why, Why::port);
  EXPECT_EQ(found->of.to_string(), "[2001:db8::1]:500");
  EXPECT_EQ(found->to.to_string(), "[2001:db8::2]:4500");

  EXPECT_EQ(error_in(icmpv6("01 01"))->why, Why::prohibited);
  EXPECT_EQ(error_in(icmpv6("01 00"))->why, Why::other);
  EXPECT_EQ(error_in(icmpv6("02 00", "0000 0500"))->mtu, 1280);
}

TEST(IcmpErrors, are_not_everything_that_is_icmp) {
  EXPECT_FALSE(error_in(icmp("08 00")).has_value());
  EXPECT_FALSE(error_in(icmp("03 03", "0000 0000", "06")).has_value());
  EXPECT_FALSE(error_in(icmpv6("80 00")).has_value());
}

TEST(IcmpErrors, survive_any_cut) {
  const auto whole = icmp("03 03");
  for (std::size_t size = net::icmp_header_size + 20; size < whole.size(); ++size) {
    auto cut = core::Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    cut[3] = static_cast<std::byte>(size);
    EXPECT_EQ(error_in(cut).has_value(), size >= 20 + net::icmp_header_size + 24) << size;
  }
}

}  // namespace
}  // namespace esplanade::cli::diagnose
