#include "esp/quick/stamp.h"

#include "core/endian.h"
#include "net/plain_ip.h"

#include <limits>
#include <optional>

namespace esplanade::esp {
namespace {

using iana::IpProtocol;
using ipsec::Stencil;

constexpr std::size_t ipv4_size = net::ipv4_min_header;
constexpr std::size_t ipv6_size = net::ipv6_header_size;

/// What is read of a clear packet; as ipsec::ClearPacket.
struct Clear {
  std::uint16_t total;
  std::uint8_t tos;
  bool dont_fragment;
  IpProtocol protocol;  ///< its own, for a tunnel
};

auto look_at(core::View octets, Clear& clear) noexcept -> bool {
  if (octets.empty()) return false;
  if (!net::is_ipv6(octets)) {
    const auto total = net::size_of_ipv4(octets);
    if (total == 0) return false;
    clear = {.total = static_cast<std::uint16_t>(total),
             .tos = std::to_integer<std::uint8_t>(octets[1]),
             .dont_fragment = (net::octet_at(octets, 6) & 0x40) != 0,
             .protocol = IpProtocol::ipv4};
    return true;
  }
  const auto total = net::size_of_ipv6(octets);
  clear = {.total = static_cast<std::uint16_t>(total),
           .tos = total == 0 ? std::uint8_t{0} : net::tos_of(octets),
           .dont_fragment = false,
           .protocol = IpProtocol::ipv6};
  return total != 0;
}

/// Without options or extension headers, and no fragment: its upper layer's protocol.
auto plain_protocol(core::View octets) noexcept -> std::optional<IpProtocol> {
  net::PlainIp ip;
  if (!net::read_plain_ip(octets, ip)) return std::nullopt;
  using enum IpProtocol;
  const bool is_upper = ip.protocol == tcp || ip.protocol == udp || ip.protocol == icmpv6;
  return ip.header == ipv4_size || is_upper ? std::optional(ip.protocol) : std::nullopt;
}

/// What is copied at once, though it is longer than what is wanted of it.
constexpr auto padding = [] {
  std::array<std::byte, 16> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<std::byte>(i + 1);
  return octets;
}();

/// Room that must be behind a packet, in front of its ICV, and more than there may be padding.
constexpr std::size_t trailer_room = padding.size() + trailer_size;

/// Behind `text` octets at `start`; returns the trailer's size.
auto write_trailer_behind(std::byte* start, std::size_t text, std::size_t align,
                          IpProtocol next) noexcept -> std::size_t {
  const auto pad = (0 - (text + trailer_size)) & (align - 1);
  auto* const at = start + text;
  std::memcpy(at, padding.data(), padding.size());
  at[pad] = static_cast<std::byte>(pad);
  at[pad + 1] = static_cast<std::byte>(next);
  return pad + trailer_size;
}

/// SPI, number and IV, which end in front of `at`.
void write_esp_before(std::byte* at, const ipsec::OutboundSa& sa, core::Seq64 seq,
                      core::Random& random) noexcept {
  const auto iv_size = std::size_t{sa.suite.sizes.iv};
  const auto iv = core::MutableView(at - iv_size, iv_size);
  if (sa.suite.iv_form == ipsec::IvForm::random) {
    random.fill(iv);
  } else if (iv_size != 0) {
    core::store_be(seq.value, iv.first<sizeof seq.value>());
  }
  const auto spi_and_number =
      std::uint64_t{std::to_underlying(sa.parameters.spi)} << 32 | seq.low();
  core::store_be(spi_and_number,
                 core::MutableView(at - iv_size - header_size, header_size).first<header_size>());
}

/// The headers of a tunnel in front of ESP, which begins at `esp`.
auto write_outer(std::byte* esp, const ipsec::OutboundSa& sa, const Clear& clear,
                 std::size_t esp_size, core::Seq64 seq) noexcept -> std::byte* {
  const auto& stencil = *sa.stencil;
  auto* const outer = stencil.copy_before(esp);
  stencil.fill(outer,
               {.total = static_cast<std::uint16_t>(stencil.size() + esp_size),
                .tos = clear.tos,
                .dont_fragment = clear.dont_fragment,
                .seq = seq},
               sa.parameters.dscp);
  return outer;
}

/// Transport mode: the packet's own IP header moves in front of UDP and ESP.
auto move_header(std::byte* esp, const ipsec::OutboundSa& sa, core::View own,
                 std::size_t esp_size) noexcept -> std::byte* {
  const auto udp = sa.stencil->udp();
  auto* const upper = esp - udp.size();
  auto* const outer = upper - own.size();
  std::memmove(outer, own.data(), own.size());
  const auto behind = static_cast<std::uint16_t>(udp.size() + esp_size);
  if (!udp.empty()) {
    std::memcpy(upper, udp.data(), udp.size());
    core::store_be(behind, core::MutableView(upper + 4, 2).first<2>());
  }
  const auto header = core::MutableView(outer, own.size());
  const auto protocol = udp.empty() ? IpProtocol::esp : IpProtocol::udp;
  if (own.size() == ipv4_size) {
    net::set_ipv4_protocol(header, protocol);
    net::set_ipv4_total_length(header, static_cast<std::uint16_t>(ipv4_size + behind));
  } else {
    header[6] = static_cast<std::byte>(protocol);
    net::set_ipv6_payload_length(header, behind);
  }
  return outer;
}

/// Octets of the packet's own header that stay in front.
auto kept_of(sa::Mode mode, const Clear& clear) noexcept -> std::size_t {
  if (mode == sa::Mode::tunnel) return 0;
  return clear.protocol == IpProtocol::ipv4 ? ipv4_size : ipv6_size;
}

}  // namespace

auto is_stampable(ipsec::OutboundSa& sa) noexcept -> bool {
  const auto& parameters = sa.parameters;
  if (parameters.mode == sa::Mode::beet || parameters.pad_to != 0) return false;
  if (!sa.stencil) sa.stencil = Stencil::of(parameters);
  return true;
}

auto stamp(ipsec::OutboundSa& sa, net::Packet& packet, core::Random& random, Frame& frame) noexcept
    -> bool {
  const auto octets = packet.bytes();
  const auto& sizes = sa.suite.sizes;
  Clear clear;
  if (!look_at(octets, clear)) return false;
  const auto kept = kept_of(sa.parameters.mode, clear);
  const auto next = kept == 0 ? std::optional(clear.protocol) : plain_protocol(octets);
  if (!next) return false;
  const std::size_t front = Stencil::room + header_size + sizes.iv;
  const std::size_t behind = trailer_room + sizes.icv;
  const auto end = packet.begin + clear.total + behind;
  if (packet.begin < front || end > packet.slot.size()) return false;
  if (front + clear.total + behind > std::numeric_limits<std::uint16_t>::max()) return false;
  const auto seq = sa.take_sequence();
  auto* const text = octets.data() + kept;
  const auto text_size = clear.total - kept;
  const auto trailer = write_trailer_behind(text, text_size, sizes.align, *next);
  const auto esp_size = header_size + sizes.iv + text_size + trailer + sizes.icv;
  auto* const esp = text - sizes.iv - header_size;
  auto* const outer = kept == 0 ? write_outer(esp, sa, clear, esp_size, seq)
                                : move_header(esp, sa, octets.first(kept), esp_size);
  write_esp_before(text, sa, seq, random);
  packet.begin = static_cast<std::uint16_t>(outer - packet.slot.data());
  packet.size = static_cast<std::uint16_t>(esp + esp_size - outer);
  frame.octets = {esp, esp_size};
  frame.seq = seq;
  return true;
}

}  // namespace esplanade::esp
