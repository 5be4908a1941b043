#include "esp/seal.h"

#include "esp/encapsulate.h"
#include "esp/transform.h"

namespace esplanade::esp {
namespace {

void drop_all(std::span<net::Packet* const> batch, net::Verdict why) noexcept {
  for (auto* packet : batch) packet->drop(why);
}

/// Octets the cipher was given (ARCH-4.4.2.1-05).
void count_usage(ipsec::OutboundSa& sa, std::span<const Frame> frames) noexcept {
  std::uint64_t octets = 0;
  for (const auto& frame : frames) octets += frame.ciphertext(sa.suite.sizes).size();
  sa.usage.packets.add(frames.size());
  sa.usage.octets.add(octets);
}

}  // namespace

void seal(ipsec::OutboundSa& sa, std::span<net::Packet* const> batch, SealEnv env) noexcept {
  if (sa.lifetime.stage(sa.usage, env.now) == ipsec::LifetimeStage::hard) {
    drop_all(batch, net::Verdict::lifetime_over);
    return;
  }
  Frames frames;
  for (auto* packet : batch) {
    if (const auto frame = encapsulate(sa, *packet, env.random)) {
      frames.add(*frame);
    } else {
      packet->drop(frame.error());
    }
  }
  protect(sa.suite, sa.parameters.esn, frames.all());
  count_usage(sa, frames.all());
}

}  // namespace esplanade::esp
