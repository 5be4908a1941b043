// Traffic selectors as sets of packets: a box of addresses, protocols and ports.
//
// Ports count from 0 to 65535, and one more stands for a packet that shows none: OPAQUE is that one
// alone, ANY is all, and any other range has no part of it (RFC 4301, 4.4.1.1).
#pragma once

#include "ike/negotiate/selectors.h"

#include <compare>
#include <optional>

namespace esplanade::ike::negotiate {

inline constexpr sa::PortRange opaque{.first = 65535, .last = 0};

/// The packets both speak of.
[[nodiscard]] auto common_part(const sa::TrafficSelector& a, const sa::TrafficSelector& b)
    -> std::optional<sa::TrafficSelector>;
[[nodiscard]] auto overlaps(const sa::TrafficSelector& a, const sa::TrafficSelector& b) -> bool;
[[nodiscard]] auto contains(const sa::TrafficSelector& outer, const sa::TrafficSelector& inner)
    -> bool;
/// Is every packet of `inner` one of `outer`'s, perhaps of several of them together?
[[nodiscard]] auto is_covered(const sa::TrafficSelector& inner, const Selectors& outer) -> bool;

}  // namespace esplanade::ike::negotiate
