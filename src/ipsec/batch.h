// What ESP and AH do alike with a batch of one SA: each packet is prepared or dropped, cryptography
// runs once over all that are left, and each gets its verdict.
//
// `Frames` are those of the protocol; its protect() and unprotect() are found beside them.
//
// Threads: the SA's worker.   Allocates: never.
#pragma once

#include "core/inplace_vector.h"
#include "ipsec/inbound.h"
#include "ipsec/inbound_sa.h"
#include "ipsec/outbound_sa.h"

namespace esplanade::ipsec {

/// prepare(packet): its frame, or why it is dropped. Asked about the lifetime before each packet,
/// because a limit may lie within the batch.
template <class Frames, class Prepare>
void seal_batch(OutboundSa& sa, std::span<net::Packet* const> batch, core::Time now,
                const Prepare& prepare) noexcept {
  Frames frames;
  for (auto* const packet : batch) {
    if (sa.is_over(now)) {
      packet->drop(net::Verdict::lifetime_over);
    } else if (const auto frame = prepare(*packet)) {
      frames.push_back(*frame);
    } else {
      packet->drop(frame.error());
    }
  }
  protect(sa.suite, sa.parameters.esn, frames.all());
}

/// unprotect(), and a frame that is not authentic is tried again with higher values of its number's
/// high half (RFC 4303, A3.2). Its packet, `first`, is what is left of the first frame: opening is
/// done in place and an AEAD wipes what failed, so each try begins with a copy (ESP-A3-02).
///
/// Out of line, for the sake of the stack of the road's usual way.
template <class Frames>
[[gnu::noinline]] void unprotect_in_any_subspace(InboundSa& sa, net::Packet& first,
                                                 Frames& frames) noexcept {
  union Copy {
    Copy() noexcept {}  // only as much is touched as the packet is long
    std::array<std::byte, 65536> octets;
  } copy;
  const auto octets = first.bytes();
  const auto original = std::span(copy.octets).first(octets.size());
  core::copy(octets, original);
  sa.resync.begin();
  unprotect(sa.suite, sa.parameters.esn, frames.all());
  auto& frame = frames[0];
  for (unsigned i = 0; i < Resync::tries && !frame.is_authentic; ++i) {
    core::copy(original, octets);
    frame.seq = one_subspace_on(frame.seq);
    unprotect(sa.suite, sa.parameters.esn, frames.all().first(1));
  }
}

/// prepare(inbound, frame) fills a frame and answers pass, or why the packet is dropped.
/// finish(inbound, frame): the verdict, of one that is authentic or not.
template <class Frames, class Prepare, class Finish>
void open_batch(InboundSa& sa, std::span<const Inbound> batch, core::Time now,
                const Prepare& prepare, const Finish& finish) noexcept {
  const bool was_over = sa.is_over(now);
  Frames frames;
  core::InplaceVector<const Inbound*, net::batch_max> opening;
  for (const auto& inbound : batch) {
    const auto verdict =
        was_over ? net::Verdict::lifetime_over : prepare(inbound, frames.emplace_back());
    if (verdict == net::Verdict::pass) {
      opening.push_back(&inbound);
      continue;
    }
    if (!was_over) frames.pop_back();
    inbound.packet->drop(verdict);
  }
  if (sa.is_resync_due() && frames.size() != 0) [[unlikely]] {
    unprotect_in_any_subspace(sa, *opening[0]->packet, frames);
  } else {
    unprotect(sa.suite, sa.parameters.esn, frames.all());
  }
  for (std::size_t i = 0; i < frames.size(); ++i) {
    sa.resync.count(frames[i].is_authentic);
    opening[i]->packet->verdict = finish(*opening[i], frames[i]);
  }
}

}  // namespace esplanade::ipsec
