// What proves identities: secrets and keys of ours, and what makes peers' certificates believed.
// Read-only once built; sessions and the daemon share one set, a reload makes another.
#pragma once

#include "crypto/certificate.h"
#include "policy/identity.h"

#include <memory>
#include <vector>

namespace esplanade::policy {

/// Longest pre-shared key taken (RFC 7296, 2.15 asks for 64 octets and more).
using PskSecret = core::Secret<512>;

/// A `secrets.ike*` section. Without owners it serves anyone, least preferred.
struct PreSharedKey {
  std::string name;  ///< of its section, for logs
  std::vector<Identity> owners;
  PskSecret secret;
};

/// A private key, with what its file was called.
struct OwnKey {
  std::string name;
  std::shared_ptr<const crypto::PrivateKey> key;
};

/// An `authorities` section: a CA and where its revocation data is.
struct Authority {
  std::string name;
  crypto::CertificatePtr certificate;
  std::vector<std::string> crl_urls;
  std::vector<std::string> ocsp_urls;
};

struct Credentials {
  std::vector<PreSharedKey> secrets;
  std::vector<OwnKey> keys;
  std::vector<crypto::CertificatePtr> certificates;  ///< ours and peers', of x509 and `certs`
  std::vector<crypto::CertificatePtr> anchors;       ///< x509ca and `cacerts`
  std::vector<crypto::CrlPtr> crls;
  std::vector<Authority> authorities;
  std::vector<std::shared_ptr<const crypto::PublicKey>> public_keys;  ///< raw, of pubkey

  /// The secret whose owners fit both ends best; the later of equals loses. nullptr if none does.
  [[nodiscard]] auto find_secret(const Identity& ours, const Identity& theirs) const
      -> const PreSharedKey*;
  /// nullptr where we hold no private key of it.
  [[nodiscard]] auto find_key(const crypto::PublicKey& public_key) const -> const OwnKey*;
};

}  // namespace esplanade::policy
