// Settings of a network interface, by netlink; `index` as in `ip link`.
#pragma once

#include "platform/netlink/netlink.h"

namespace esplanade::platform {

/// No link-local address of the kernel's making. Must come before the link is up. No error where
/// the kernel has no IPv6.
[[nodiscard]] auto disable_address_generation(Netlink& netlink, unsigned index)
    -> SystemResult<void>;

[[nodiscard]] auto set_mtu(Netlink& netlink, unsigned index, std::uint16_t mtu)
    -> SystemResult<void>;

/// Up, and without multicast of the kernel's own: no reports of groups are sent into it.
[[nodiscard]] auto set_link_up(Netlink& netlink, unsigned index) -> SystemResult<void>;

}  // namespace esplanade::platform
