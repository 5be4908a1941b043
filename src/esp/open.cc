#include "esp/open.h"

#include "core/endian.h"
#include "esp/decapsulate.h"
#include "esp/nat_checksum.h"
#include "esp/transform.h"
#include "ipsec/batch.h"

namespace esplanade::esp {
namespace {

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
  frame.seq = TRY(sa.expect(core::load_be<std::uint32_t>(octets, 4)));
  return frame;
}

auto finish(ipsec::InboundSa& sa, const Inbound& inbound, const Frame& frame,
            core::Time now) noexcept -> Verdict {
  if (!frame.is_authentic) return Verdict::bad_icv;
  const auto plaintext = frame.ciphertext(sa.suite.sizes);
  const auto accepted = sa.accept(frame.seq, plaintext.size(), now);
  if (accepted != Verdict::pass) return accepted;
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
  ipsec::open_batch<Frames>(
      sa, batch, now, [&](const Inbound& inbound) { return prepare(sa, inbound); },
      [&](const Inbound& inbound, const Frame& frame) { return finish(sa, inbound, frame, now); });
}

}  // namespace esplanade::esp
