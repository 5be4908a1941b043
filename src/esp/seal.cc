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

}  // namespace esplanade::esp
