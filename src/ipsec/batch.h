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

/// prepare(inbound): its frame, or why it is dropped. finish(inbound, frame): the verdict, of one
/// that is authentic or not.
template <class Frames, class Prepare, class Finish>
void open_batch(InboundSa& sa, std::span<const Inbound> batch, core::Time now,
                const Prepare& prepare, const Finish& finish) noexcept {
  const bool was_over = sa.is_over(now);
  Frames frames;
  core::InplaceVector<const Inbound*, net::batch_max> opening;
  for (const auto& inbound : batch) {
    if (was_over) {
      inbound.packet->drop(net::Verdict::lifetime_over);
    } else if (const auto frame = prepare(inbound)) {
      frames.push_back(*frame);
      opening.push_back(&inbound);
    } else {
      inbound.packet->drop(frame.error());
    }
  }
  unprotect(sa.suite, sa.parameters.esn, frames.all());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    opening[i]->packet->verdict = finish(*opening[i], frames[i]);
  }
}

}  // namespace esplanade::ipsec
