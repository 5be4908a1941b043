#include "platform/tun.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>

#include "platform/netlink/links.h"

namespace esplanade::platform {
namespace {

auto configure(unsigned index, std::uint16_t mtu) -> SystemResult<void> {
  auto netlink = TRY(Netlink::open());
  TRY(disable_address_generation(netlink, index));
  TRY(set_mtu(netlink, index, mtu));
  return set_link_up(netlink, index);
}

// Of Linux 6.2, and so not in all headers.
constexpr unsigned segments_udp4 = 0x20, segments_udp6 = 0x40;
constexpr unsigned for_tcp = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6;

/// As much of `wanted` as the system has.
auto set_offloads(const UniqueFd& fd, Offloads wanted) noexcept -> Offloads {
  const auto takes = [&](unsigned long flags) {
    return ::ioctl(fd.number(), TUNSETOFFLOAD, flags) == 0;
  };
  const bool wants_udp = wanted == Offloads::tcp_and_udp;
  if (wants_udp && takes(for_tcp | segments_udp4 | segments_udp6)) return wanted;
  if (wanted != Offloads::none && takes(for_tcp)) return Offloads::tcp;
  return Offloads::none;
}

/// The longest there is, behind its header.
constexpr std::size_t buffer_size = net::virtio_header_size + 65536;

}  // namespace

Tun::Tun(UniqueFd fd, std::string name, unsigned index, Offloads offloads) noexcept
    : fd_(std::move(fd)),
      name_(std::move(name)),
      index_(index),
      offloads_(offloads),
      buffer_(buffer_size) {}

auto Tun::open(const std::string& pattern, std::uint16_t mtu, Offloads wanted)
    -> SystemResult<std::unique_ptr<Tun>> {
  ifreq request{};
  if (pattern.empty() || pattern.size() >= sizeof request.ifr_name) {
    return system_failure("make a TUN device named \"" + pattern + "\"", ENAMETOOLONG);
  }
  pattern.copy(request.ifr_name, pattern.size());
  request.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR;

  UniqueFd fd{::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC)};
  if (!fd.is_open()) return system_failure("open /dev/net/tun");
  if (::ioctl(fd.number(), TUNSETIFF, &request) < 0) {
    return system_failure("make the TUN device " + pattern);
  }
  const std::string name = request.ifr_name;
  const auto index = ::if_nametoindex(name.c_str());
  if (index == 0) return system_failure("find the TUN device " + name);
  if (auto done = configure(index, mtu); !done) {
    return system_failure("set up " + name + ": " + done.error().what, done.error().number);
  }
  const auto offloads = set_offloads(fd, wanted);
  return std::unique_ptr<Tun>(new Tun(std::move(fd), name, index, offloads));
}

auto Tun::read(std::span<net::Packet> into) noexcept -> std::size_t {
  std::size_t count = 0;
  while (count < into.size()) {
    auto& packet = into[count];
    if (!segmenter_.is_done()) {
      const auto room = packet.reset();
      packet.size = static_cast<std::uint16_t>(segmenter_.next(room));
      if (packet.size == 0) packet.drop(net::Verdict::no_room);
    } else if (read_one()) {
      take_from_super(packet);
    } else {
      break;
    }
    ++count;
  }
  return count;
}

auto Tun::read_one() noexcept -> bool {
  const auto got = ::read(fd_.number(), buffer_.data(), buffer_.size());
  if (got < 0) is_gone_ = errno == EBADFD;
  if (got < static_cast<ssize_t>(net::virtio_header_size)) return false;
  const auto octets = core::MutableView(buffer_).first(static_cast<std::size_t>(got));
  header_ = net::VirtioHeader::load(octets.first<net::virtio_header_size>());
  super_ = octets.subspan(net::virtio_header_size);
  return true;
}

void Tun::take_from_super(net::Packet& packet) noexcept {
  const auto room = packet.reset();
  const auto taken = super_.first(std::min(super_.size(), room.size()));
  if (header_.kind != 0) {
    if (auto segmenter = net::Segmenter::of(super_, header_)) {
      segmenter_ = *segmenter;
      packet.size = static_cast<std::uint16_t>(segmenter_.next(room));
      if (packet.size == 0) packet.drop(net::Verdict::no_room);
      return;
    }
    packet.drop(net::Verdict::malformed);
  } else if (taken.size() < super_.size()) {
    packet.drop(net::Verdict::no_room);
  } else if ((header_.flags & net::VirtioHeader::needs_checksum) != 0 &&
             !net::complete_checksum(super_, header_)) {
    packet.drop(net::Verdict::malformed);
  }
  core::copy(taken, room);
  packet.size = static_cast<std::uint16_t>(taken.size());
}

void Tun::write(std::span<net::Packet> packets) noexcept {
  if (offloads_ == Offloads::none) {
    net::Train alone;
    for (auto& packet : packets) {
      if (packet.passes()) write(alone.of(packet));
    }
    return;
  }
  coalescer_.for_each(packets, [this](const net::Train& train) { write(train); });
}

void Tun::write(const net::Train& train) noexcept {
  std::array<std::byte, net::virtio_header_size> header;
  train.header().store(header);
  std::array<iovec, net::batch_max + 1> pieces;
  const auto packets = train.packets();
  pieces[0] = {header.data(), header.size()};
  pieces[1] = {packets[0]->bytes().data(), packets[0]->size};
  for (std::size_t i = 1; i < packets.size(); ++i) {
    const auto payload = train.payload_of(*packets[i]);
    pieces[i + 1] = {const_cast<std::byte*>(payload.data()), payload.size()};  // only read
  }
  if (::writev(fd_.number(), pieces.data(), static_cast<int>(packets.size() + 1)) >= 0) return;
  for (auto* const packet : packets) packet->drop(net::Verdict::send_failed);
}

}  // namespace esplanade::platform
