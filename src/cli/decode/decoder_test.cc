#include "cli/decode/decoder.h"

#include "cli/decode/packets_test_support.h"
#include "net/link.h"

#include <gtest/gtest.h>

namespace esplanade::cli::decode {
namespace {

using namespace test;
using iana::IpProtocol;

class Decoding : public testing::Test {
 protected:
  auto decode(const Bytes& datagram) -> DecodedFrame {
    return decoder_.decode({.number = 1,
                            .captured_at = {},
                            .link_type = static_cast<int>(net::LinkType::raw),
                            .bytes = datagram,
                            .original_length = datagram.size()});
  }

  Decoder decoder_{{.esp = parse_esp_table(std::string(gcm_row) + ah_row).value(), .ike = {}},
                   {4500},
                   crypto::openssl::provider()};
};

const Bytes ping(60, std::byte{3});

TEST_F(Decoding, opens_transport_mode) {
  const auto decoded = decode(ipv4(IpProtocol::esp, seal({.seq = {5}, .payload = ping})));

  EXPECT_EQ(decoded.protocol, Protocol::esp);
  EXPECT_EQ(decoded.status, Status::opened);
  EXPECT_EQ(decoded.reason, "");
  EXPECT_EQ(decoded.src, gateway_1);
  EXPECT_EQ(decoded.spi, core::Spi{0x1001});
  EXPECT_EQ(decoded.seq, core::Seq64{5});
  EXPECT_EQ(decoded.next_header, IpProtocol::tcp);
  EXPECT_EQ(decoded.inner, ping);
}

TEST_F(Decoding, cuts_a_tunnelled_packet_to_its_own_length) {
  const auto inner = ipv4(IpProtocol::icmp, ping);
  const auto padded = inner + Bytes(100);

  const auto decoded =
      decode(ipv4(IpProtocol::esp, seal({.next_header = IpProtocol::ipv4, .payload = padded})));

  EXPECT_EQ(decoded.inner, inner);
}

TEST_F(Decoding, opens_esp_in_udp) {
  const auto decoded = decode(udp(4500, seal({.payload = ping})));
  EXPECT_EQ(decoded.protocol, Protocol::esp);
  EXPECT_EQ(decoded.inner, ping);
}

TEST_F(Decoding, opens_a_dummy_as_nothing) {
  const auto decoded = decode(
      ipv4(IpProtocol::esp, seal({.next_header = IpProtocol::no_next_header, .payload = ping})));
  EXPECT_EQ(decoded.status, Status::opened);
  EXPECT_EQ(decoded.inner, Bytes{});
}

TEST_F(Decoding, opens_a_replayed_packet_again) {
  const auto packet = ipv4(IpProtocol::esp, seal({.payload = ping}));
  EXPECT_EQ(decode(packet).status, Status::opened);
  EXPECT_EQ(decode(packet).status, Status::opened);
}

TEST_F(Decoding, finds_extended_sequence_numbers_and_follows_them) {
  for (const auto seq : {0xffff'ffffULL, 0x1'0000'0001ULL, 0xffff'fff0ULL, 0x1'0000'0002ULL}) {
    const auto decoded =
        decode(ipv4(IpProtocol::esp, seal({.seq = {seq}, .esn = sa::Esn::yes, .payload = ping})));
    EXPECT_EQ(decoded.status, Status::opened);
    EXPECT_EQ(decoded.seq, core::Seq64{seq});
  }
}

TEST_F(Decoding, refuses_each_changed_octet) {
  const auto good = ipv4(IpProtocol::esp, seal({.payload = ping}));
  for (std::size_t at = net::ipv4_min_header + 4; at < good.size(); ++at) {
    auto bad = good;
    bad[at] ^= std::byte{1};
    const auto decoded = decode(bad);
    EXPECT_EQ(decoded.status, Status::refused) << at;
    EXPECT_TRUE(decoded.reason.starts_with("bad ICV")) << decoded.reason;
    EXPECT_EQ(decoded.inner, std::nullopt);
  }
}

TEST_F(Decoding, refuses_esp_too_short_for_its_algorithm) {
  const auto decoded = decode(ipv4(IpProtocol::esp, core::from_hex("0000100100000001").value()));
  EXPECT_EQ(decoded.status, Status::refused);
  EXPECT_TRUE(decoded.reason.starts_with("too short"));
}

TEST_F(Decoding, refuses_an_inner_packet_that_contradicts_itself) {
  const auto decoded =
      decode(ipv4(IpProtocol::esp, seal({.next_header = IpProtocol::ipv4, .payload = ping})));
  EXPECT_EQ(decoded.status, Status::refused);
  EXPECT_TRUE(decoded.reason.starts_with("bad inner packet"));
}

TEST_F(Decoding, has_no_key_for_another_spi) {
  auto esp = seal({.payload = ping});
  esp[3] = std::byte{2};

  const auto decoded = decode(ipv4(IpProtocol::esp, esp));

  EXPECT_EQ(decoded.status, Status::no_key);
  EXPECT_EQ(decoded.reason, "no row for SPI 0x00001002 from 192.0.2.1 to 192.0.2.2");
  EXPECT_EQ(decoded.seq, core::Seq64{1});
}

TEST_F(Decoding, refuses_a_truncated_packet_but_tells_its_spi) {
  auto packet = ipv4(IpProtocol::esp, seal({.payload = ping}));
  packet.resize(40);

  const auto decoded = decode(packet);

  EXPECT_EQ(decoded.status, Status::refused);
  EXPECT_EQ(decoded.reason, "truncated: the capture has 40 of the packet's 116 octets");
  EXPECT_EQ(decoded.spi, core::Spi{0x1001});
}

TEST_F(Decoding, makes_up_no_spi_that_was_not_captured) {
  auto packet = ipv4(IpProtocol::esp, seal({.payload = ping}));
  packet.resize(24);

  const auto decoded = decode(packet);

  EXPECT_EQ(decoded.protocol, Protocol::esp);
  EXPECT_EQ(decoded.spi, core::Spi{0x1001});
  EXPECT_EQ(decoded.seq, std::nullopt);
}

TEST_F(Decoding, refuses_fragments_of_esp) {
  auto packet = ipv4(IpProtocol::esp, seal({.payload = ping}));
  packet[6] = std::byte{0x20};  // more fragments

  const auto decoded = decode(packet);

  EXPECT_EQ(decoded.status, Status::refused);
  EXPECT_TRUE(decoded.reason.starts_with("fragment"));
  EXPECT_EQ(decoded.spi, core::Spi{0x1001});
}

TEST_F(Decoding, knows_ike_by_its_port_and_by_its_marker) {
  for (const auto& packet : {udp(500, ping), udp(4500, Bytes(4) + ping)}) {
    const auto decoded = decode(packet);
    EXPECT_EQ(decoded.protocol, Protocol::ike);
    EXPECT_EQ(decoded.status, Status::clear);
  }
}

TEST_F(Decoding, knows_a_keep_alive) {
  const auto decoded = decode(udp(4500, {std::byte{0xff}}));
  EXPECT_EQ(decoded.protocol, Protocol::clear);
  EXPECT_EQ(decoded.status, Status::clear);
  EXPECT_EQ(decoded.reason, "NAT keep-alive");
}

TEST_F(Decoding, knows_ah_and_its_spi) {
  const auto decoded =
      decode(ipv4(IpProtocol::ah, core::from_hex("060400000000100200000003").value()));
  EXPECT_EQ(decoded.protocol, Protocol::ah);
  EXPECT_EQ(decoded.status, Status::no_key);
  EXPECT_EQ(decoded.spi, core::Spi{0x1002});
  EXPECT_EQ(decoded.seq, core::Seq64{3});
}

TEST_F(Decoding, verifies_ah_and_shows_what_it_carries) {
  const auto decoded = decode(authenticated({.seq = {5}, .payload = ping}));

  EXPECT_EQ(decoded.protocol, Protocol::ah);
  EXPECT_EQ(decoded.status, Status::verified);
  EXPECT_EQ(decoded.reason, "");
  EXPECT_EQ(decoded.spi, core::Spi{0x3001});
  EXPECT_EQ(decoded.seq, core::Seq64{5});
  EXPECT_EQ(decoded.next_header, IpProtocol::tcp);
  EXPECT_EQ(decoded.inner, ping);
}

TEST_F(Decoding, finds_extended_sequence_numbers_of_ah) {
  const core::Seq64 high{std::uint64_t{1} << 32 | 7};
  EXPECT_EQ(decode(authenticated({.seq = {0xfffffff0}, .esn = sa::Esn::yes})).status,
            Status::verified);
  EXPECT_EQ(decode(authenticated({.seq = high, .esn = sa::Esn::yes})).seq, high);
}

TEST_F(Decoding, refuses_ah_that_was_changed_or_cut) {
  auto changed = authenticated({.payload = ping});
  changed.back() ^= std::byte{1};
  auto wrong_length = authenticated({.payload = ping});
  wrong_length[21] = std::byte{9};
  const auto other_ttl = [] {
    auto datagram = authenticated({.payload = ping});
    datagram[8] ^= std::byte{1};
    return datagram;
  };

  EXPECT_EQ(decode(changed).status, Status::refused);
  EXPECT_EQ(decode(changed).inner, std::nullopt);
  EXPECT_EQ(decode(wrong_length).status, Status::refused);
  EXPECT_EQ(decode(other_ttl()).status, Status::verified);
}

TEST_F(Decoding, opens_esp_inside_ah) {
  const auto esp = seal({.seq = {2}, .payload = ping});
  auto forged = esp;
  forged.back() ^= std::byte{1};

  const auto decoded = decode(authenticated({.next_header = IpProtocol::esp, .payload = esp}));
  const auto refused = decode(authenticated({.next_header = IpProtocol::esp, .payload = forged}));

  EXPECT_EQ(decoded.status, Status::verified);
  EXPECT_EQ(decoded.inner, ping);
  EXPECT_EQ(decoded.reason, "ESP 0x00001001 inside was opened");
  EXPECT_EQ(refused.inner, forged);
  EXPECT_TRUE(refused.reason.starts_with("ESP 0x00001001 inside: bad ICV")) << refused.reason;
}

TEST_F(Decoding, leaves_other_traffic_in_the_clear) {
  const auto decoded = decode(ipv4(IpProtocol::tcp, ping));
  EXPECT_EQ(decoded.protocol, Protocol::clear);
  EXPECT_EQ(decoded.status, Status::clear);
  EXPECT_EQ(decoded.dst, gateway_2);
  EXPECT_EQ(decoded.spi, std::nullopt);
}

TEST_F(Decoding, has_no_addresses_for_what_is_not_ip) {
  const auto arp = core::from_hex(
                       "ffffffffffff0200000000010806"
                       "0001080006040001")
                       .value();
  const auto decoded = decoder_.decode({.number = 2, .link_type = 1, .bytes = arp});
  EXPECT_EQ(decoded.status, Status::clear);
  EXPECT_EQ(decoded.src, std::nullopt);
  EXPECT_EQ(decoded.reason, "not IP");
}

TEST_F(Decoding, refuses_link_types_it_does_not_know) {
  const auto decoded = decoder_.decode({.link_type = 127, .bytes = ping});
  EXPECT_EQ(decoded.status, Status::refused);
  EXPECT_EQ(decoded.reason, "link type 127 is not known here");
}

TEST(Decoder, tries_every_row_that_matches) {
  std::string table(gcm_row);
  table.replace(table.find("0x0707"), 6, "0x0808");
  Decoder decoder{{.esp = parse_esp_table(table + gcm_row).value(), .ike = {}},
                  {},
                  crypto::openssl::provider()};
  const auto packet = ipv4(IpProtocol::esp, seal({.payload = ping}));

  EXPECT_EQ(decoder.decode({.link_type = 101, .bytes = packet}).status, Status::opened);
}

TEST(Decoder, names_the_algorithm_it_lacks) {
  std::string table(gcm_row);
  const std::string_view name = "AES-GCM with 16 octet ICV [RFC4106]";
  table.replace(table.find(name), name.size(), "BLOWFISH-CBC [RFC2451]");
  Decoder decoder{
      {.esp = parse_esp_table(table).value(), .ike = {}}, {}, crypto::openssl::provider()};
  const auto packet = ipv4(IpProtocol::esp, seal({.payload = ping}));

  const auto decoded = decoder.decode({.link_type = 101, .bytes = packet});

  EXPECT_EQ(decoded.status, Status::no_key);
  EXPECT_TRUE(decoded.reason.starts_with("\"BLOWFISH-CBC [RFC2451]\""));
}

TEST(Decoder, takes_only_the_ports_it_is_told) {
  Decoder decoder{
      {.esp = parse_esp_table(gcm_row).value(), .ike = {}}, {4501}, crypto::openssl::provider()};
  const auto esp = seal({.payload = ping});

  EXPECT_EQ(decoder.decode({.link_type = 101, .bytes = udp(4501, esp)}).status, Status::opened);
  EXPECT_EQ(decoder.decode({.link_type = 101, .bytes = udp(4500, esp)}).status, Status::clear);
}

}  // namespace
}  // namespace esplanade::cli::decode
