// Selectors as boxes: one range an axis. The kernel's sets of concatenated ranges take boxes, but
// none that overlap, so boxes come in layers.
//
// Threads: pure functions.
#pragma once

#include "sa/selector.h"

#include <vector>

namespace esplanade::platform {

/// The axes that a packet is looked up by.
enum class Shape : std::uint8_t {
  addresses,
  protocol,  ///< and the protocol
  ports,     ///< and both ports
  type,      ///< and ICMP's type and code, which is `ours_ports`
};

struct Box {
  Shape shape = Shape::addresses;
  net::Range ours, theirs;
  iana::IpProtocol protocol{};  ///< of all shapes but `addresses`
  sa::PortRange ours_ports, theirs_ports;

  [[nodiscard]] auto family() const noexcept -> net::Family { return ours.family(); }
  auto operator==(const Box&) const -> bool = default;
};

/// Together they hold the packets that `selectors` match and no others, but for types of mobility
/// headers, which are not told apart.
[[nodiscard]] auto boxes_of(const sa::Selectors& selectors) -> std::vector<Box>;

/// Boxes of one shape and family, parted so that those of a layer are apart; what lies in another
/// is left out. Where nothing overlaps, which is usual, that is one layer.
[[nodiscard]] auto layers_of(std::vector<Box> boxes) -> std::vector<std::vector<Box>>;

}  // namespace esplanade::platform
