// Every MAC that a pseudorandom function or an integrity algorithm of the registries stands on.
#pragma once

#include "crypto/openssl/mac.h"
#include "iana/ikev2_transforms.h"

namespace esplanade::crypto::openssl {

class Macs {
 public:
  Macs();

  /// `id` is in prf_algorithms(); `key` of any length, brought to the length AES wants by RFC 4434
  /// and RFC 4615.
  [[nodiscard]] auto make(iana::PrfId id, core::View key) const -> std::unique_ptr<Mac>;
  /// `id` is in integrity_algorithms(), `key` of its length.
  [[nodiscard]] auto make(iana::IntegrityId id, core::View key) const -> std::unique_ptr<Mac>;

 private:
  [[nodiscard]] auto make_xcbc(core::View key) const -> std::unique_ptr<Mac>;
  [[nodiscard]] auto make_xcbc_prf(core::View key) const -> std::unique_ptr<Mac>;
  [[nodiscard]] auto make_cmac_prf(core::View key) const -> std::unique_ptr<Mac>;

  HmacTemplate hmac_sha1_;
  HmacTemplate hmac_sha2_256_;
  HmacTemplate hmac_sha2_384_;
  HmacTemplate hmac_sha2_512_;
  CmacTemplate cmac_;
  Handle<EVP_CIPHER> aes_;
};

}  // namespace esplanade::crypto::openssl
