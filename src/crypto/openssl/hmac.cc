#include "crypto/openssl/hmac.h"

#include "core/secret.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

namespace esplanade::crypto::openssl {
namespace {

using core::ensure;

constexpr std::size_t icv_size = 16;

}  // namespace

Hmac::Hmac(EVP_MAC& mac, core::View key) noexcept : ctx_(EVP_MAC_CTX_new(&mac)) {
  auto digest = std::to_array("SHA256");
  const auto parameters = std::to_array<OSSL_PARAM>(
      {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
       OSSL_PARAM_construct_end()});
  ensure(EVP_MAC_init(ctx_.get(), octets(key), key.size(), parameters.data()) == 1);
  ensure(EVP_MAC_CTX_get_mac_size(ctx_.get()) == std::tuple_size_v<Full>);
}

void Hmac::sign(std::span<const SignJob> jobs) noexcept {
  Full mac;
  for (const auto& job : jobs) {
    ensure(job.icv.size() == icv_size);
    compute(job.data, job.suffix, mac);
    core::copy(core::View(mac).first<icv_size>(), job.icv);
  }
}

// What is wiped is the right ICV of a packet that a stranger may have made.
void Hmac::verify(std::span<VerifyJob> jobs) noexcept {
  Full mac;
  for (auto& job : jobs) {
    ensure(job.icv.size() == icv_size);
    compute(job.data, job.suffix, mac);
    job.is_authentic = CRYPTO_memcmp(mac.data(), job.icv.data(), icv_size) == 0;
  }
  core::wipe(mac);
}

void Hmac::compute(core::View data, core::View suffix, Full& mac) noexcept {
  auto* ctx = ctx_.get();
  std::size_t len = 0;
  ensure(EVP_MAC_init(ctx, nullptr, 0, nullptr) == 1);
  ensure(EVP_MAC_update(ctx, octets(data), data.size()) == 1);
  if (!suffix.empty()) ensure(EVP_MAC_update(ctx, octets(suffix), suffix.size()) == 1);
  ensure(EVP_MAC_final(ctx, octets(core::MutableView(mac)), &len, mac.size()) == 1);
}

}  // namespace esplanade::crypto::openssl
