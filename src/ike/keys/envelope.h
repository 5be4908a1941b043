// SK and SKF payloads: closing what we send and opening what came (RFC 7296, 3.14; RFC 5282;
// RFC 7383, 2.5).
//
//   const auto message = seal(header, payloads, {provider, suite, keys.i, counter}, random);
//   auto inner = TRY(open(datagram, sk.body, suite, keys.r, provider));
//
// Key objects are made for each message, so that an idle IKE SA holds no more than its keys.
// Errors: not_authentic; bad_length (no whole blocks, padding longer than the text).
#pragma once

#include "core/random.h"
#include "ike/keys/suite.h"
#include "ike/wire/message.h"

namespace esplanade::ike::keys {

/// One direction of an IKE SA.
struct Protection {
  crypto::Provider& provider;
  const IkeSuite& suite;
  const HalfKeys& keys;
  /// Counts the messages of this direction: IVs of counter modes never repeat.
  std::uint64_t& counter;
};

/// The whole message with one SK payload; next payload and length are filled in.
[[nodiscard]] auto seal(wire::Header header, const wire::Payloads& payloads,
                        const Protection& protection, core::Random& random) -> core::Bytes;

/// As seal() where the message fits into `largest` octets, else as fragments of at most that size
/// each (RFC 7383, 2.5.1 and 2.5.2). `largest` leaves room for some text, else a bug.
[[nodiscard]] auto seal_in_fragments(wire::Header header, const wire::Payloads& payloads,
                                     const Protection& protection, core::Random& random,
                                     std::size_t largest) -> std::vector<core::Bytes>;

/// What `datagram`, a whole message that ends in `body` (SK or SKF), held.
[[nodiscard]] auto open(core::View datagram, core::View body, const IkeSuite& suite,
                        const HalfKeys& keys, crypto::Provider& provider)
    -> core::Result<core::Bytes>;

}  // namespace esplanade::ike::keys
