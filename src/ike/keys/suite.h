// The algorithms of one IKE SA, and the keys they work with (RFC 7296, 2.13 to 2.18).
//
// Errors: unsupported (an algorithm the provider lacks).   Allocates: key objects.
#pragma once

#include "crypto/provider.h"
#include "ike/wire/header.h"
#include "sa/esp_algorithms.h"
#include "sa/proposal.h"
#include "sa/sa_parameters.h"

namespace esplanade::ike::keys {

struct IkeSuite {
  iana::EncryptionId encryption{};
  std::uint16_t key_bits = 0;
  iana::IntegrityId integrity = iana::IntegrityId::none;
  iana::PrfId prf{};
  iana::KeyExchangeId method{};
  auto operator==(const IkeSuite&) const -> bool = default;
};

/// From a proposal with one transform of each type. Errors: bad_value, unsupported.
[[nodiscard]] auto ike_suite_of(const sa::Proposal& chosen) -> core::Result<IkeSuite>;

/// Of a chosen ESP proposal.
struct ChildSuite {
  sa::Protocol protocol = sa::Protocol::esp;
  sa::EspAlgorithms algorithms;
  sa::Esn esn = sa::Esn::no;
  iana::KeyExchangeId method = iana::KeyExchangeId::none;  ///< PFS
};
[[nodiscard]] constexpr auto iana_protocol(sa::Protocol protocol) noexcept
    -> iana::SecurityProtocol {
  return protocol == sa::Protocol::ah ? iana::SecurityProtocol::ah : iana::SecurityProtocol::esp;
}
[[nodiscard]] auto child_suite_of(const sa::Proposal& chosen) -> core::Result<ChildSuite>;

/// Keys of one direction of an IKE SA.
struct HalfKeys {
  core::Secret<36> sk_e;  ///< with salt where the algorithm has one (RFC 5282, 7.1)
  core::Secret<64> sk_a;  ///< empty for an AEAD
  core::Secret<64> sk_p;
};

struct IkeKeys {
  core::Secret<64> sk_d;
  HalfKeys i, r;
};

struct Nonces {
  core::View ni, nr;
};

/// SKEYSEED of a new IKE SA and all that follows from it (RFC 7296, 2.14).
[[nodiscard]] auto derive_ike_keys(crypto::Provider& provider, const IkeSuite& suite,
                                   const Nonces& nonces, const IkeSpis& spis, core::View shared)
    -> core::Result<IkeKeys>;

/// What a rekeyed IKE SA inherits: SKEYSEED is made by the old PRF and SK_d, the rest by the new
/// suite's (RFC 7296, 2.18).
struct Predecessor {
  iana::PrfId prf{};
  core::View sk_d;
};
struct Rekeying {
  Predecessor old;
  core::View shared;  ///< of the new key exchange
};
[[nodiscard]] auto derive_rekeyed_ike_keys(crypto::Provider& provider, const IkeSuite& suite,
                                           const Rekeying& rekeying, const Nonces& nonces,
                                           const IkeSpis& spis) -> core::Result<IkeKeys>;

/// Keys of the two SAs of a child, by the direction the exchange's initiator sends in first
/// (RFC 7296, 2.17).
struct ChildKeys {
  sa::EspKeys initiator_to_responder, responder_to_initiator;
};
/// `shared` is empty without PFS.
[[nodiscard]] auto derive_child_keys(crypto::Provider& provider, const Predecessor& ike_sa,
                                     const sa::EspAlgorithms& algorithms, const Nonces& nonces,
                                     core::View shared) -> core::Result<ChildKeys>;

}  // namespace esplanade::ike::keys
