#include "esp/open.h"

#include "core/endian.h"
#include "esp/decapsulate.h"
#include "esp/nat_checksum.h"
#include "esp/transform.h"

namespace esplanade::esp {
namespace {

using ipsec::verdict_of;
using net::Verdict;

/// All that can be refused before cryptography is spent on it.
auto prepare(const ipsec::InboundSa& sa, const Inbound& inbound) noexcept
    -> std::expected<Frame, Verdict> {
  const auto sizes = sa.suite.sizes;
  const auto octets = inbound.packet->bytes().subspan(inbound.place.offset, inbound.place.size);
  if (inbound.place.is_in_udp() != sa.parameters.encapsulation.has_value()) {
    return std::unexpected(Verdict::wrong_endpoint);
  }
  if (octets.size() < min_frame(sizes)) return std::unexpected(Verdict::too_short);
  auto frame = Frame{.octets = octets, .seq = {}};
  if (frame.ciphertext(sizes).size() % sizes.align != 0) {
    return std::unexpected(Verdict::bad_alignment);
  }
  const auto seq = sa.infer(core::load_be<std::uint32_t>(octets, 4));
  if (!seq) return std::unexpected(Verdict::replay_too_old);
  if (auto fresh = sa.check(*seq); !fresh) return std::unexpected(verdict_of(fresh.error()));
  frame.seq = *seq;
  return frame;
}

auto finish(ipsec::InboundSa& sa, const Inbound& inbound, const Frame& frame,
            core::Time now) noexcept -> Verdict {
  if (!frame.is_authentic) return Verdict::bad_icv;
  if (sa.is_over(now)) return Verdict::lifetime_over;  // reached within the batch
  if (auto fresh = sa.commit(frame.seq); !fresh) return verdict_of(fresh.error());
  const auto plaintext = frame.ciphertext(sa.suite.sizes);
  sa.usage.packets.add(1);
  sa.usage.octets.add(plaintext.size());
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
  const bool was_over = sa.is_over(now);
  Frames frames;
  core::InplaceVector<const Inbound*, net::batch_max> opening;
  for (const auto& inbound : batch) {
    const auto frame = was_over ? std::unexpected(Verdict::lifetime_over) : prepare(sa, inbound);
    if (!frame) {
      inbound.packet->drop(frame.error());
      continue;
    }
    frames.push_back(*frame);
    opening.push_back(&inbound);
  }

  unprotect(sa.suite, sa.parameters.esn, frames.all());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    opening[i]->packet->verdict = finish(sa, *opening[i], frames[i], now);
  }
}

}  // namespace esplanade::esp
