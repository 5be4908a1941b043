#include "esp/open.h"

#include "core/endian.h"
#include "esp/decapsulate.h"
#include "esp/nat_checksum.h"
#include "esp/quick/peel.h"
#include "esp/transform.h"
#include "ipsec/batch.h"

namespace esplanade::esp {
namespace {

using net::Verdict;

/// All that can be refused before cryptography is spent on it.
auto prepare(const ipsec::InboundSa& sa, const Inbound& inbound, Frame& frame) noexcept -> Verdict {
  const auto& sizes = sa.suite.sizes;
  const auto& place = inbound.place;
  if (place.is_in_udp() != sa.parameters.encapsulation.has_value()) return Verdict::wrong_endpoint;
  if (place.size < min_frame(sizes)) return Verdict::too_short;
  frame.octets = inbound.packet->bytes().subspan(place.offset, place.size);
  const auto text_size = place.size - header_size - sizes.iv - sizes.icv;
  if ((text_size & (sizes.align - 1U)) != 0) return Verdict::bad_alignment;
  return sa.expect(core::load_be<std::uint32_t>(frame.octets.subspan<4, 4>()), frame.seq);
}

/// `over_at`: when to ask whether the SA's life has ended; absent: it does not within this batch.
auto finish(ipsec::InboundSa& sa, const Inbound& inbound, const Frame& frame,
            std::optional<core::Time> over_at) noexcept -> Verdict {
  if (!frame.is_authentic) return Verdict::bad_icv;
  const auto plaintext = frame.ciphertext(sa.suite.sizes);
  const auto accepted = over_at ? sa.accept(frame.seq, plaintext.size(), *over_at)
                                : sa.accept(frame.seq, plaintext.size());
  if (accepted != Verdict::pass) return accepted;
  if (!sa.parameters.before_nat && peel(*inbound.packet, plaintext, sa.parameters)) {
    return Verdict::pass;
  }
  const auto payload = strip_trailer(plaintext);
  if (!payload) return payload.error();
  const auto verdict = decapsulate(*inbound.packet, inbound.place, *payload, sa.parameters);
  if (verdict == Verdict::pass && sa.parameters.before_nat) {
    mend_checksum(inbound.packet->bytes(), *sa.parameters.before_nat);
  }
  return verdict;
}

}  // namespace

void open(ipsec::InboundSa& sa, std::span<const Inbound> batch, core::Time now) noexcept {
  const auto over_at =
      sa.may_end_within(batch.size(), now) ? std::optional(now) : std::optional<core::Time>{};
  ipsec::open_batch<Frames>(
      sa, batch, now,
      [&](const Inbound& inbound, Frame& frame) { return prepare(sa, inbound, frame); },
      [&](const Inbound& inbound, const Frame& frame) {
        return finish(sa, inbound, frame, over_at);
      });
}

}  // namespace esplanade::esp
