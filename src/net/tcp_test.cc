#include "net/tcp.h"

#include <gtest/gtest.h>

namespace esplanade::net {
namespace {

// Made by Scapy: 443 to 51000, SYN and ACK, an MSS option, "hi".
const auto segment = core::from_hex("01bbc7380000000100000000601220005a7f0000020405b46869").value();

TEST(Tcp, reads_ports_flags_options_and_payload) {
  const auto tcp = Tcp::parse(segment).value();

  EXPECT_EQ(tcp.src_port(), 443);
  EXPECT_EQ(tcp.dst_port(), 51000);
  EXPECT_EQ(tcp.header_length(), 24u);
  EXPECT_EQ(core::to_hex(tcp.options()), "020405b4");
  EXPECT_EQ(core::to_hex(tcp.payload()), "6869");
}

TEST(Tcp, tells_flags_apart) {
  const auto tcp = Tcp::parse(segment).value();

  EXPECT_TRUE(tcp.has(TcpFlag::syn));
  EXPECT_TRUE(tcp.has(TcpFlag::ack));
  EXPECT_FALSE(tcp.has(TcpFlag::fin));
  EXPECT_FALSE(tcp.has(TcpFlag::rst));
}

TEST(Tcp, refuses_segments_that_end_before_their_header) {
  for (std::size_t size = 0; size < 24; ++size) {
    const auto error = Tcp::parse(core::View{segment}.first(size)).error();
    EXPECT_EQ(error, (core::Error{core::Code::too_short, {size}}));
  }
}

TEST(Tcp, refuses_a_data_offset_inside_the_fixed_header) {
  auto changed = segment;
  changed[12] = std::byte{0x40};
  EXPECT_EQ(Tcp::parse(changed).error(), (core::Error{core::Code::bad_length, {12}}));
}

}  // namespace
}  // namespace esplanade::net
