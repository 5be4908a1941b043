#include "net/ipv4.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>

namespace esplanade::net {
namespace {

auto octets(std::string_view hex) -> core::Bytes { return core::from_hex(hex).value(); }

// Made by Scapy: 192.0.2.1 to 198.51.100.2, TOS b8, DF, a TCP SYN+ACK with an MSS option and "hi".
const auto tcp_packet = octets(
    "45b8002e1234400040063ba7c0000201c633640201bbc7380000000100000000601220005a7f0000020405b46869");

TEST(Ipv4, reads_every_field) {
  const auto ip = Ipv4::parse(tcp_packet).value();

  EXPECT_EQ(ip.header_length(), 20u);
  EXPECT_EQ(ip.total_length(), 46);
  EXPECT_EQ(ip.tos(), 0xb8);
  EXPECT_EQ(ip.id(), 0x1234);
  EXPECT_TRUE(ip.dont_fragment());
  EXPECT_FALSE(ip.is_fragment());
  EXPECT_EQ(ip.ttl(), 64);
  EXPECT_EQ(ip.protocol(), iana::IpProtocol::tcp);
  EXPECT_EQ(ip.src().to_string(), "192.0.2.1");
  EXPECT_EQ(ip.dst().to_string(), "198.51.100.2");
  EXPECT_TRUE(ip.options().empty());
  EXPECT_TRUE(ip.is_checksum_right());
}

TEST(Ipv4, trims_the_payload_to_the_total_length) {
  auto padded = tcp_packet;
  padded.resize(60);
  EXPECT_EQ(Ipv4::parse(padded)->payload().size(), 26u);
}

TEST(Ipv4, keeps_options_out_of_the_payload) {
  auto packet = octets("46000019000000000011 0000c0000201c6336402"[0] == '4'
                           ? "460000190000000000110000c0000201c633640201010101ff"
                           : "");
  const auto ip = Ipv4::parse(packet).value();
  EXPECT_EQ(core::to_hex(ip.options()), "01010101");
  EXPECT_EQ(core::to_hex(ip.payload()), "ff");
}

}  // namespace
}  // namespace esplanade::net
