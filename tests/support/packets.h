// IP datagrams built octet by octet, without the code under test: what tests send through it.
//
//   const auto packet = Ipv4Packet{.payload = udp(1000, 53, pattern(40))}.bytes();
#pragma once

#include "iana/ip_protocol.h"
#include "net/address.h"

#include <string_view>
#include <vector>

namespace esplanade::test {

using core::Bytes;
using core::View;
using iana::IpProtocol;

/// Ends the program on a typing error.
[[nodiscard]] inline auto hex(std::string_view text) -> Bytes {
  return core::from_hex(text).value();
}
[[nodiscard]] inline auto address(std::string_view text) -> net::Address {
  return net::Address::parse(text).value();
}
/// 0, 1, 2, ... so that an octet in the wrong place is seen.
[[nodiscard]] inline auto pattern(std::size_t size) -> Bytes {
  Bytes octets(size);
  for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<std::byte>(i);
  return octets;
}

[[nodiscard]] inline auto u8(View bytes, std::size_t at) -> unsigned {
  return std::to_integer<unsigned>(bytes[at]);
}
[[nodiscard]] inline auto u16(View bytes, std::size_t at) -> unsigned {
  return u8(bytes, at) << 8 | u8(bytes, at + 1);
}
[[nodiscard]] inline auto u32(View bytes, std::size_t at) -> unsigned {
  return u16(bytes, at) << 16 | u16(bytes, at + 2);
}

inline void append(Bytes& to, View octets) { to.insert(to.end(), octets.begin(), octets.end()); }
inline void append8(Bytes& to, std::size_t value) { to.push_back(static_cast<std::byte>(value)); }
inline void append16(Bytes& to, std::size_t value) {
  append8(to, value >> 8);
  append8(to, value);
}

/// RFC 1071 as its first lines say it: 0 over octets that hold their own right checksum.
[[nodiscard]] inline auto naive_checksum(View bytes) -> unsigned {
  unsigned sum = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) sum += u16(bytes, i);
  if (bytes.size() % 2 == 1) sum += u8(bytes, bytes.size() - 1) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

struct Ipv4Packet {
  net::Address src = address("10.1.0.1");
  net::Address dst = address("10.2.0.1");
  IpProtocol protocol = IpProtocol::udp;
  std::uint8_t tos = 0;
  std::uint16_t flags_and_offset = 0;  ///< as on the wire: DF is 0x4000, MF 0x2000
  Bytes options;                       ///< a multiple of 4
  Bytes payload;

  [[nodiscard]] auto bytes() const -> Bytes {
    const auto header_size = 20 + options.size();
    Bytes out;
    append8(out, 0x40 | header_size / 4);
    append8(out, tos);
    append16(out, header_size + payload.size());
    append16(out, 0x1234);
    append16(out, flags_and_offset);
    append8(out, 63);
    append8(out, std::to_underlying(protocol));
    append16(out, 0);
    append(out, src.bytes());
    append(out, dst.bytes());
    append(out, options);
    const auto checksum = naive_checksum(out);
    out[10] = static_cast<std::byte>(checksum >> 8);
    out[11] = static_cast<std::byte>(checksum);
    append(out, payload);
    return out;
  }
};

/// An extension header without its first octet (Next Header): length octet and content.
struct Extension {
  IpProtocol kind{};
  Bytes rest;
};
/// Hop-by-hop or destination options of `words` * 8 octets, all padding; or a routing header.
[[nodiscard]] inline auto extension(IpProtocol kind, std::size_t words = 1) -> Extension {
  Bytes rest;
  append8(rest, words - 1);
  append8(rest, kind == IpProtocol::routing ? 0 : 1);  // routing type 0, or option PadN
  append8(rest, kind == IpProtocol::routing ? 0 : words * 8 - 4);
  rest.resize(words * 8 - 1);
  return {kind, rest};
}
[[nodiscard]] inline auto fragment_header(std::uint16_t offset_and_more) -> Extension {
  Bytes rest;
  append8(rest, 0);
  append16(rest, offset_and_more);
  append(rest, hex("0badcafe"));
  return {IpProtocol::fragment, rest};
}

struct Ipv6Packet {
  net::Address src = address("2001:db8:1::1");
  net::Address dst = address("2001:db8:2::1");
  IpProtocol protocol = IpProtocol::udp;
  std::uint8_t traffic_class = 0;
  std::vector<Extension> extensions;
  Bytes payload;

  [[nodiscard]] auto bytes() const -> Bytes {
    Bytes behind;
    for (std::size_t i = 0; i < extensions.size(); ++i) {
      const auto is_last = i + 1 == extensions.size();
      append8(behind, std::to_underlying(is_last ? protocol : extensions[i + 1].kind));
      append(behind, extensions[i].rest);
    }
    append(behind, payload);
    Bytes out;
    append16(out, 0x6000U | unsigned{traffic_class} << 4 | 0x5U);  // flow label 0x5abcd
    append16(out, 0xabcd);
    append16(out, behind.size());
    append8(out, std::to_underlying(extensions.empty() ? protocol : extensions.front().kind));
    append8(out, 63);
    append(out, src.bytes());
    append(out, dst.bytes());
    append(out, behind);
    return out;
  }
};

/// A UDP datagram with checksum 0, or with the first octets of any other protocol with ports.
[[nodiscard]] inline auto udp(std::uint16_t src, std::uint16_t dst, View payload) -> Bytes {
  Bytes out;
  append16(out, src);
  append16(out, dst);
  append16(out, 8 + payload.size());
  append16(out, 0);
  append(out, payload);
  return out;
}

/// A TCP segment with checksum 0.
struct TcpSegment {
  std::uint16_t src = 40000, dst = 80;
  std::uint32_t number = 1;
  std::uint8_t flags = 0x10;  ///< ACK; SYN is 0x02
  Bytes options;              ///< a multiple of 4
  Bytes data;

  [[nodiscard]] auto bytes() const -> Bytes {
    Bytes out;
    append16(out, src);
    append16(out, dst);
    append16(out, number >> 16);
    append16(out, number);
    append(out, hex("00000000"));
    append8(out, (5 + options.size() / 4) << 4);
    append8(out, flags);
    append(out, hex("200000000000"));
    append(out, options);
    append(out, data);
    return out;
  }
};

/// An inner packet of `size` octets, at least 28.
[[nodiscard]] inline auto udp4_of_size(std::size_t size) -> Bytes {
  return Ipv4Packet{.payload = udp(1000, 2000, pattern(size - 28))}.bytes();
}

}  // namespace esplanade::test
