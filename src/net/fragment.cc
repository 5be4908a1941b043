#include "net/fragment.h"

#include "core/writer.h"
#include "net/checksum.h"
#include "net/ipv4.h"
#include "net/ipv6.h"

#include <algorithm>

namespace esplanade::net {
namespace {

using core::MutableView;
using core::View;

/// Offsets count in these (RFC 791, 3.1).
constexpr std::size_t unit = 8;
constexpr std::size_t fragment_header_size = 8;
constexpr std::uint16_t more_bit_ipv4 = 0x2000;
constexpr std::uint16_t offset_bits_ipv4 = 0x1fff;
constexpr std::size_t flags_at = 6;
constexpr std::size_t checksum_at = 10;
constexpr std::size_t longest = 0xffff;

/// What later fragments keep of `options`: those with the copied flag (RFC 791, 3.1), padded with
/// zeros. Answers the size.
auto copy_kept_options(View options, MutableView out) noexcept -> std::size_t {
  constexpr auto copied_flag = std::byte{0x80};
  constexpr auto end = std::byte{0};
  constexpr auto no_operation = std::byte{1};
  std::size_t size = 0;
  while (!options.empty() && options[0] != end) {
    const bool is_single = options[0] == no_operation;
    if (!is_single && options.size() < 2) break;
    const auto length = is_single ? 1 : std::to_integer<std::size_t>(options[1]);
    if (length > options.size() || (!is_single && length < 2)) break;
    if ((options[0] & copied_flag) != std::byte{0}) {
      core::copy(options.first(length), out.subspan(size));
      size += length;
    }
    options = options.subspan(length);
  }
  const auto padded = (size + 3) / 4 * 4;
  std::ranges::fill(out.subspan(size, padded - size), end);
  return padded;
}

void finish_ipv4_header(MutableView datagram, std::size_t header, std::uint16_t flags) noexcept {
  datagram[0] = std::byte{0x40} | static_cast<std::byte>(header / 4);
  core::store_be(static_cast<std::uint16_t>(datagram.size()), datagram, 2);
  core::store_be(flags, datagram, flags_at);
  core::store_be(std::uint16_t{0}, datagram, checksum_at);
  core::store_be(Checksum{}.add(datagram.first(header)).finish(), datagram, checksum_at);
}

}  // namespace

auto Fragmenter::of(View datagram, const CutAt& at) noexcept -> core::Result<Fragmenter> {
  if (datagram.empty()) return core::failure(core::Code::too_short);
  const bool is_ipv6 = std::to_integer<unsigned>(datagram[0]) >> 4 == 6;
  return is_ipv6 ? of_ipv6(datagram, at) : of_ipv4(datagram, at.largest);
}

auto Fragmenter::of_ipv4(View datagram, std::size_t largest) noexcept -> core::Result<Fragmenter> {
  const auto ip = TRY(Ipv4::parse(datagram));
  Fragmenter cut;
  cut.whole_ = datagram.first(ip.total_length());
  if (cut.whole_.size() <= largest) return cut;
  cut.headers_ = ip.header();
  cut.data_ = ip.payload();
  if (largest < cut.headers_.size() + unit) return core::failure(core::Code::exhausted);
  if (ip.fragment_offset() + cut.data_.size() > longest) {
    return core::failure(core::Code::bad_length, flags_at);
  }
  cut.divide(largest - cut.headers_.size());
  return cut;
}

auto Fragmenter::of_ipv6(View datagram, const CutAt& at) noexcept -> core::Result<Fragmenter> {
  const auto ip = TRY(Ipv6::parse(datagram));
  Fragmenter cut;
  cut.whole_ = datagram.first(ip.total_length());
  if (cut.whole_.size() <= at.largest) return cut;
  const auto chain = TRY(ip.chain());
  if (chain.fragment) return core::failure(core::Code::bad_chain);
  cut.is_ipv6_ = true;
  cut.id_ = at.id;
  // Where AH or ESP would stand is where headers for every router end (RFC 8200, 4.5).
  cut.headers_ = cut.whole_.first(chain.protect_offset);
  cut.data_ = cut.whole_.subspan(chain.protect_offset);
  cut.next_header_at_ = chain.protect_next_header_at;
  const auto around = cut.headers_.size() + fragment_header_size;
  if (at.largest < around + unit) return core::failure(core::Code::exhausted);
  cut.divide(at.largest - around);
  return cut;
}

void Fragmenter::divide(std::size_t share) noexcept {
  share_ = share / unit * unit;
  count_ = (data_.size() + share_ - 1) / share_;
}

auto Fragmenter::part(std::size_t index) const noexcept -> View {
  const auto from = index * share_;
  return data_.subspan(from, std::min(share_, data_.size() - from));
}

auto Fragmenter::write(std::size_t index, MutableView out) const noexcept -> std::size_t {
  if (count_ > 1) return is_ipv6_ ? write_ipv6(index, out) : write_ipv4(index, out);
  core::copy(whole_, out);
  return whole_.size();
}

auto Fragmenter::write_ipv4(std::size_t index, MutableView out) const noexcept -> std::size_t {
  const auto before = core::load_be<std::uint16_t>(headers_, flags_at);
  core::copy(headers_.first(ipv4_min_header), out);
  const auto options = headers_.subspan(ipv4_min_header);
  auto header = headers_.size();
  if (before % (offset_bits_ipv4 + 1) == 0 && index == 0) {
    core::copy(options, out.subspan(ipv4_min_header));
  } else {
    header = ipv4_min_header + copy_kept_options(options, out.subspan(ipv4_min_header));
  }
  const auto data = part(index);
  core::copy(data, out.subspan(header));
  const auto offset = (before & offset_bits_ipv4) + index * share_ / unit;
  const bool is_last = index + 1 == count_;
  const auto more = is_last ? before & more_bit_ipv4 : more_bit_ipv4;
  finish_ipv4_header(out.first(header + data.size()), header,
                     static_cast<std::uint16_t>(offset | static_cast<unsigned>(more)));
  return header + data.size();
}

auto Fragmenter::write_ipv6(std::size_t index, MutableView out) const noexcept -> std::size_t {
  const auto data = part(index);
  core::copy(headers_, out);
  const auto next_header = out[next_header_at_];
  out[next_header_at_] = static_cast<std::byte>(iana::IpProtocol::fragment);
  const bool is_last = index + 1 == count_;
  core::Writer(out.subspan(headers_.size(), fragment_header_size))
      .u8(std::to_integer<std::uint8_t>(next_header))
      .u8(0)
      .u16(static_cast<std::uint16_t>(index * share_ | (is_last ? 0U : 1U)))
      .u32(id_);
  const auto size = headers_.size() + fragment_header_size + data.size();
  core::copy(data, out.subspan(headers_.size() + fragment_header_size));
  set_ipv6_payload_length(out, static_cast<std::uint16_t>(size - ipv6_header_size));
  return size;
}

}  // namespace esplanade::net
