#include "net/neighbour.h"

#include "net/icmp.h"
#include "net/ipv6.h"

#include <gtest/gtest.h>

namespace esplanade::net {
namespace {

auto octets(std::string_view hex) -> core::Bytes { return *core::from_hex(hex); }
auto address(std::string_view text) -> Address { return *Address::parse(text); }

const MacAddress ours{{std::byte{2}, {}, {}, {}, {}, std::byte{7}}};

// As tcpdump has it from a Linux host: 10.1.0.2 asks for 10.1.0.1.
const auto request = octets(
    "0001080006040001"
    "02420a0100020a010002"
    "0000000000000a010001");

TEST(Arp, names_its_sender) {
  const auto sender = sender_of_arp(request);
  ASSERT_TRUE(sender);
  EXPECT_EQ(sender->address, address("10.1.0.2"));
  EXPECT_EQ(core::to_hex(sender->mac.octets), "02420a010002");
}

TEST(Arp, names_nobody_where_it_is_cut_short) {
  for (std::size_t size = 0; size < request.size(); ++size) {
    EXPECT_FALSE(sender_of_arp(core::View{request}.first(size))) << size;
  }
}

TEST(Arp, names_nobody_where_it_is_not_of_ipv4_on_ethernet_or_a_probe) {
  struct Change {
    std::size_t at;
    std::byte value;
  };
  for (const auto& [at, value] :
       {Change{1, std::byte{6}}, Change{2, std::byte{0x86}}, Change{4, std::byte{8}},
        Change{5, std::byte{16}}, Change{8, std::byte{3}}}) {
    auto changed = request;
    changed[at] = value;
    EXPECT_FALSE(sender_of_arp(changed)) << at;
  }
  auto probe = request;
  for (std::size_t i = 14; i < 18; ++i) probe[i] = std::byte{};
  EXPECT_FALSE(sender_of_arp(probe));
}

TEST(Question, for_ipv4_is_a_probe_that_names_no_sender) {
  std::array<std::byte, question_size> out{};
  const auto size = write_question(address("10.1.0.9"), ours, out);
  EXPECT_EQ(core::to_hex(core::View{out}.first(size)),
            "ffffffffffff"
            "020000000007"
            "0806"
            "0001080006040001"
            "02000000000700000000"
            "0000000000000a010009");
}

TEST(Question, for_ipv6_goes_to_the_solicited_node_from_nobody) {
  std::array<std::byte, question_size> out{};
  const auto size = write_question(address("fd00:1::1234:5678"), ours, out);
  const auto frame = core::View{out}.first(size);
  EXPECT_EQ(core::to_hex(frame.first(14)),
            "3333ff345678"
            "020000000007"
            "86dd");
  const auto datagram = Datagram::parse(frame.subspan(14));
  ASSERT_TRUE(datagram);
  EXPECT_EQ(datagram->src, address("::"));
  EXPECT_EQ(datagram->dst, address("ff02::1:ff34:5678"));
  EXPECT_TRUE(is_neighbour_discovery(*datagram, frame.subspan(14)));
  EXPECT_FALSE(advertised_in(*datagram, frame.subspan(14)));
  const auto icmp = Icmp::parse(frame.subspan(54));
  EXPECT_TRUE(icmp->is_checksum_right(datagram->src, datagram->dst));
}

auto advertisement() -> core::Bytes {
  core::Bytes packet(ipv6_header_size);
  write_ipv6(std::span<std::byte, ipv6_header_size>{packet},
             {.src = address("fd00:1::2"),
              .dst = address("ff02::1"),
              .next_header = iana::IpProtocol::icmpv6,
              .payload_length = 24,
              .hop_limit = 255});
  const auto body = octets(
      "88000000"
      "20000000"
      "fd000001000000000000000000000002");
  packet.insert(packet.end(), body.begin(), body.end());
  return packet;
}

TEST(NeighbourDiscovery, tells_the_address_that_an_advertisement_is_about) {
  const auto packet = advertisement();
  const auto datagram = Datagram::parse(packet);
  ASSERT_TRUE(datagram && is_neighbour_discovery(*datagram, packet));
  EXPECT_EQ(advertised_in(*datagram, packet), address("fd00:1::2"));
}

TEST(NeighbourDiscovery, is_only_what_comes_from_this_link_whole) {
  auto packet = advertisement();
  packet[7] = std::byte{254};  // has been forwarded
  EXPECT_FALSE(is_neighbour_discovery(*Datagram::parse(packet), packet));

  packet = advertisement();
  packet[40] = std::byte{128};  // an echo request
  EXPECT_FALSE(is_neighbour_discovery(*Datagram::parse(packet), packet));

  packet = advertisement();
  packet[5] = std::byte{4};  // too short for a header
  EXPECT_FALSE(is_neighbour_discovery(*Datagram::parse(packet), packet));

  packet = advertisement();
  packet[5] = std::byte{23};  // and for its target
  EXPECT_FALSE(advertised_in(*Datagram::parse(packet), packet));
}

}  // namespace
}  // namespace esplanade::net
