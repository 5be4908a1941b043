// Traffic selectors: ours made concrete, theirs narrowed (RFC 7296, 2.9).
//
// Ports: OPAQUE is first 65535, last 0 (RFC 7296, 3.13.1); ICMP type and code stand in the ports.
#pragma once

#include "ike/negotiate/voices.h"
#include "policy/connection.h"
#include "sa/selector.h"

#include <expected>
#include <string>
#include <vector>

namespace esplanade::ike::negotiate {

using Selectors = std::vector<sa::TrafficSelector>;

/// A payload counts them in one octet (RFC 7296, 3.13).
inline constexpr std::size_t most_selectors = 255;

/// `dynamic` becomes `own`, the end's address.
[[nodiscard]] auto concrete(const std::vector<policy::SelectorTemplate>& templates,
                            const net::Address& own) -> Selectors;

/// The part of `offered` inside `allowed`; empty if they have nothing in common. Ranges that are
/// part of others are left out, and what would be more than `most_selectors`.
[[nodiscard]] auto intersect(const Selectors& offered, const Selectors& allowed) -> Selectors;
/// Is every packet of `inner` one of `outer`'s?
[[nodiscard]] auto is_subset(const Selectors& inner, const Selectors& outer) -> bool;

/// Has every selector with ports a protocol they are of (RFC 4301, 7.2)?
[[nodiscard]] auto are_ports_of_protocols(const Selectors& selectors) -> bool;

struct Offer {
  Selectors ts_i, ts_r;
};

struct Narrowed {
  Selectors ts_i, ts_r;
  bool is_whole = true;  ///< nothing of the offer was left out
};

/// Why nothing was left.
struct SelectorMismatch {
  Offer offered, allowed;
  bool ts_i_fits = false, ts_r_fits = false;
  /// "they ask for 10.3.0.0/16 on their side, we allow 10.1.0.0/16 there".
  [[nodiscard]] auto to_sentence(const Voices& voices = {}) const -> std::string;
};

/// The responder's answer: the largest acceptable part of both sides, with families that occur on
/// both; the first pair of the offer, if acceptable, stays in (IKE2-2.9-04). What has a family on
/// one side only is left out, and so are ports without a protocol.
[[nodiscard]] auto narrow(const Offer& offered, const Offer& allowed)
    -> std::expected<Narrowed, SelectorMismatch>;

/// "10.1.0.0/16[tcp/80] 10.2.0.0/16": for logs.
[[nodiscard]] auto to_text(const Selectors& selectors) -> std::string;

}  // namespace esplanade::ike::negotiate
