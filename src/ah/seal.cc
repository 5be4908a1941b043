#include "ah/seal.h"

#include "ah/encapsulate.h"
#include "ah/transform.h"
#include "ipsec/batch.h"

namespace esplanade::ah {
void seal(ipsec::OutboundSa& sa, std::span<net::Packet* const> batch, ipsec::SealEnv env) noexcept {
  ipsec::seal_batch<Frames>(sa, batch, env.now, [&](net::Packet& packet) {
    const auto frame = encapsulate(sa, packet);
    if (frame) sa.count(frame->datagram.size());
    return frame;
  });
}

}  // namespace esplanade::ah
