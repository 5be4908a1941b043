#include "net/offload/coalescer.h"

#include "core/endian.h"
#include "net/address_hash.h"
#include "net/offload/transport_checksum.h"
#include "net/plain_ip.h"
#include "net/tcp.h"
#include "net/udp.h"

#include <limits>

namespace esplanade::net {
namespace {

using core::View;
using iana::IpProtocol;

constexpr std::size_t tcp_number_at = 4, tcp_ack_at = 8, tcp_flags_at = 13;
constexpr std::uint8_t quiet_flags = 0x18;  // ACK, PSH
constexpr std::uint8_t ack_flag = 0x10, psh_flag = 0x08;

auto protocol_of(const Car& car) noexcept -> IpProtocol {
  return car.is_tcp ? IpProtocol::tcp : IpProtocol::udp;
}
auto same(View one, View other, std::size_t from, std::size_t end) noexcept -> bool {
  return std::memcmp(one.data() + from, other.data() + from, end - from) == 0;
}

/// Never 0.
auto flow_of(View octets, std::size_t ip_size, IpProtocol protocol) noexcept -> std::uint64_t {
  const auto first = ip_size == ipv4_min_header ? std::size_t{12} : std::size_t{8};
  std::uint64_t hash = std::to_underlying(protocol);
  // Addresses and ports stand side by side.
  for (auto at = first; at < ip_size + 4; at += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, octets.data() + at, sizeof word);
    hash = combined(hash, word);
  }
  return hash | 1;
}

auto look_at_tcp(View octets, Car& car) noexcept -> bool {
  const auto tcp = Tcp::parse(octets.subspan(car.ip_size));
  if (!tcp || tcp->payload().empty()) return false;
  const auto upper = octets.subspan(car.ip_size);
  const auto flags = std::to_integer<std::uint8_t>(upper[tcp_flags_at]);
  if ((flags & ~quiet_flags) != 0 || (flags & ack_flag) == 0) return false;
  car.header_size = static_cast<std::uint8_t>(car.ip_size + tcp->header_length());
  car.is_last = (flags & psh_flag) != 0;
  car.number = core::load_be<std::uint32_t>(upper, tcp_number_at);
  return true;
}

auto look_at_udp(View octets, Car& car) noexcept -> bool {
  const auto upper = octets.subspan(car.ip_size);
  const auto udp = Udp::parse(upper);
  if (!udp || udp->length() != upper.size() || udp->payload().empty()) return false;
  car.header_size = static_cast<std::uint8_t>(car.ip_size + udp_header_size);
  return true;
}

/// What a router looks at is the same, but for length, identification and checksum.
auto is_ip_alike(View one, View other, std::size_t ip_size) noexcept -> bool {
  if (ip_size == ipv6_header_size) {
    return same(one, other, 0, 4) && same(one, other, 6, ipv6_header_size);
  }
  return same(one, other, 0, 2) && same(one, other, 6, 10) && same(one, other, 12, ipv4_min_header);
}

/// Identifications that count up, as those of segments do, unless nobody cares (RFC 6864, 4.1).
auto is_id_next(View first, View octets, std::size_t count) noexcept -> bool {
  if (is_ipv6(first) || (octet_at(first, 6) & 0x40) != 0) return true;
  const auto expected = core::load_be<std::uint16_t>(first, 4) + count;
  return core::load_be<std::uint16_t>(octets, 4) == static_cast<std::uint16_t>(expected);
}

/// Acknowledgement, window and options are the same; flags but for PSH.
auto is_tcp_alike(View one, View other, const Car& car) noexcept -> bool {
  const std::size_t tcp = car.ip_size;
  return same(one, other, tcp, tcp + tcp_number_at) &&
         same(one, other, tcp + tcp_ack_at, tcp + tcp_flags_at) &&
         same(one, other, tcp + 14, tcp + 16) && same(one, other, tcp + 18, car.header_size);
}

auto is_right(const Packet& packet, const Car& car) noexcept -> bool {
  return is_transport_checksum_right(packet.bytes(), car.ip_size, protocol_of(car));
}

}  // namespace

void Train::begin(Packet& packet, const Car* car) noexcept {
  car_ = car == nullptr ? Car{} : *car;
  header_ = {};
  count_ = 1;
  packets_[0] = &packet;
  octets_ = packet.size;
  segment_size_ = static_cast<std::uint16_t>(packet.size - car_.header_size);
  next_number_ = car_.number + segment_size_;
  is_closed_ = car == nullptr || car_.is_last;
}

auto Train::takes(const Packet& packet, const Car& car) const noexcept -> bool {
  const auto payload = packet.size - car.header_size;
  const auto first = core::View{packets_[0]->bytes()};
  const auto octets = core::View{packet.bytes()};
  if (is_closed_ || count_ == packets_.size() || payload > segment_size_ ||
      car.header_size != car_.header_size)
    return false;
  if (car.ip_size != car_.ip_size || car.is_tcp != car_.is_tcp) return false;
  if (octets_ + static_cast<std::uint32_t>(payload) > std::numeric_limits<std::uint16_t>::max()) {
    return false;
  }
  if (!is_ip_alike(first, octets, car.ip_size) || !is_id_next(first, octets, count_)) return false;
  if (car.is_tcp && (car.number != next_number_ || !is_tcp_alike(first, octets, car))) return false;
  if (!car.is_tcp && !same(first, octets, car.ip_size, car.ip_size + std::size_t{4})) return false;
  return (count_ > 1 || is_right(*packets_[0], car_)) && is_right(packet, car);
}

void Train::append(Packet& packet, const Car& car) noexcept {
  const auto payload = packet.size - car.header_size;
  packets_[count_++] = &packet;
  octets_ += static_cast<std::uint32_t>(payload);
  next_number_ += static_cast<std::uint32_t>(payload);
  car_.is_last = car.is_last;
  is_closed_ = car.is_last || payload < segment_size_;
}

void Train::finish() noexcept {
  if (count_ == 1) return;
  const auto datagram = packets_[0]->bytes();
  const bool is_ipv4 = car_.ip_size == ipv4_min_header;
  const auto upper_size = octets_ - car_.ip_size;
  if (is_ipv4) {
    set_ipv4_total_length(datagram, static_cast<std::uint16_t>(octets_));
  } else {
    set_ipv6_payload_length(datagram, static_cast<std::uint16_t>(upper_size));
  }
  const auto upper = datagram.subspan(car_.ip_size);
  if (car_.is_tcp && car_.is_last) upper[tcp_flags_at] |= std::byte{psh_flag};
  if (!car_.is_tcp) core::store_be(static_cast<std::uint16_t>(upper_size), upper, 4);
  set_pseudo_checksum(datagram, car_.ip_size, upper_size, protocol_of(car_));
  const auto tcp = is_ipv4 ? SegmentKind::tcp4 : SegmentKind::tcp6;
  header_ = {.flags = VirtioHeader::needs_checksum,
             .kind = std::to_underlying(car_.is_tcp ? tcp : SegmentKind::udp),
             .header_size = car_.header_size,
             .segment_size = segment_size_,
             .checksum_start = car_.ip_size,
             .checksum_at = static_cast<std::uint16_t>(checksum_place(protocol_of(car_)))};
}

auto Coalescer::look_at(const Packet& packet, Car& car) noexcept -> bool {
  const auto octets = core::View{packet.bytes()};
  PlainIp ip;
  if (!read_plain_ip(octets, ip) || ip.total != octets.size()) return false;
  car.ip_size = static_cast<std::uint8_t>(ip.header);
  car.is_tcp = ip.protocol == IpProtocol::tcp;
  if (!car.is_tcp && ip.protocol != IpProtocol::udp) return false;
  if (!(car.is_tcp ? look_at_tcp(octets, car) : look_at_udp(octets, car))) return false;
  car.flow = flow_of(octets, ip.header, ip.protocol);
  return true;
}

void Coalescer::open(Packet& packet, const Car* car) noexcept {
  trains_[order_[open_++]].begin(packet, car);
}

}  // namespace esplanade::net
