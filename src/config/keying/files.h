// Credentials out of single files.
//
// Errors: what stands behind the file's name, as in "moon.pem is no certificate".
#pragma once

#include "config/keying/context.h"
#include "policy/credentials.h"

#include <expected>
#include <string>

namespace esplanade::config::keying {

template <class T>
using Read = std::expected<T, std::string>;

using Passphrase = core::Secret<512>;

[[nodiscard]] auto read_certificates(Loader& files, const std::string& path)
    -> Read<std::vector<crypto::CertificatePtr>>;
/// The same, all of them of CAs.
[[nodiscard]] auto read_authorities(Loader& files, const std::string& path)
    -> Read<std::vector<crypto::CertificatePtr>>;
[[nodiscard]] auto read_crl(Loader& files, const std::string& path) -> Read<crypto::CrlPtr>;
[[nodiscard]] auto read_public_key(Loader& files, const std::string& path)
    -> Read<std::shared_ptr<const crypto::PublicKey>>;
[[nodiscard]] auto read_private_key(Loader& files, const std::string& path, core::View passphrase)
    -> Read<std::shared_ptr<const crypto::PrivateKey>>;

/// Adds those that `to` has not.
void add_certificates(const std::vector<crypto::CertificatePtr>& from,
                      std::vector<crypto::CertificatePtr>& to);

}  // namespace esplanade::config::keying
