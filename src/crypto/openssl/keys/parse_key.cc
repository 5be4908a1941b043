// Keys from files, in any form OpenSSL knows.
#include "crypto/openssl/keys/evp_key.h"

#include <openssl/decoder.h>
#include <openssl/err.h>
#include <algorithm>
#include <cstring>

namespace esplanade::crypto {
namespace {

using core::Code;
using core::failure;
using core::Result;
using core::View;
using openssl::EvpPrivateKey;
using openssl::EvpPublicKey;
using openssl::Handle;
using openssl::int_size;

struct FreeDecoder {
  void operator()(OSSL_DECODER_CTX* ctx) const noexcept { OSSL_DECODER_CTX_free(ctx); }
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
};

auto is_pem(View text) -> bool {
  const auto begin = core::as_view("-----BEGIN");
  return !std::ranges::search(text, begin).empty();
}

// Without this OpenSSL would ask at the terminal.
auto give_passphrase(char* to, int size, int /*is_for_writing*/, void* passphrase) -> int {
  const auto& from = *static_cast<const View*>(passphrase);
  if (from.empty() || std::cmp_greater(from.size(), size)) return -1;
  std::memcpy(to, from.data(), from.size());
  return static_cast<int>(from.size());
}

// A file may hold more than the key, such as the parameters of its curve: what is no key is passed
// over.
auto decode_pem(OSSL_DECODER_CTX* ctx, View text) -> bool {
  const std::unique_ptr<BIO, FreeDecoder> bio(BIO_new_mem_buf(text.data(), int_size(text)));
  auto left = BIO_ctrl_pending(bio.get());
  while (left != 0) {
    if (OSSL_DECODER_from_bio(ctx, bio.get()) == 1) return true;
    if (BIO_ctrl_pending(bio.get()) >= left) return false;
    left = BIO_ctrl_pending(bio.get());
  }
  return false;
}

auto decode_der(OSSL_DECODER_CTX* ctx, View der) -> bool {
  const auto* from = openssl::octets(der);
  auto left = der.size();
  return OSSL_DECODER_from_data(ctx, &from, &left) == 1 && left == 0;
}

auto decode(View text, int selection, View passphrase) -> Result<Handle<EVP_PKEY>> {
  EVP_PKEY* key = nullptr;
  const std::unique_ptr<OSSL_DECODER_CTX, FreeDecoder> ctx(
      OSSL_DECODER_CTX_new_for_pkey(&key, nullptr, nullptr, nullptr, selection, nullptr, nullptr));
  core::ensure(ctx != nullptr);
  OSSL_DECODER_CTX_set_pem_password_cb(ctx.get(), give_passphrase, &passphrase);
  const auto is_decoded = is_pem(text) ? decode_pem(ctx.get(), text) : decode_der(ctx.get(), text);
  Handle<EVP_PKEY> owned(key);
  ERR_clear_error();
  if (!is_decoded || owned == nullptr) return failure(Code::bad_value);
  return owned;
}

}  // namespace

auto parse_private_key(View text, View passphrase) -> Result<std::shared_ptr<const PrivateKey>> {
  auto key = TRY(decode(text, EVP_PKEY_KEYPAIR, passphrase));
  return std::make_shared<const EvpPrivateKey>(TRY(EvpPublicKey::make(std::move(key))));
}

auto parse_public_key(View text) -> Result<std::shared_ptr<const PublicKey>> {
  auto key = TRY(decode(text, EVP_PKEY_PUBLIC_KEY, {}));
  return TRY(EvpPublicKey::make(std::move(key)));
}

}  // namespace esplanade::crypto
