#include "platform/tun.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "platform/netlink/links.h"

namespace esplanade::platform {
namespace {

auto configure(unsigned index, std::uint16_t mtu) -> SystemResult<void> {
  auto netlink = TRY(Netlink::open());
  TRY(disable_address_generation(netlink, index));
  TRY(set_mtu(netlink, index, mtu));
  return set_link_up(netlink, index);
}

}  // namespace

Tun::Tun(UniqueFd fd, std::string name, unsigned index) noexcept
    : fd_(std::move(fd)), name_(std::move(name)), index_(index) {}

auto Tun::open(const std::string& pattern, std::uint16_t mtu)
    -> SystemResult<std::unique_ptr<Tun>> {
  ifreq request{};
  if (pattern.empty() || pattern.size() >= sizeof request.ifr_name) {
    return system_failure("make a TUN device named \"" + pattern + "\"", ENAMETOOLONG);
  }
  pattern.copy(request.ifr_name, pattern.size());
  request.ifr_flags = IFF_TUN | IFF_NO_PI;

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
  return std::unique_ptr<Tun>(new Tun(std::move(fd), name, index));
}

auto Tun::read(std::span<net::Packet> into) noexcept -> std::size_t {
  std::size_t count = 0;
  for (auto& packet : into) {
    const auto room = packet.reset();
    const auto got = ::read(fd_.number(), room.data(), room.size());
    if (got < 0) is_gone_ = errno == EBADFD;
    if (got <= 0) break;
    packet.size = static_cast<std::uint16_t>(got);
    if (packet.size == room.size()) packet.drop(net::Verdict::no_room);
    ++count;
  }
  return count;
}

void Tun::write(std::span<net::Packet> packets) noexcept {
  for (auto& packet : packets) {
    if (!packet.passes()) continue;
    const auto octets = packet.bytes();
    if (::write(fd_.number(), octets.data(), octets.size()) < 0) {
      packet.drop(net::Verdict::send_failed);
    }
  }
}

}  // namespace esplanade::platform
