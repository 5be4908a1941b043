#include "ike/auth/demands.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::ike::auth {
namespace {

using Checked = std::expected<void, AuthFailure>;

auto refuse(const CheckInput& input, std::string why) -> Checked {
  return std::unexpected(AuthFailure{
      .check = AuthCheck::chain,
      .chain = crypto::ChainCheck::weak_key,
      .why = std::move(why),
      .hint = "ask for less in remote.auth, or for a stronger certificate at the peer; behind "
              "`ike:` demands are on the signature of IKE alone",
      .line = input.remote.line,
      .fetch = {}});
}

/// Zero: of any length.
auto least_bits(const policy::ChainDemands& demands, crypto::KeyType type) -> unsigned {
  switch (type) {
    case crypto::KeyType::rsa:        return demands.least_rsa_bits;
    case crypto::KeyType::ecdsa_p256:
    case crypto::KeyType::ecdsa_p384:
    case crypto::KeyType::ecdsa_p521: return demands.least_ecdsa_bits;
    case crypto::KeyType::ed25519:
    case crypto::KeyType::ed448:      return 0;
  }
  core::bug();
}

auto check_signer(const CheckInput& input, const crypto::Certificate& certificate) -> Checked {
  const auto& allowed = input.remote.chain.schemes;
  if (allowed.empty()) return {};
  const auto scheme = certificate.signature_scheme();
  if (scheme && std::ranges::find(allowed, *scheme) != allowed.end()) return {};
  return refuse(input, fmt::format("the certificate {} was signed by {}, which the connection does "
                                   "not allow",
                                   certificate.subject_text(),
                                   scheme ? crypto::to_text(*scheme) : "a scheme we do not know"));
}

}  // namespace

auto check_demands(const CheckInput& input, std::span<const crypto::CertificatePtr> chain)
    -> Checked {
  for (const auto& one : chain) {
    TRY(check_demands(input, one->public_key(), "the certificate " + one->subject_text()));
    if (one != chain.back()) TRY(check_signer(input, *one));
  }
  return {};
}

auto check_demands(const CheckInput& input, const crypto::PublicKey& key, std::string_view whose)
    -> Checked {
  const auto least = least_bits(input.remote.chain, key.type());
  if (key.bits() >= least) return {};
  return refuse(input, fmt::format("{} has a key of {} bits, the connection wants {}", whose,
                                   key.bits(), least));
}

}  // namespace esplanade::ike::auth
