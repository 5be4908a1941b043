// Cookies for IKE_SA_INIT under load (RFC 7296, 2.6): a responder that keeps nothing until the
// initiator has shown that it receives at its address.
//
//   cookie = <version> | prf(<secret>, Ni | IPi | port | SPIi)
//
// The secret changes every minute; the one before is still taken.
#pragma once

#include "core/random.h"
#include "core/time.h"
#include "crypto/provider.h"
#include "ike/wire/header.h"
#include "net/endpoint.h"

namespace esplanade::ike::door {

struct CookieInput {
  core::View ni;
  net::Endpoint theirs;
  IkeSpi spi_i{};
};

class Cookies {
 public:
  [[nodiscard]] auto make(const CookieInput& input, core::Time now, core::Random& random,
                          crypto::Provider& provider) -> core::Bytes;
  /// In constant time.
  [[nodiscard]] auto check(core::View cookie, const CookieInput& input, core::Time now,
                           crypto::Provider& provider) const -> bool;

 private:
  struct Secret {
    core::Secret<32> value;
    core::Time made{};
    std::uint8_t version = 0;
  };

  void rotate(core::Time now, core::Random& random);

  Secret current_, previous_;
};

}  // namespace esplanade::ike::door
