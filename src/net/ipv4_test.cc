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
  const auto packet = octets("460000190000000000110000c0000201c633640201010101ff");
  const auto ip = Ipv4::parse(packet).value();
  EXPECT_EQ(core::to_hex(ip.options()), "01010101");
  EXPECT_EQ(core::to_hex(ip.payload()), "ff");
}

struct FragmentField {
  std::uint16_t field;
  bool is_fragment, more;
  std::uint16_t offset;
};

TEST(Ipv4, tells_fragments_from_whole_datagrams) {
  for (const auto& [field, is_fragment, more, offset] : {
           FragmentField{0x0000, false, false, 0},
           FragmentField{0x4000, false, false, 0},
           FragmentField{0x8000, false, false, 0},
           FragmentField{0x2000, true, true, 0},
           FragmentField{0x00b9, true, false, 1480},
           FragmentField{0x3fff, true, true, 65528},
       }) {
    auto packet = tcp_packet;
    core::store_be(field, packet, 6);
    const auto ip = Ipv4::parse(packet).value();

    EXPECT_EQ(ip.is_fragment(), is_fragment) << field;
    EXPECT_EQ(ip.more_fragments(), more) << field;
    EXPECT_EQ(ip.fragment_offset(), offset) << field;
  }
}

TEST(Ipv4, refuses_every_truncation) {
  for (std::size_t size = 0; size < tcp_packet.size(); ++size) {
    const auto error = Ipv4::parse(core::View{tcp_packet}.first(size)).error();
    EXPECT_EQ(error, (core::Error{core::Code::too_short, {size}}));
  }
}

auto code_with(std::size_t at, std::byte octet) -> core::Code {
  auto packet = tcp_packet;
  packet[at] = octet;
  return Ipv4::parse(packet).error().code;
}

TEST(Ipv4, refuses_lengths_that_contradict_each_other) {
  EXPECT_EQ(code_with(0, std::byte{0x65}), core::Code::bad_version);
  EXPECT_EQ(code_with(0, std::byte{0x44}), core::Code::bad_length);
  EXPECT_EQ(code_with(0, std::byte{0x4f}), core::Code::bad_length);
  EXPECT_EQ(code_with(3, std::byte{19}), core::Code::bad_length);
  EXPECT_EQ(code_with(3, std::byte{47}), core::Code::too_short);
}

TEST(Ipv4, notices_a_wrong_checksum) {
  auto packet = tcp_packet;
  packet[8] = std::byte{63};
  EXPECT_FALSE(Ipv4::parse(packet)->is_checksum_right());
}

const Ipv4Fields fields_of_tcp_packet{
    .src = Address::parse("192.0.2.1").value(),
    .dst = Address::parse("198.51.100.2").value(),
    .protocol = iana::IpProtocol::tcp,
    .payload_length = 26,
    .id = 0x1234,
    .dont_fragment = true,
    .tos = 0xb8,
};

TEST(WriteIpv4, makes_the_header_that_scapy_makes) {
  std::array<std::byte, ipv4_min_header> out{};
  write_ipv4(out, fields_of_tcp_packet);
  EXPECT_EQ(core::to_hex(out), core::to_hex(core::View{tcp_packet}.first(out.size())));
}

TEST(WriteIpv4, aborts_on_what_no_header_can_say) {
  std::array<std::byte, ipv4_min_header> out{};
  auto too_long = fields_of_tcp_packet;
  too_long.payload_length = 65516;
  auto other_family = fields_of_tcp_packet;
  other_family.src = Address::parse("::1").value();

  EXPECT_DEATH(write_ipv4(out, too_long), "bug at");
  EXPECT_DEATH(write_ipv4(out, other_family), "bug at");
}

TEST(SetIpv4, keeps_the_checksum_right_whatever_changes) {
  ASSERT_TRUE(rc::check("three changes", [](std::uint8_t tos, std::uint8_t protocol) {
    auto packet = tcp_packet;
    const auto length = *rc::gen::inRange<std::uint16_t>(20, 47);

    set_ipv4_tos(packet, tos);
    set_ipv4_total_length(packet, length);
    set_ipv4_protocol(packet, iana::IpProtocol{protocol});

    const auto ip = Ipv4::parse(packet).value();
    RC_ASSERT(ip.is_checksum_right());
    RC_ASSERT(ip.tos() == tos);
    RC_ASSERT(ip.total_length() == length);
    RC_ASSERT(ip.protocol() == iana::IpProtocol{protocol});
    RC_ASSERT(ip.ttl() == 64);
    RC_ASSERT(ip.header_length() == ipv4_min_header);
  }));
}

}  // namespace
}  // namespace esplanade::net
