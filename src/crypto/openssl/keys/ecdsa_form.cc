// ECDSA signatures between DER, as X.509 and method 14 have them, and r | s of methods 9 to 11
// (RFC 4754, 3).
#include "crypto/openssl/keys/evp_key.h"

#include <openssl/ec.h>
#include <openssl/err.h>

namespace esplanade::crypto {
namespace {

using core::Bytes;
using core::Code;
using core::failure;
using core::MutableView;
using core::Result;
using core::View;
using openssl::Handle;

struct FreeSignature {
  void operator()(ECDSA_SIG* signature) const noexcept { ECDSA_SIG_free(signature); }
};
using Signature = std::unique_ptr<ECDSA_SIG, FreeSignature>;

auto number_size(KeyType type) -> Result<std::size_t> {
  switch (type) {
    case KeyType::ecdsa_p256: return std::size_t{32};
    case KeyType::ecdsa_p384: return std::size_t{48};
    case KeyType::ecdsa_p521: return std::size_t{66};
    case KeyType::rsa:
    case KeyType::ed25519:
    case KeyType::ed448:      return failure(Code::unsupported);
  }
  core::bug();
}

auto number(View bytes) -> BIGNUM* {
  return BN_bin2bn(openssl::octets(bytes), openssl::int_size(bytes), nullptr);
}

}  // namespace

auto ecdsa_to_raw(View der, KeyType type) -> Result<Bytes> {
  const auto size = TRY(number_size(type));
  const auto* from = openssl::octets(der);
  const Signature signature(d2i_ECDSA_SIG(nullptr, &from, openssl::int_size(der)));
  ERR_clear_error();
  if (signature == nullptr || from != openssl::octets(der) + der.size()) {
    return failure(Code::bad_value);
  }
  Bytes raw(2 * size);
  const auto width = static_cast<int>(size);
  const auto* const r = ECDSA_SIG_get0_r(signature.get());
  const auto* const s = ECDSA_SIG_get0_s(signature.get());
  const auto fits =
      BN_is_negative(r) == 0 && BN_is_negative(s) == 0 &&
      BN_bn2binpad(r, openssl::octets(MutableView(raw)), width) == width &&
      BN_bn2binpad(s, openssl::octets(MutableView(raw).subspan(size)), width) == width;
  ERR_clear_error();
  if (!fits) return failure(Code::bad_value);
  return raw;
}

auto ecdsa_from_raw(View raw, KeyType type) -> Result<Bytes> {
  const auto size = TRY(number_size(type));
  if (raw.size() != 2 * size) return failure(Code::bad_length);
  const Signature signature(ECDSA_SIG_new());
  core::ensure(
      ECDSA_SIG_set0(signature.get(), number(raw.first(size)), number(raw.subspan(size))) == 1);
  const auto length = i2d_ECDSA_SIG(signature.get(), nullptr);
  core::ensure(length > 0);
  Bytes der(static_cast<std::size_t>(length));
  auto* to = openssl::octets(MutableView(der));
  core::ensure(i2d_ECDSA_SIG(signature.get(), &to) == length);
  return der;
}

}  // namespace esplanade::crypto
