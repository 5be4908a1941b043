#include "ike/keys/auth_octets.h"

namespace esplanade::ike::keys {
namespace {

// 17 octets, no terminator (IKE2-2.15-05).
constexpr std::string_view key_pad = "Key Pad for IKEv2";

// The PRF was negotiated, so the provider has it.
auto keyed(crypto::Provider& provider, iana::PrfId prf, core::View key)
    -> std::unique_ptr<crypto::Prf> {
  auto made = provider.make_prf(prf, key);
  core::ensure(made.has_value());
  return *std::move(made);
}

}  // namespace

auto signed_octets(crypto::Provider& provider, iana::PrfId prf, const SignedOctetsInput& input)
    -> core::Bytes {
  const auto maced_id = keyed(provider, prf, input.sk_p)->compute({input.id_body});
  core::Bytes octets;
  for (const auto part : {input.real_message, input.nonce, maced_id.reveal()}) {
    octets.insert(octets.end(), part.begin(), part.end());
  }
  return octets;
}

auto psk_auth(crypto::Provider& provider, iana::PrfId prf, core::View secret, core::View octets)
    -> crypto::PrfOutput {
  const auto padded = keyed(provider, prf, secret)->compute({core::as_view(key_pad)});
  return keyed(provider, prf, padded.reveal())->compute({octets});
}

}  // namespace esplanade::ike::keys
