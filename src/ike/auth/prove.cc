#include "ike/auth/prove.h"

#include "ike/auth/own_certificates.h"
#include "ike/auth/schemes.h"
#include "ike/keys/auth_octets.h"

#include <fmt/format.h>
#include <algorithm>

namespace esplanade::ike::auth {
namespace {

using crypto::SignatureScheme;
using iana::AuthMethod;

struct Choice {
  SignatureScheme scheme;
  AuthMethod method{};
};

auto can_check(const PeerHints& hints, iana::HashId hash) -> bool {
  return std::ranges::find(hints.hashes, hash) != hints.hashes.end();
}

// The configuration's schemes in its order, as far as the key can make them; else all it can.
auto wanted_schemes(const ProveInput& input, const crypto::PublicKey& key)
    -> std::vector<SignatureScheme> {
  auto possible = schemes_of(key);
  if (input.local.schemes.empty()) return possible;
  // Not in the list, since RFC 8247 rules it out: only for who asks by name.
  if (key.type() == crypto::KeyType::rsa) {
    possible.push_back({crypto::SignatureKind::rsa_pkcs1, iana::HashId::sha1});
  }
  std::vector<SignatureScheme> wanted;
  std::ranges::copy_if(input.local.schemes, std::back_inserter(wanted), [&](const auto& scheme) {
    return std::ranges::find(possible, scheme) != possible.end();
  });
  return wanted;
}

// Where the peer has announced hashes, method 14 is the only one (SIG-3-01).
auto choose(const ProveInput& input, const crypto::PublicKey& key) -> std::optional<Choice> {
  auto schemes = wanted_schemes(input, key);
  if (!input.hints.hashes.empty()) {
    const auto it = std::ranges::find_if(schemes, [&](const auto& scheme) {
      return scheme.hash != iana::HashId::sha1 && can_check(input.hints, scheme.hash);
    });
    if (it == schemes.end()) return std::nullopt;
    return Choice{.scheme = *it, .method = AuthMethod::digital_signature};
  }
  // Peers that old know SHA-1 or, if at all, SHA2-256.
  std::ranges::stable_sort(schemes, {}, &SignatureScheme::hash);
  for (const auto& scheme : schemes) {
    if (const auto method = old_method_of(key.type(), scheme)) return Choice{scheme, *method};
  }
  return std::nullopt;
}

auto no_scheme(const ProveInput& input, const crypto::PublicKey& key) -> ProveFailure {
  const auto is_old = input.hints.hashes.empty();
  return {.why = fmt::format("the peer {} that our {} key can sign with",
                             is_old ? "speaks no method" : "announced no hash algorithm",
                             name_of(key.type())),
          .hint = input.local.schemes.empty()
                      ? "use a key of another type, or enable RFC 7427 signatures at the peer"
                      : "allow more signatures in local.auth",
          .line = input.local.line};
}

auto prove_by_signature(const ProveInput& input, core::View octets)
    -> std::expected<Proof, ProveFailure> {
  const auto own = TRY(choose_own(input));
  const auto& key = own.key->key->public_key();
  const auto choice = choose(input, key);
  if (!choice) return std::unexpected(no_scheme(input, key));
  const auto signature = own.key->key->sign(choice->scheme, octets);
  auto data = signature ? auth_data(choice->method, key.type(), choice->scheme, *signature)
                        : core::failure(core::Code::unsupported);
  if (!data) {
    return std::unexpected(
        ProveFailure{.why = fmt::format("the private key {} cannot sign with {}", own.key->name,
                                        crypto::to_text(choice->scheme)),
                     .hint = "check the key file",
                     .line = input.local.line});
  }
  const auto& leaf = own.certificate;
  return Proof{.auth = {.method = choice->method, .data = *std::move(data)},
               .certificates = certificates_to_send(input, own),
               .valid_until = leaf ? std::optional(leaf->not_after()) : std::nullopt};
}

auto prove_by_secret(const ProveInput& input, crypto::Provider& provider, iana::PrfId prf,
                     core::View octets) -> std::expected<Proof, ProveFailure> {
  const auto* secret = input.credentials.find_secret(input.ours, input.theirs);
  if (secret == nullptr) {
    return std::unexpected(ProveFailure{
        .why = fmt::format("no pre-shared key for {} and {}", input.ours.to_string(),
                           input.theirs.to_string()),
        .hint =
            fmt::format("add a section ike-NAME with id = {} to secrets", input.theirs.to_string()),
        .line = input.local.line});
  }
  const auto mac = keys::psk_auth(provider, prf, secret->secret.reveal(), octets);
  const auto data = mac.reveal();
  return Proof{.auth = {.method = AuthMethod::shared_key_message_integrity_code,
                        .data = {data.begin(), data.end()}},
               .certificates = {},
               .valid_until = {}};
}

}  // namespace

auto prove(const ProveInput& input, crypto::Provider& provider, iana::PrfId prf, core::View octets)
    -> std::expected<Proof, ProveFailure> {
  switch (input.local.kind) {
    case policy::AuthKind::psk:        return prove_by_secret(input, provider, prf, octets);
    case policy::AuthKind::public_key: return prove_by_signature(input, octets);
  }
  core::bug();
}

auto own_identity(const policy::Authentication& local, const net::Address& address)
    -> policy::Identity {
  if (!local.id.is_any()) return local.id;
  const auto has_subject =
      local.kind == policy::AuthKind::public_key && !local.certificates.empty();
  if (!has_subject) return policy::Identity::of(address);
  const auto subject = local.certificates.front()->subject();
  return {iana::IdType::id_der_asn1_dn, {subject.begin(), subject.end()}};
}

}  // namespace esplanade::ike::auth
