#include "esp/seal.h"

#include "esp/encapsulate.h"
#include "esp/quick/stamp.h"
#include "esp/transform.h"
#include "ipsec/batch.h"

namespace esplanade::esp {
namespace {

using net::Verdict;

auto wrap(ipsec::OutboundSa& sa, net::Packet& packet, core::Random& random, Frame& frame) noexcept
    -> Verdict {
  if (stamp(sa, packet, random, frame)) return Verdict::pass;
  const auto made = encapsulate(sa, packet, random);
  if (!made) return made.error();
  frame = *made;
  return Verdict::pass;
}

/// For an SA that can be stamped, has a number for each packet, and ends within none of them.
void seal_stamped(ipsec::OutboundSa& sa, std::span<net::Packet* const> batch,
                  SealEnv env) noexcept {
  Frames frames;
  std::size_t octets = 0;
  for (auto* const packet : batch) {
    auto& frame = frames.emplace_back();
    if (const auto verdict = wrap(sa, *packet, env.random, frame); verdict != Verdict::pass) {
      packet->drop(verdict);
      frames.pop_back();
      continue;
    }
    octets += frame.ciphertext(sa.suite.sizes).size();
  }
  sa.count(frames.size(), octets);  // ARCH-4.4.2.1-05
  protect(sa.suite, sa.parameters.esn, frames.all());
}

}  // namespace

void seal(ipsec::OutboundSa& sa, std::span<net::Packet* const> batch, SealEnv env) noexcept {
  const bool goes_on =
      sa.sequences_left() >= batch.size() && !sa.may_end_within(batch.size(), env.now);
  if (goes_on && is_stampable(sa)) return seal_stamped(sa, batch, env);
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
