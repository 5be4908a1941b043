#include "net/udp.h"

#include "net/checksum.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>

namespace esplanade::net {
namespace {

auto octets(std::string_view hex) -> core::Bytes { return core::from_hex(hex).value(); }

// Made by Scapy: 500 to 4500 with "abc", between 2001:db8::1 and 2001:db8::2.
const auto datagram = octets("01f41194000bcc78616263");
const auto src = Address::parse("2001:db8::1").value();
const auto dst = Address::parse("2001:db8::2").value();

TEST(Udp, reads_every_field) {
  const auto udp = Udp::parse(datagram).value();

  EXPECT_EQ(udp.src_port(), 500);
  EXPECT_EQ(udp.dst_port(), 4500);
  EXPECT_EQ(udp.length(), 11);
  EXPECT_EQ(udp.checksum(), 0xcc78);
  EXPECT_EQ(core::to_hex(udp.payload()), "616263");
}

TEST(Udp, trims_the_payload_to_its_length) {
  EXPECT_EQ(Udp::parse(octets("01f411940009000061626364"))->payload().size(), 1u);
  EXPECT_TRUE(Udp::parse(octets("01f411940008000061626364"))->payload().empty());
}

TEST(Udp, refuses_lengths_that_contradict_the_octets) {
  EXPECT_EQ(Udp::parse(octets("01f41194000800")).error().code, core::Code::too_short);
  EXPECT_EQ(Udp::parse(octets("01f4119400070000")).error().code, core::Code::bad_length);
  EXPECT_EQ(Udp::parse(octets("01f4119400090000")).error(),
            (core::Error{core::Code::bad_length, {4}}));
}

TEST(WriteUdp, makes_what_scapy_makes_once_the_checksum_is_set) {
  auto out = octets("ffffffffffffffff616263");

  write_udp(std::span{out}.first<udp_header_size>(), 500, 4500, 3);
  EXPECT_EQ(Udp::parse(out)->checksum(), 0);

  set_udp_checksum(out, src, dst);
  EXPECT_EQ(core::to_hex(out), core::to_hex(datagram));
}

TEST(WriteUdp, aborts_on_a_payload_too_long_for_its_length) {
  std::array<std::byte, udp_header_size> out{};
  EXPECT_DEATH(write_udp(out, 1, 2, 65528), "bug at");
}

TEST(SetUdpChecksum, sends_zero_as_all_ones) {
  // The payload makes up what the sum lacks: its own checksum then is zero.
  auto out = octets("00000000000000000000");
  write_udp(std::span{out}.first<udp_header_size>(), 1, 2, 2);
  set_udp_checksum(out, src, dst);
  std::ranges::copy(core::View{out}.subspan<6, 2>(), out.begin() + 8);

  set_udp_checksum(out, src, dst);

  EXPECT_EQ(Udp::parse(out)->checksum(), 0xffff);
}

TEST(SetUdpChecksum, makes_every_datagram_verify) {
  ASSERT_TRUE(rc::check("any payload", [](const std::string& payload) {
    core::Bytes out(udp_header_size);
    const auto octets = core::as_view(payload);
    out.insert(out.end(), octets.begin(), octets.end());
    const auto length = static_cast<std::uint16_t>(payload.size());
    write_udp(std::span{out}.first<udp_header_size>(), 1, 2, length);

    set_udp_checksum(out, src, dst);

    Checksum sum;
    sum.add_pseudo_header(src, dst, iana::IpProtocol::udp, Udp::parse(out)->length()).add(out);
    RC_ASSERT(sum.finish() == 0);
  }));
}

}  // namespace
}  // namespace esplanade::net
