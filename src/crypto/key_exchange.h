// Diffie-Hellman in the groups of IKE (RFC 7296, 2.7; RFC 3526, 5903, 6954, 8031).
//
//   auto ours = TRY(provider.make_key_exchange(KeyExchangeId::curve25519, random));
//   send(ours->public_value());
//   auto shared = TRY(ours->derive(theirs));
//
// Wire forms: MODP values and secrets as long as the modulus, zeroes in front; ECP x and y without
// a leading octet, the secret is x alone; X25519 and X448 as RFC 7748 has them.
// Threads: one owner.
#pragma once

#include "core/random.h"
#include "core/secret.h"
#include "iana/ikev2_transforms.h"

#include <memory>
#include <span>
#include <string_view>

namespace esplanade::crypto {

struct KeyExchangeInfo {
  iana::KeyExchangeId id;
  std::string_view name;      ///< IANA's
  std::uint16_t public_size;  ///< octets
  std::uint16_t secret_size;
  std::string_view reference;
};

[[nodiscard]] auto key_exchange_methods() noexcept -> std::span<const KeyExchangeInfo>;
/// nullptr for what is not provided.
[[nodiscard]] auto find_key_exchange(iana::KeyExchangeId id) noexcept -> const KeyExchangeInfo*;

/// Longest: MODP-8192.
using SharedSecret = core::Secret<1024>;

class KeyExchange {
 public:
  KeyExchange() = default;
  KeyExchange(const KeyExchange&) = delete;
  auto operator=(const KeyExchange&) -> KeyExchange& = delete;
  virtual ~KeyExchange() = default;

  [[nodiscard]] virtual auto id() const noexcept -> iana::KeyExchangeId = 0;
  [[nodiscard]] virtual auto public_value() const noexcept -> core::View = 0;
  /// Errors: bad_length; bad_value for 0, 1, p - 1 and beyond, a point off the curve, an all-zero
  /// result (IKE2-3.4-03, RFC 6989).
  [[nodiscard]] virtual auto derive(core::View theirs) -> core::Result<SharedSecret> = 0;
};

}  // namespace esplanade::crypto
