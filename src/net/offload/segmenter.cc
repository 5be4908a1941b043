#include "net/offload/segmenter.h"

#include "net/checksum.h"
#include "net/datagram.h"
#include "net/ipv4.h"
#include "net/ipv6.h"
#include "net/offload/transport_checksum.h"
#include "net/tcp.h"
#include "net/udp.h"

#include <algorithm>

namespace esplanade::net {
namespace {

using core::Code;
using iana::IpProtocol;

constexpr std::size_t tcp_number_at = 4, tcp_flags_at = 13;
constexpr std::size_t udp_length_at = 4;

auto kind_of(const Datagram& datagram) noexcept -> SegmentKind {
  if (datagram.protocol == IpProtocol::udp) return SegmentKind::udp;
  if (datagram.protocol != IpProtocol::tcp) return SegmentKind::none;
  return datagram.family == Family::ipv4 ? SegmentKind::tcp4 : SegmentKind::tcp6;
}

/// Of TCP or UDP at the beginning of `upper`.
auto upper_header_size(IpProtocol protocol, core::View upper) noexcept
    -> core::Result<std::size_t> {
  if (protocol == IpProtocol::tcp) return TRY(Tcp::parse(upper)).header_length();
  if (upper.size() < udp_header_size) return core::failure(Code::too_short);
  return udp_header_size;
}

}  // namespace

auto Segmenter::of(core::View super, const VirtioHeader& header) noexcept
    -> core::Result<Segmenter> {
  const auto datagram = TRY(Datagram::parse(super));
  const auto kind = static_cast<SegmentKind>(header.kind & ~VirtioHeader::has_ecn);
  if (kind == SegmentKind::none || kind != kind_of(datagram)) return core::failure(Code::bad_value);
  if (datagram.is_fragment || header.segment_size == 0) return core::failure(Code::bad_value);
  const auto whole = super.first(datagram.total_length);
  const auto upper = whole.subspan(datagram.upper_offset);
  const auto upper_header = TRY(upper_header_size(datagram.protocol, upper));
  Segmenter made;
  made.headers_ = whole.first(datagram.upper_offset + upper_header);
  made.payload_ = whole.subspan(made.headers_.size());
  if (made.payload_.empty()) return core::failure(Code::bad_value);
  made.ip_size_ = datagram.upper_offset;
  made.segment_size_ = header.segment_size;
  made.is_tcp_ = datagram.protocol == IpProtocol::tcp;
  return made;
}

auto Segmenter::next(core::MutableView out) noexcept -> std::size_t {
  const auto payload = payload_.subspan(at_, std::min(segment_size_, payload_.size() - at_));
  const auto size = headers_.size() + payload.size();
  if (size <= out.size()) {
    const auto datagram = out.first(size);
    core::copy(headers_, datagram);
    core::copy(payload, datagram.subspan(headers_.size()));
    write_ip(datagram);
    const auto upper = datagram.subspan(ip_size_);
    if (is_tcp_) {
      write_tcp(upper, payload.size());
    } else {
      core::store_be(static_cast<std::uint16_t>(upper.size()), upper, udp_length_at);
    }
    set_transport_checksum(datagram, ip_size_, is_tcp_ ? IpProtocol::tcp : IpProtocol::udp);
  }
  at_ += payload.size();
  return size <= out.size() ? size : 0;
}

void Segmenter::write_ip(core::MutableView datagram) const noexcept {
  const auto size = static_cast<std::uint16_t>(datagram.size());
  if (static_cast<Family>(datagram[0] >> 4) == Family::ipv6) {
    set_ipv6_payload_length(datagram, static_cast<std::uint16_t>(size - ipv6_header_size));
    return;
  }
  const auto id = core::load_be<std::uint16_t>(datagram, 4);
  set_ipv4_id(datagram, static_cast<std::uint16_t>(id + at_ / segment_size_));
  set_ipv4_total_length(datagram, size);
}

void Segmenter::write_tcp(core::MutableView segment, std::size_t payload) const noexcept {
  const auto number = core::load_be<std::uint32_t>(segment, tcp_number_at);
  core::store_be(static_cast<std::uint32_t>(number + at_), segment, tcp_number_at);
  auto flags = std::to_integer<std::uint8_t>(segment[tcp_flags_at]);
  const auto clear = [&](TcpFlag flag) {
    flags = static_cast<std::uint8_t>(flags & ~std::to_underlying(flag));
  };
  if (at_ + payload < payload_.size()) {
    clear(TcpFlag::fin);
    clear(TcpFlag::psh);
  }
  if (at_ != 0) clear(TcpFlag::cwr);
  segment[tcp_flags_at] = std::byte{flags};
}

auto complete_checksum(core::MutableView datagram, const VirtioHeader& header) noexcept -> bool {
  const std::size_t start = header.checksum_start;
  const std::size_t at = start + header.checksum_at;
  if (start >= datagram.size() || at + 2 > datagram.size() || header.checksum_at % 2 != 0) {
    return false;
  }
  // The sum of the pseudo-header stands in the place already.
  const auto sum = Checksum().add(datagram.subspan(start)).finish();
  core::store_be(sum == 0 ? std::uint16_t{0xffff} : sum, datagram, at);
  return true;
}

}  // namespace esplanade::net
