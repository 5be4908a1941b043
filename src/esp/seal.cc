#include "esp/seal.h"

#include "esp/encapsulate.h"
#include "esp/transform.h"

namespace esplanade::esp {
namespace {

/// Asks about the lifetime for each packet, because a limit may lie within the batch.
auto prepare(ipsec::OutboundSa& sa, net::Packet& packet, SealEnv env) noexcept
    -> std::expected<Frame, net::Verdict> {
  if (sa.is_over(env.now)) return std::unexpected(net::Verdict::lifetime_over);
  const auto frame = TRY(encapsulate(sa, packet, env.random));
  sa.usage.packets.add(1);
  sa.usage.octets.add(frame.ciphertext(sa.suite.sizes).size());  // ARCH-4.4.2.1-05
  return frame;
}

}  // namespace

void seal(ipsec::OutboundSa& sa, std::span<net::Packet* const> batch, SealEnv env) noexcept {
  Frames frames;
  for (auto* packet : batch) {
    if (const auto frame = prepare(sa, *packet, env)) {
      frames.push_back(*frame);
    } else {
      packet->drop(frame.error());
    }
  }
  protect(sa.suite, sa.parameters.esn, frames.all());
}

}  // namespace esplanade::esp
