// AH packets on their way between two SAs.
#pragma once

#include "ah/open.h"
#include "ah/seal.h"
#include "tests/support/place.h"
#include "tests/support/random.h"
#include "tests/support/sas.h"
#include "tests/support/slot.h"

namespace esplanade::test {

[[nodiscard]] inline auto ah_place(View datagram) -> ipsec::Place {
  return place_of(datagram, {51});
}

[[nodiscard]] inline auto ah_seal(ipsec::OutboundSa& sa, View datagram) -> Outcome {
  SeededRandom random(1);
  Slot slot(datagram);
  auto* const packet = &slot.packet;
  ah::seal(sa, {&packet, 1}, {.now = {}, .random = random});
  return {slot.packet.verdict, slot.bytes()};
}
/// The outer datagram, or nothing where it was refused.
[[nodiscard]] inline auto ah_sealed(ipsec::OutboundSa& sa, View datagram) -> Bytes {
  auto [verdict, bytes] = ah_seal(sa, datagram);
  return verdict == net::Verdict::pass ? bytes : Bytes{};
}
[[nodiscard]] inline auto ah_opened(ipsec::InboundSa& sa, View datagram) -> Outcome {
  Slot slot(datagram);
  const ipsec::Inbound inbound{&slot.packet, ah_place(slot.packet.bytes())};
  ah::open(sa, {&inbound, 1}, {});
  return {slot.packet.verdict, slot.bytes()};
}

}  // namespace esplanade::test
