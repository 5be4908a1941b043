// A group of KeyExchangeId with all that can be computed once for it.
//
// Threads: a method is read-only and shared; what it makes has one owner and needs the method to
// stay.
#pragma once

#include "crypto/key_exchange.h"

namespace esplanade::crypto::openssl {

class KeyExchangeMethod {
 public:
  explicit KeyExchangeMethod(const KeyExchangeInfo& info) noexcept : info_(&info) {}
  KeyExchangeMethod(const KeyExchangeMethod&) = delete;
  auto operator=(const KeyExchangeMethod&) -> KeyExchangeMethod& = delete;
  virtual ~KeyExchangeMethod() = default;

  [[nodiscard]] auto info() const noexcept -> const KeyExchangeInfo& { return *info_; }
  [[nodiscard]] virtual auto generate(core::Random& random) const
      -> std::unique_ptr<KeyExchange> = 0;

 private:
  const KeyExchangeInfo* info_;
};

/// X25519 and X448 (RFC 7748) as IKE uses them (RFC 8031).
[[nodiscard]] auto make_montgomery_method(const KeyExchangeInfo& info)
    -> std::unique_ptr<KeyExchangeMethod>;

/// The MODP groups of RFC 3526.
[[nodiscard]] auto make_modp_method(const KeyExchangeInfo& info)
    -> std::unique_ptr<KeyExchangeMethod>;

/// The NIST curves (RFC 5903) and the Brainpool curves (RFC 6954).
[[nodiscard]] auto make_ec_method(const KeyExchangeInfo& info)
    -> std::unique_ptr<KeyExchangeMethod>;

}  // namespace esplanade::crypto::openssl
