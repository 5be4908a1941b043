#include "net/udp.h"

#include "iana/ip_protocol.h"
#include "net/checksum.h"

#include <limits>

namespace esplanade::net {

void write_udp(std::span<std::byte, udp_header_size> out, std::uint16_t src_port,
               std::uint16_t dst_port, std::uint16_t payload_length) noexcept {
  const auto length = udp_header_size + payload_length;
  core::ensure(length <= std::numeric_limits<std::uint16_t>::max());

  core::store_be(src_port, out.subspan<0, 2>());
  core::store_be(dst_port, out.subspan<2, 2>());
  core::store_be(static_cast<std::uint16_t>(length), out.subspan<4, 2>());
  core::store_be(std::uint16_t{0}, out.subspan<6, 2>());
}

void set_udp_checksum(core::MutableView datagram, const Address& src, const Address& dst) noexcept {
  const auto length = static_cast<std::uint32_t>(datagram.size());
  core::store_be(std::uint16_t{0}, datagram, 6);
  const auto sum =
      Checksum{}.add_pseudo_header(src, dst, iana::IpProtocol::udp, length).add(datagram).finish();
  // 0 would say that no checksum was computed (RFC 768).
  core::store_be(sum == 0 ? std::uint16_t{0xffff} : sum, datagram, 6);
}

}  // namespace esplanade::net
