#include "crypto/openssl/version.h"

#include <openssl/crypto.h>

namespace esplanade::crypto::openssl {

auto library_version() noexcept -> std::string_view { return OpenSSL_version(OPENSSL_VERSION); }

}  // namespace esplanade::crypto::openssl
