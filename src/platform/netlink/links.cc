#include "platform/netlink/links.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

namespace esplanade::platform {
namespace {

auto change_of(unsigned index) -> NetlinkMessage {
  NetlinkMessage message{RTM_NEWLINK, 0};
  message.header<ifinfomsg>().ifi_index = static_cast<int>(index);
  return message;
}

}  // namespace

auto disable_address_generation(Netlink& netlink, unsigned index) -> SystemResult<void> {
  auto message = change_of(index);
  auto* families = message.begin_nest(IFLA_AF_SPEC);
  auto* ipv6 = message.begin_nest(AF_INET6);
  message.put(IFLA_INET6_ADDR_GEN_MODE, std::uint8_t{IN6_ADDR_GEN_MODE_NONE});
  message.end_nest(ipv6);
  message.end_nest(families);
  auto done = netlink.perform(message, "turn off IPv6 address generation");
  if (!done && done.error().number == EAFNOSUPPORT) return {};
  return done;
}

auto set_mtu(Netlink& netlink, unsigned index, std::uint16_t mtu) -> SystemResult<void> {
  auto message = change_of(index);
  message.put(IFLA_MTU, std::uint32_t{mtu});
  return netlink.perform(message, "set the MTU to " + std::to_string(mtu));
}

auto set_link_up(Netlink& netlink, unsigned index) -> SystemResult<void> {
  NetlinkMessage message{RTM_NEWLINK, 0};
  auto& header = message.header<ifinfomsg>();
  header.ifi_index = static_cast<int>(index);
  header.ifi_flags = IFF_UP;
  header.ifi_change = IFF_UP | IFF_MULTICAST;
  return netlink.perform(message, "bring the link up");
}

}  // namespace esplanade::platform
