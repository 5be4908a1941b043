// All credentials: the folders beside the main file, as swanctl has them, with `secrets` and
// `authorities`.
//
//   x509  x509ca  x509crl  private  rsa  ecdsa  pkcs8  pubkey
#pragma once

#include "config/keying/files.h"

namespace esplanade::config::keying {

[[nodiscard]] auto read_credentials(const syntax::Section& root, const Context& context)
    -> policy::Credentials;

}  // namespace esplanade::config::keying
