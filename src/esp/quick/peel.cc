#include "esp/quick/peel.h"

#include "core/endian.h"
#include "esp/frame.h"
#include "net/plain_ip.h"

namespace esplanade::esp {
namespace {

using iana::IpProtocol;

/// The padding is 1, 2, 3, ... (RFC 4303, 2.4), at most eight of it. SPI and number are in front of
/// any plaintext, so that eight octets can be read whatever its size.
auto is_padding_right(core::View plaintext, unsigned padding) noexcept -> bool {
  if (padding == 0) return true;
  std::uint64_t last = 0;
  const auto* const end = plaintext.data() + plaintext.size() - trailer_size;
  std::memcpy(&last, end - sizeof last, sizeof last);
  if constexpr (std::endian::native == std::endian::little) last = std::byteswap(last);
  constexpr std::uint64_t eight = 0x0102030405060708;
  const auto wanted = eight >> (8 * (8 - padding));
  const auto mask = ~std::uint64_t{0} >> (8 * (8 - padding));
  return ((last ^ wanted) & mask) == 0;
}

/// ECN in the outer header leaves the inner one as it is, whatever that is (RFC 6040, 4.2): it is
/// neither ECT(1) nor CE.
auto is_ecn_quiet(core::View outer) noexcept -> bool { return (net::tos_of(outer) & 1) == 0; }

/// Octets of the datagram in `text`; 0 for what cannot be one of `protocol`.
auto size_of(core::View text, IpProtocol protocol) noexcept -> std::size_t {
  if (protocol == IpProtocol::ipv4) return net::size_of_ipv4(text);
  return protocol == IpProtocol::ipv6 ? net::size_of_ipv6(text) : 0;
}

}  // namespace

auto peel(net::Packet& packet, core::MutableView plaintext,
          const sa::SaParameters& parameters) noexcept -> bool {
  if (parameters.mode != sa::Mode::tunnel || parameters.inner_dscp != sa::InnerDscp::keep) {
    return false;
  }
  if (plaintext.size() < trailer_size || !is_ecn_quiet(packet.bytes())) return false;
  const auto trailer = plaintext.last(trailer_size);
  const auto padding = std::to_integer<unsigned>(trailer[0]);
  if (padding > 8 || padding + trailer_size > plaintext.size()) return false;
  if (!is_padding_right(plaintext, padding)) return false;
  const auto text = plaintext.first(plaintext.size() - trailer_size - padding);
  const auto size = size_of(text, static_cast<IpProtocol>(trailer[1]));
  if (size == 0) return false;
  packet.begin = static_cast<std::uint16_t>(text.data() - packet.slot.data());
  packet.size = static_cast<std::uint16_t>(size);
  return true;
}

}  // namespace esplanade::esp
