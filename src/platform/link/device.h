// An Ethernet device as a packet socket finds it: its index and address, the offloads that join
// frames, and the socket itself.
//
// Threads: pure calls of the system.   Allocates: no matter, they come at a start.
#pragma once

#include "net/ethernet.h"
#include "platform/system_error.h"
#include "platform/unique_fd.h"

namespace esplanade::platform {

struct Device {
  int index = 0;
  net::MacAddress mac;
};

/// Errors: no such device, or none of Ethernet.
[[nodiscard]] auto find_device(const std::string& name) -> SystemResult<Device>;

/// Turns off that the device joins several frames into one (GRO and LRO), for good. A device that
/// cannot, has nothing to turn off.
[[nodiscard]] auto stop_joining(const std::string& name) -> SystemResult<void>;

/// Which frames: what is sent to the device's own address the system has too.
enum class Seen : std::uint8_t { all, for_others };

/// Non-blocking; frames of every type that come in by the device, with what is left of offloads in
/// front (PACKET_VNET_HDR).
[[nodiscard]] auto open_packet_socket(int device_index, Seen seen, std::uint32_t mark)
    -> SystemResult<UniqueFd>;

}  // namespace esplanade::platform
