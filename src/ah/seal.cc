#include "ah/seal.h"

#include "ah/encapsulate.h"
#include "ah/transform.h"

namespace esplanade::ah {
namespace {

/// Asks about the lifetime for each packet, because a limit may lie within the batch.
auto prepare(ipsec::OutboundSa& sa, net::Packet& packet, core::Time now) noexcept
    -> std::expected<Frame, net::Verdict> {
  if (sa.is_over(now)) return std::unexpected(net::Verdict::lifetime_over);
  const auto frame = TRY(encapsulate(sa, packet));
  sa.usage.packets.add(1);
  sa.usage.octets.add(frame.datagram.size());
  return frame;
}

}  // namespace

void seal(ipsec::OutboundSa& sa, std::span<net::Packet* const> batch, ipsec::SealEnv env) noexcept {
  Frames frames;
  for (auto* packet : batch) {
    if (const auto frame = prepare(sa, *packet, env.now)) {
      frames.push_back(*frame);
    } else {
      packet->drop(frame.error());
    }
  }
  protect(sa.suite, sa.parameters.esn, frames.all());
}

}  // namespace esplanade::ah
