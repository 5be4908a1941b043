#include "net/ipv4.h"

#include "net/checksum.h"

#include <limits>

namespace esplanade::net {
namespace {

constexpr std::uint32_t version_and_length = 4 << 4 | ipv4_min_header / 4;
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

  // By words, and the checksum from the same words: it would have to wait for octets to reach
  // memory.
  const std::array words = {
      version_and_length << 24 | std::uint32_t{fields.tos} << 16 |
          static_cast<std::uint32_t>(total_length),
      std::uint32_t{fields.id} << 16 | (fields.dont_fragment ? dont_fragment_bit : 0u),
      std::uint32_t{fields.ttl} << 24 | std::uint32_t{std::to_underlying(fields.protocol)} << 16,
      core::load_be<std::uint32_t>(fields.src.bytes().first<4>()),
      core::load_be<std::uint32_t>(fields.dst.bytes().first<4>()),
  };
  Checksum sum;
  for (const auto word : words) sum.add32(word);
  for (std::size_t i = 0; i < words.size(); ++i) core::store_be(words[i], out, 4 * i);
  core::store_be(sum.finish(), out.subspan<10, 2>());
}

void set_ipv4_tos(core::MutableView header, std::uint8_t tos) noexcept {
  replace_word(header, 0, with_low_octet(header[0], tos));
}

void set_ipv4_total_length(core::MutableView header, std::uint16_t length) noexcept {
  replace_word(header, 2, length);
}

void set_ipv4_id(core::MutableView header, std::uint16_t id) noexcept {
  replace_word(header, 4, id);
}

void set_ipv4_protocol(core::MutableView header, iana::IpProtocol protocol) noexcept {
  replace_word(header, 8, with_low_octet(header[8], std::to_underlying(protocol)));
}

}  // namespace esplanade::net
