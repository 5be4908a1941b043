// What the roads are measured with: nothing, and the libraries there are.
#pragma once

#include "crypto/openssl/provider.h"
#include "tests/support/no_crypto.h"

#include <string>
#include <vector>

namespace esplanade::bench {

struct Cryptography {
  std::string name;
  crypto::Provider& (*provider)();
};

[[nodiscard]] inline auto no_crypto() -> crypto::Provider& {
  static test::NoCrypto none;
  return none;
}

[[nodiscard]] inline auto all_cryptography() -> std::vector<Cryptography> {
  return {{"none", no_crypto},
          {"openssl", []() -> crypto::Provider& { return crypto::openssl::provider(); }}};
}

}  // namespace esplanade::bench
