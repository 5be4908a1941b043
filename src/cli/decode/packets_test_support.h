// Packets for the tests of decoding: sealed by esp::protect, in headers written here.
#pragma once

#include "ah/transform.h"
#include "cli/decode/esp_table.h"
#include "core/writer.h"
#include "crypto/openssl/provider.h"
#include "esp/trailer.h"
#include "esp/transform.h"
#include "net/ipv4.h"
#include "net/udp.h"

namespace esplanade::cli::decode::test {

using core::Bytes;
using core::View;

inline const auto gateway_1 = net::Address::parse("192.0.2.1").value();
inline const auto gateway_2 = net::Address::parse("192.0.2.2").value();

inline constexpr auto gcm_row =
    "\"IPv4\",\"192.0.2.1\",\"192.0.2.2\",\"0x00001001\",\"AES-GCM with 16 octet ICV [RFC4106]\","
    "\"0x0707070707070707070707070707070707070707\",\"NULL\",\"\"\n";

/// What gcm_row says.
inline auto gcm_suite() -> ipsec::EspSuite {
  sa::EspKeys keys;
  keys.encryption = sa::EncryptionKey(Bytes(20, std::byte{7}));
  const sa::EspAlgorithms algorithms{.encryption = iana::EncryptionId::encr_aes_gcm_16,
                                     .key_bits = 128};
  auto suite =
      ipsec::EspSuite::make(sa::Protocol::esp, algorithms, keys, crypto::openssl::provider());
  return std::move(suite.value());
}

inline auto operator+(const Bytes& a, const Bytes& b) -> Bytes {
  auto both = a;
  both.insert(both.end(), b.begin(), b.end());
  return both;
}

inline auto ipv4(iana::IpProtocol protocol, const Bytes& payload) -> Bytes {
  std::array<std::byte, net::ipv4_min_header> header{};
  net::write_ipv4(header, {.src = gateway_1,
                           .dst = gateway_2,
                           .protocol = protocol,
                           .payload_length = static_cast<std::uint16_t>(payload.size())});
  return Bytes(header.begin(), header.end()) + payload;
}

inline auto udp(std::uint16_t port, const Bytes& payload) -> Bytes {
  std::array<std::byte, net::udp_header_size> header{};
  net::write_udp(header, port, port, static_cast<std::uint16_t>(payload.size()));
  return ipv4(iana::IpProtocol::udp, Bytes(header.begin(), header.end()) + payload);
}

struct Esp {
  core::Seq64 seq{1};
  sa::Esn esn = sa::Esn::no;
  iana::IpProtocol next_header = iana::IpProtocol::tcp;
  Bytes payload;
};

/// From SPI 0x1001 to ICV.
inline auto seal(const Esp& esp) -> Bytes {
  auto suite = gcm_suite();
  const auto trailer = esp::trailer_size_for(esp.payload.size(), suite.sizes.align);
  Bytes octets(esp::header_size + suite.sizes.iv);
  core::store_be(std::uint32_t{0x1001}, octets, 0);
  core::store_be(esp.seq.low(), octets, 4);
  octets = octets + esp.payload + Bytes(trailer + suite.sizes.icv);
  esp::Frame frame{.octets = octets, .seq = esp.seq};
  esp::write_trailer(frame.ciphertext(suite.sizes).last(trailer), esp.next_header);
  esp::protect(suite, esp.esn, std::span(&frame, 1));
  return octets;
}

inline constexpr auto ah_row =
    "\"AH-IPv4\",\"192.0.2.1\",\"*\",\"0x00003001\",\"NULL\",\"\","
    "\"HMAC-SHA-256-128 [RFC4868]\","
    "\"0x0909090909090909090909090909090909090909090909090909090909090909\"\n";

/// `payload` in AH as ah_row has it: a whole datagram.
inline auto authenticated(const Esp& ah) -> Bytes {
  sa::EspKeys keys;
  keys.integrity = sa::IntegrityKey(Bytes(32, std::byte{9}));
  const sa::EspAlgorithms algorithms{.encryption = iana::EncryptionId::encr_null,
                                     .integrity = iana::IntegrityId::auth_hmac_sha2_256_128};
  auto suite =
      ipsec::EspSuite::make(sa::Protocol::ah, algorithms, keys, crypto::openssl::provider());
  Bytes header(ah::header_size_for(suite->sizes, 4));
  core::Writer(header)
      .u8(std::to_underlying(ah.next_header))
      .u8(static_cast<std::uint8_t>(header.size() / 4 - 2))
      .u16(0)
      .u32(0x3001)
      .u32(ah.seq.low());
  auto datagram = ipv4(iana::IpProtocol::ah, header + ah.payload);
  const ah::Frame frame{.datagram = datagram, .ah_at = net::ipv4_min_header, .seq = ah.seq};
  ah::protect(suite.value(), ah.esn, std::span(&frame, 1));
  return datagram;
}

}  // namespace esplanade::cli::decode::test
