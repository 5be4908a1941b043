// The headers that an SA of ESP puts in front of every packet of a tunnel, written once: what
// differs from packet to packet is filled in behind the copying.
//
//   stencil = Stencil::of(parameters);
//   auto* outer = stencil.copy_before(at);               // ends in front of `at`
//   stencil.fill(outer, {.total = ..., .tos = ..., ...});
//
// What it writes is what write_outer_header() and net::write_udp() write.
#pragma once

#include "ipsec/ecn.h"
#include "ipsec/tunnel.h"

namespace esplanade::ipsec {

class Stencil {
 public:
  /// Octets that are copied in front of a packet, whatever the headers' size: one copy of fixed
  /// size is faster than one to measure, and what is in front of a packet is nobody's.
  static constexpr std::size_t room = 64;

  /// Of the SA's outer IP header and UDP, as it stands now.
  [[nodiscard]] static auto of(const sa::SaParameters& parameters) noexcept -> Stencil;

  /// The UDP header alone, its length to be filled in; empty without one.
  [[nodiscard]] auto udp() const noexcept -> core::View { return core::View(octets_).last(udp_); }

  /// Octets of IP and UDP.
  [[nodiscard]] auto size() const noexcept -> std::size_t { return std::size_t{ip_size_} + udp_; }

  /// `at` has `room` octets in front of it. Returns where the headers begin.
  [[nodiscard]] auto copy_before(std::byte* at) const noexcept -> std::byte* {
    std::memcpy(at - room, octets_.data(), room);
    return at - size();
  }

  struct Fields {
    std::uint16_t total = 0;  ///< octets, these headers included
    std::uint8_t tos = 0;     ///< the inner packet's, as `dont_fragment` is
    bool dont_fragment = false;
    core::Seq64 seq;
  };
  void fill(std::byte* headers, const Fields& fields, const sa::DscpMap& dscp) const noexcept {
    const auto tos = is_tos_kept_ ? fields.tos : encapsulated_tos(fields.tos, dscp, ecn_);
    if (ip_size_ == ipv4_size) {
      fill_ipv4(headers, fields, tos);
    } else {
      fill_ipv6(headers, fields, tos);
    }
    if (udp_ != 0) store(headers + ip_size_ + 4, big(fields.total - ip_size_));
  }

 private:
  static constexpr std::size_t ipv4_size = 20;

  static auto big(std::size_t value) noexcept -> std::uint16_t {
    const auto number = static_cast<std::uint16_t>(value);
    return std::endian::native == std::endian::little ? std::byteswap(number) : number;
  }
  static void store(std::byte* at, std::uint16_t value) noexcept {
    std::memcpy(at, &value, sizeof value);
  }

  void fill_ipv4(std::byte* header, const Fields& fields, std::uint8_t tos) const noexcept {
    const bool df = outer_df(df_, fields.dont_fragment);
    const auto total = big(fields.total);
    // What cannot be fragmented needs no identification (RFC 6864, 4.1).
    const auto id = df ? std::uint16_t{0} : big(fields.seq.low() & 0xffff);
    const auto flags = df ? big(0x4000) : std::uint16_t{0};
    // The sum may be taken in this machine's order (RFC 1071, 2B).
    std::uint32_t sum = sum_ + big(tos) + total + id + flags;
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    header[1] = std::byte{tos};
    store(header + 2, total);
    store(header + 4, id);
    store(header + 6, flags);
    store(header + 10, static_cast<std::uint16_t>(~sum));
  }

  void fill_ipv6(std::byte* header, const Fields& fields, std::uint8_t tos) const noexcept {
    header[0] = static_cast<std::byte>(0x60 | tos >> 4);
    header[1] = static_cast<std::byte>((tos & 0x0f) << 4);  // the flow label is 0
    store(header + 4, big(std::size_t{fields.total} - ip_size_));
  }

  std::array<std::byte, room> octets_{};  ///< the headers at its end
  std::uint32_t sum_ = 0;                 ///< of the IPv4 header without what fill_ipv4() writes
  std::uint8_t ip_size_ = 0;
  std::uint8_t udp_ = 0;  ///< octets
  bool is_tos_kept_ = false;
  sa::Ecn ecn_{};
  sa::DfPolicy df_{};
};

}  // namespace esplanade::ipsec
