// Why selectors do not hold a packet, for people who ask.
#pragma once

#include "net/datagram.h"
#include "sa/sa_parameters.h"

namespace esplanade::policy {

/// What keeps a packet's end out of a list of selectors; of several the one that comes nearest
/// counts. Addresses are asked first, then the protocol, then ports.
enum class Obstacle : std::uint8_t { address, protocol, port, none };

struct Mismatch {
  Obstacle ours = Obstacle::none;
  Obstacle theirs = Obstacle::none;

  [[nodiscard]] constexpr auto is_match() const noexcept -> bool {
    return ours == Obstacle::none && theirs == Obstacle::none;
  }
};

/// As matches() of policy/match.h, with reasons.
[[nodiscard]] auto mismatch(const sa::Selectors& selectors, const net::Datagram& packet,
                            sa::Direction direction) noexcept -> Mismatch;

}  // namespace esplanade::policy
