#include "platform/link/device.h"

#include <arpa/inet.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/if_ether.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cstring>

#include "platform/sockets.h"

namespace esplanade::platform {
namespace {

auto request_for(const std::string& name) -> SystemResult<ifreq> {
  ifreq request{};
  if (name.empty() || name.size() >= sizeof request.ifr_name) {
    return system_failure("find a device named \"" + name + "\"", ENAMETOOLONG);
  }
  name.copy(request.ifr_name, name.size());
  return request;
}

/// For questions about devices any socket does.
auto open_any() -> SystemResult<UniqueFd> {
  UniqueFd socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  if (!socket.is_open()) return system_failure("open a socket");
  return socket;
}

auto set_offload(const UniqueFd& socket, ifreq request, ethtool_value value) -> SystemResult<void> {
  request.ifr_data = reinterpret_cast<char*>(&value);
  if (::ioctl(socket.number(), SIOCETHTOOL, &request) == 0) return {};
  if (errno == EOPNOTSUPP || errno == EINVAL) return {};
  return system_failure(std::string("turn off what joins frames on ") + request.ifr_name);
}

auto leave_to_system(const UniqueFd& socket) -> SystemResult<void> {
  constexpr auto type_of_packet = static_cast<__u32>(SKF_AD_OFF + SKF_AD_PKTTYPE);
  std::array<sock_filter, 4> steps{{{BPF_LD | BPF_B | BPF_ABS, 0, 0, type_of_packet},
                                    {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, PACKET_HOST},
                                    {BPF_RET | BPF_K, 0, 0, 0},
                                    {BPF_RET | BPF_K, 0, 0, 0xffffffff}}};
  const sock_fprog program{steps.size(), steps.data()};
  return set_bytes(socket, {SOL_SOCKET, SO_ATTACH_FILTER, "leave frames to the system"}, program);
}

auto prepare(const UniqueFd& socket, int device_index, std::uint32_t mark) -> SystemResult<void> {
  TRY(set(socket, {SOL_SOCKET, SO_MARK, static_cast<int>(mark), "mark frames"}));
  TRY(set(socket, {SOL_PACKET, PACKET_VNET_HDR, 1, "ask what offloads have left open"}));
  TRY(set(socket, {SOL_PACKET, PACKET_AUXDATA, 1, "ask for tags of VLANs"}));
  TRY(set(socket, {SOL_PACKET, PACKET_IGNORE_OUTGOING, 1, "leave out frames of our own"}));
  constexpr int large = 8 << 20;
  (void)::setsockopt(socket.number(), SOL_SOCKET, SO_RCVBUFFORCE, &large, sizeof large);
  packet_mreq promiscuous{};
  promiscuous.mr_ifindex = device_index;
  promiscuous.mr_type = PACKET_MR_PROMISC;
  return set_bytes(socket, {SOL_PACKET, PACKET_ADD_MEMBERSHIP, "see frames for others"},
                   promiscuous);
}

}  // namespace

auto find_device(const std::string& name) -> SystemResult<Device> {
  const auto socket = TRY(open_any());
  auto request = TRY(request_for(name));
  if (::ioctl(socket.number(), SIOCGIFINDEX, &request) < 0) {
    return system_failure("find the device " + name);
  }
  Device device{.index = request.ifr_ifindex, .mac = {}};
  if (::ioctl(socket.number(), SIOCGIFHWADDR, &request) < 0) {
    return system_failure("find the address of the device " + name);
  }
  if (request.ifr_hwaddr.sa_family != ARPHRD_ETHER) {
    return system_failure("use " + name + " as a port of the gateway: it is no Ethernet device", 0);
  }
  std::memcpy(device.mac.octets.data(), request.ifr_hwaddr.sa_data, device.mac.octets.size());
  return device;
}

auto stop_joining(const std::string& name) -> SystemResult<void> {
  const auto socket = TRY(open_any());
  const auto request = TRY(request_for(name));
  TRY(set_offload(socket, request, {.cmd = ETHTOOL_SGRO, .data = 0}));
  ethtool_value flags{.cmd = ETHTOOL_GFLAGS, .data = 0};
  auto question = request;
  question.ifr_data = reinterpret_cast<char*>(&flags);
  if (::ioctl(socket.number(), SIOCETHTOOL, &question) < 0) return {};
  if ((flags.data & ETH_FLAG_LRO) == 0) return {};
  return set_offload(socket, request,
                     {.cmd = ETHTOOL_SFLAGS, .data = flags.data & ~__u32{ETH_FLAG_LRO}});
}

auto open_packet_socket(int device_index, Seen seen, std::uint32_t mark) -> SystemResult<UniqueFd> {
  // No type yet, so that nothing of another device is received before it is bound.
  UniqueFd socket{::socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!socket.is_open()) return system_failure("open a packet socket");
  TRY(prepare(socket, device_index, mark));
  if (seen == Seen::for_others) TRY(leave_to_system(socket));
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = device_index;
  if (::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return system_failure("bind a packet socket to its device");
  }
  return socket;
}

}  // namespace esplanade::platform
