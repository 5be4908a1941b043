#include "net/link.h"

#include <gtest/gtest.h>

namespace esplanade::net {
namespace {

auto octets(std::string_view hex) -> core::Bytes { return core::from_hex(hex).value(); }

constexpr std::string_view macs = "020000000002020000000001";

/// The datagram found in a frame as hex, "nothing", or the name of the error.
auto found_in(LinkType type, const std::string& frame_hex) -> std::string {
  const auto frame = octets(frame_hex);
  const auto found = ip_datagram(type, frame);
  if (!found) return std::string{core::name_of(found.error().code)};
  return *found ? core::to_hex(**found) : "nothing";
}

auto in_ethernet(std::string_view behind_macs) -> std::string {
  return found_in(LinkType::ethernet, std::string{macs} + std::string{behind_macs});
}

TEST(Link, finds_both_families_behind_ethernet) {
  EXPECT_EQ(in_ethernet("08004501"), "4501");
  EXPECT_EQ(in_ethernet("86dd6002"), "6002");
}

TEST(Link, looks_behind_vlan_tags) {
  EXPECT_EQ(in_ethernet("8100000708004501"), "4501");
  EXPECT_EQ(in_ethernet("88a800058100000786dd6002"), "6002");
  EXPECT_EQ(in_ethernet("88a800058100000708060001"), "nothing");
}

TEST(Link, finds_nothing_in_a_frame_without_ip) {
  EXPECT_EQ(in_ethernet("08060001080006040001"), "nothing");
  EXPECT_EQ(in_ethernet("0026424203000000"), "nothing");  // a length: 802.3 with LLC
  EXPECT_EQ(found_in(LinkType::loopback, "00000007ff"), "nothing");
  EXPECT_EQ(found_in(LinkType::linux_cooked, "000000010006020000000001000008060001"), "nothing");
}

TEST(Link, tells_a_truncated_frame_from_one_without_ip) {
  EXPECT_EQ(found_in(LinkType::ethernet, "0200"), "too_short");
  EXPECT_EQ(in_ethernet("08"), "too_short");
  EXPECT_EQ(in_ethernet("0800"), "too_short");
  EXPECT_EQ(in_ethernet("81000007"), "too_short");
  EXPECT_EQ(found_in(LinkType::loopback_null, "020000"), "too_short");
  EXPECT_EQ(found_in(LinkType::linux_cooked, "0000000100060200000000010000"), "too_short");
  EXPECT_EQ(found_in(LinkType::linux_cooked2, "86dd0000"), "too_short");
  EXPECT_EQ(found_in(LinkType::raw, ""), "too_short");
}

TEST(Link, reads_the_family_of_a_null_loopback_in_either_order) {
  EXPECT_EQ(found_in(LinkType::loopback_null, "0200000045"), "45");
  EXPECT_EQ(found_in(LinkType::loopback_null, "0000000245"), "45");
  EXPECT_EQ(found_in(LinkType::loopback_null, "1e00000060"), "60");
}

TEST(Link, reads_the_family_of_a_loopback_in_network_order) {
  EXPECT_EQ(found_in(LinkType::loopback, "0000000245"), "45");
  EXPECT_EQ(found_in(LinkType::loopback, "0000001860"), "60");
  EXPECT_EQ(found_in(LinkType::loopback, "0000001c60"), "60");
  EXPECT_EQ(found_in(LinkType::loopback, "0000001e60"), "60");
  EXPECT_EQ(found_in(LinkType::loopback, "0200000045"), "nothing");
}

TEST(Link, looks_behind_both_cooked_headers) {
  EXPECT_EQ(found_in(LinkType::linux_cooked, "000000010006020000000001000008004501"), "4501");
  EXPECT_EQ(found_in(LinkType::linux_cooked2, "86dd0000000000020001000602000000000100006002"),
            "6002");
}

TEST(Link, takes_raw_frames_as_they_are) {
  for (const auto type : {LinkType::raw, LinkType::raw_12, LinkType::raw_14}) {
    EXPECT_EQ(found_in(type, "4501"), "4501");
    EXPECT_EQ(found_in(type, "6002"), "6002");
    EXPECT_EQ(found_in(type, "5002"), "bad_version");
  }
  EXPECT_EQ(found_in(LinkType::ipv4, "4501"), "4501");
  EXPECT_EQ(found_in(LinkType::ipv6, "6002"), "6002");
}

TEST(Link, refuses_a_version_other_than_announced) {
  EXPECT_EQ(in_ethernet("08006002"), "bad_version");
  EXPECT_EQ(in_ethernet("86dd4501"), "bad_version");
  EXPECT_EQ(found_in(LinkType::ipv4, "6002"), "bad_version");
  EXPECT_EQ(found_in(LinkType::ipv6, "4501"), "bad_version");
}

TEST(Link, refuses_types_it_does_not_read) {
  EXPECT_EQ(found_in(LinkType{105}, "4501"), "unsupported");
}

}  // namespace
}  // namespace esplanade::net
