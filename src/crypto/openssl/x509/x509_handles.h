// OpenSSL's X.509 objects as owning pointers, and what every file of this folder does with them.
#pragma once

#include "core/time.h"
#include "crypto/openssl/handles.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <ctime>
#include <string>

namespace esplanade::crypto::openssl {

struct FreeX509 {
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
  void operator()(X509_CRL* crl) const noexcept { X509_CRL_free(crl); }
  void operator()(X509_NAME* name) const noexcept { X509_NAME_free(name); }
  void operator()(X509_STORE* store) const noexcept { X509_STORE_free(store); }
  void operator()(X509_STORE_CTX* ctx) const noexcept { X509_STORE_CTX_free(ctx); }
  void operator()(GENERAL_NAMES* names) const noexcept { GENERAL_NAMES_free(names); }
  void operator()(CRL_DIST_POINTS* points) const noexcept { CRL_DIST_POINTS_free(points); }
  void operator()(ISSUING_DIST_POINT* point) const noexcept { ISSUING_DIST_POINT_free(point); }
  void operator()(OCSP_RESPONSE* response) const noexcept { OCSP_RESPONSE_free(response); }
  void operator()(OCSP_BASICRESP* response) const noexcept { OCSP_BASICRESP_free(response); }
  void operator()(OCSP_REQUEST* request) const noexcept { OCSP_REQUEST_free(request); }
  void operator()(OCSP_CERTID* id) const noexcept { OCSP_CERTID_free(id); }
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
  /// The stack alone: its certificates belong to others.
  void operator()(STACK_OF(X509) * stack) const noexcept { sk_X509_free(stack); }
};

template <class T>
using X509Handle = std::unique_ptr<T, FreeX509>;

/// DER of an object by its i2d function.
template <class T>
[[nodiscard]] auto to_der(int (*i2d)(const T*, unsigned char**), const T* object) -> core::Bytes {
  const auto size = i2d(object, nullptr);
  core::ensure(size > 0);
  core::Bytes der(static_cast<std::size_t>(size));
  auto* to = octets(core::MutableView(der));
  core::ensure(i2d(object, &to) == size);
  return der;
}

/// An object from exactly these octets, or nullptr; leaves no error behind.
template <class T>
[[nodiscard]] auto from_der(T* (*d2i)(T**, const unsigned char**, long), core::View der)
    -> X509Handle<T> {
  const auto* from = octets(der);
  X509Handle<T> object(d2i(nullptr, &from, int_size(der)));
  if (object != nullptr && from != octets(der) + der.size()) object = nullptr;
  ERR_clear_error();
  return object;
}

/// Dates beyond what WallTime holds become its ends.
[[nodiscard]] auto wall_time(const ASN1_TIME* time) noexcept -> core::WallTime;
[[nodiscard]] auto seconds(core::WallTime time) noexcept -> std::time_t;
/// "2026-11-23 17:05:00 UTC"
[[nodiscard]] auto time_text(core::WallTime time) -> std::string;

}  // namespace esplanade::crypto::openssl
