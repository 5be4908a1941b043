#include "net/checksum.h"

#include "core/endian.h"

namespace esplanade::net {
namespace {

/// One's complement sum of the 16-bit words in `sum`.
auto folded(std::uint64_t sum) noexcept -> std::uint16_t {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

/// The octets at `at`, in this machine's order.
template <class T>
auto native(core::View bytes, std::size_t at) noexcept -> T {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

/// Of the whole blocks at the beginning; `at` becomes where they end. Lanes beside each other have
/// nothing to wait for, and the halves of words leave room for all carries of a datagram.
auto sum_of_blocks(core::View bytes, std::size_t& at) noexcept -> std::uint64_t {
  using Lanes [[gnu::vector_size(16)]] = std::uint64_t;
  std::array<Lanes, 2> sums{};
  constexpr auto lanes_size = sizeof(Lanes);
  for (; bytes.size() - at >= sizeof sums; at += sizeof sums) {
    const auto one = native<Lanes>(bytes, at);
    const auto other = native<Lanes>(bytes, at + lanes_size);
    sums[0] += (one & 0xffffffff) + (one >> 32);
    sums[1] += (other & 0xffffffff) + (other >> 32);
  }
  const auto sum = sums[0] + sums[1];
  return sum[0] + sum[1];
}

}  // namespace

auto Checksum::add(core::View bytes) noexcept -> Checksum& {
  // The sum may be taken in either byte order and swapped at the end (RFC 1071, 2B).
  std::size_t at = 0;
  auto sum = sum_of_blocks(bytes, at);
  for (; bytes.size() - at >= 8; at += 8) {
    const auto word = native<std::uint64_t>(bytes, at);
    sum += (word & 0xffffffff) + (word >> 32);
  }
  for (; bytes.size() - at >= 2; at += 2) sum += native<std::uint16_t>(bytes, at);
  if (at < bytes.size()) {
    const std::array last{bytes[at], std::byte{0}};
    sum += native<std::uint16_t>(last, 0);
  }
  const auto sum_octets = std::bit_cast<std::array<std::byte, 2>>(folded(sum));
  return add16(core::load_be<std::uint16_t>(sum_octets));
}

auto Checksum::add_pseudo_header(const Address& src, const Address& dst, iana::IpProtocol protocol,
                                 std::uint32_t length) noexcept -> Checksum& {
  return add(src.bytes()).add(dst.bytes()).add32(length).add16(std::to_underlying(protocol));
}

auto Checksum::finish() const noexcept -> std::uint16_t {
  return static_cast<std::uint16_t>(~folded(sum_));
}

auto updated_checksum(std::uint16_t checksum, std::uint16_t before, std::uint16_t after) noexcept
    -> std::uint16_t {
  const auto inverse = [](std::uint16_t value) { return static_cast<std::uint16_t>(~value); };
  return inverse(folded(std::uint64_t{inverse(checksum)} + inverse(before) + after));
}

}  // namespace esplanade::net
