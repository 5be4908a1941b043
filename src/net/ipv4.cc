#include "net/ipv4.h"

#include "net/checksum.h"

#include <limits>

namespace esplanade::net {
namespace {

constexpr std::uint16_t dont_fragment_bit = 0x4000;

/// Puts `value` in place of the 16-bit word at `offset` and keeps the checksum right.
void replace_word(core::MutableView header, std::size_t offset, std::uint16_t value) noexcept {
  const auto before = core::load_be<std::uint16_t>(header, offset);
  const auto checksum = core::load_be<std::uint16_t>(header, 10);
  core::store_be(value, header, offset);
  core::store_be(updated_checksum(checksum, before, value), header, 10);
}

/// A word whose first octet stays and whose second is `low`.
auto with_low_octet(std::byte high, std::uint8_t low) noexcept -> std::uint16_t {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(high) << 8 | low);
}

}  // namespace

auto Ipv4::is_checksum_right() const noexcept -> bool {
  return Checksum{}.add(header()).finish() == 0;
}

void write_ipv4(std::span<std::byte, ipv4_min_header> out, const Ipv4Fields& fields) noexcept {
  const auto total_length = ipv4_min_header + fields.payload_length;
  core::ensure(total_length <= std::numeric_limits<std::uint16_t>::max());
  core::ensure(fields.src.family() == Family::ipv4 && fields.dst.family() == Family::ipv4);

  out[0] = std::byte{4 << 4 | ipv4_min_header / 4};
  out[1] = std::byte{fields.tos};
  core::store_be(static_cast<std::uint16_t>(total_length), out.subspan<2, 2>());
  core::store_be(fields.id, out.subspan<4, 2>());
  core::store_be(fields.dont_fragment ? dont_fragment_bit : std::uint16_t{0}, out.subspan<6, 2>());
  out[8] = std::byte{fields.ttl};
  out[9] = static_cast<std::byte>(fields.protocol);
  core::store_be(std::uint16_t{0}, out.subspan<10, 2>());
  core::copy(fields.src.bytes(), out.subspan<12, 4>());
  core::copy(fields.dst.bytes(), out.subspan<16, 4>());
  core::store_be(Checksum{}.add(out).finish(), out.subspan<10, 2>());
}

void set_ipv4_tos(core::MutableView header, std::uint8_t tos) noexcept {
  replace_word(header, 0, with_low_octet(header[0], tos));
}

void set_ipv4_total_length(core::MutableView header, std::uint16_t length) noexcept {
  replace_word(header, 2, length);
}

void set_ipv4_protocol(core::MutableView header, iana::IpProtocol protocol) noexcept {
  replace_word(header, 8, with_low_octet(header[8], std::to_underlying(protocol)));
}

}  // namespace esplanade::net
