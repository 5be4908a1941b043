#include "crypto/choice.h"

#include "crypto/ipsecmb/provider.h"
#include "crypto/openssl/provider.h"
#include "crypto/openssl/version.h"
#include "crypto/registry.h"
#include "crypto/self_check.h"

namespace esplanade::crypto {
namespace {

auto openssl_because(const std::string& reason) -> Choice {
  return {.owned = nullptr,
          .provider = openssl::provider(),
          .line = "cryptography: " + std::string(openssl::library_version()) + " (" + reason + ")"};
}

auto names_of(const Algorithms& algorithms) -> std::string {
  std::string names;
  const auto add = [&](std::string_view name) {
    names += (names.empty() ? "" : ", ") + std::string(name);
  };
  for (const auto id : algorithms.encryption) add(find_encryption(id)->name);
  for (const auto id : algorithms.integrity) add(find_integrity(id)->name);
  return names;
}

auto tested(std::unique_ptr<Provider> ipsecmb) -> Choice {
  const auto wrong = wrong_algorithms(*ipsecmb, openssl::provider(), ipsecmb::algorithms());
  if (!wrong.empty()) ipsecmb = ipsecmb::make_provider(wrong);
  const auto outcome =
      wrong.empty() ? "self-test passed" : "self-test failed for " + names_of(wrong);
  auto line = "cryptography: " + std::string(ipsecmb->name()) + " (" + outcome + "), else " +
              std::string(openssl::library_version());
  auto& provider = *ipsecmb;
  return {.owned = std::move(ipsecmb), .provider = provider, .line = std::move(line)};
}

}  // namespace

auto choose(Library wanted) -> std::expected<Choice, std::string> {
  if (wanted == Library::openssl) return openssl_because("as configured");
  if (auto ipsecmb = ipsecmb::make_provider()) return tested(std::move(ipsecmb));
  if (wanted == Library::best) return openssl_because("ipsec-mb needs AVX and AES instructions");
  return std::unexpected("ipsec-mb needs AVX and AES instructions, which this processor lacks");
}

}  // namespace esplanade::crypto
