// What the roads are measured with: nothing, and the libraries there are.
#pragma once

#include "crypto/ipsecmb/provider.h"
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

/// Ends the program where the processor cannot run it.
[[nodiscard]] inline auto ipsecmb() -> crypto::Provider& {
  static const auto provider = crypto::ipsecmb::make_provider();
  core::ensure(provider != nullptr);
  return *provider;
}

/// Those that protect packets. None is touched before it is asked for: OpenSSL must not be used
/// before main() has told it how to allocate.
[[nodiscard]] inline auto libraries() -> std::vector<Cryptography> {
  return {{"openssl", crypto::openssl::provider}, {"ipsec-mb", ipsecmb}};
}

[[nodiscard]] inline auto all_cryptography() -> std::vector<Cryptography> {
  auto all = libraries();
  all.insert(all.begin(), {"none", no_crypto});
  return all;
}

}  // namespace esplanade::bench
