#include "esp/seal.h"

#include "esp/encapsulate.h"
#include "esp/transform.h"
#include "ipsec/batch.h"

namespace esplanade::esp {
void seal(ipsec::OutboundSa& sa, std::span<net::Packet* const> batch, SealEnv env) noexcept {
  ipsec::seal_batch<Frames>(sa, batch, env.now, [&](net::Packet& packet) {
    const auto frame = encapsulate(sa, packet, env.random);
    if (frame) sa.count(frame->ciphertext(sa.suite.sizes).size());  // ARCH-4.4.2.1-05
    return frame;
  });
}

void seal_dummy(ipsec::OutboundSa& sa, net::Packet& packet, SealEnv env) noexcept {
  auto* const one = &packet;
  ipsec::seal_batch<Frames>(sa, {&one, 1}, env.now, [&](net::Packet& dummy) {
    const auto frame = encapsulate_dummy(sa, dummy, env.random);
    if (frame) sa.count(frame->ciphertext(sa.suite.sizes).size());
    return frame;
  });
}

}  // namespace esplanade::esp
