#include "ike/auth/own_certificates.h"

#include "ike/auth/check.h"

#include <fmt/format.h>
#include <algorithm>

namespace esplanade::ike::auth {
namespace {

using crypto::CertificatePtr;

constexpr std::size_t hash_size = 20;
// Four are to be sent and taken (IKE2-3.6-02).
constexpr std::size_t most_certificates = 4;

auto is_self_issued(const crypto::Certificate& certificate) -> bool {
  return std::ranges::equal(certificate.subject(), certificate.issuer());
}

auto is_asked_for(const core::Bytes& hashes, const crypto::Certificate& authority) -> bool {
  const auto wanted = authority.key_hash();
  for (auto rest = core::View(hashes); rest.size() >= hash_size; rest = rest.subspan(hash_size)) {
    if (std::ranges::equal(rest.first(hash_size), wanted)) return true;
  }
  return false;
}

auto find_issuer(const ProveInput& input, const crypto::Certificate& of) -> CertificatePtr {
  const auto& credentials = input.credentials;
  for (const auto* pool :
       {&input.local.certificates, &credentials.certificates, &credentials.anchors}) {
    const auto it = std::ranges::find_if(*pool, [&](const auto& candidate) {
      return candidate->is_ca() && std::ranges::equal(candidate->subject(), of.issuer());
    });
    if (it != pool->end()) return *it;
  }
  return nullptr;
}

// From the leaf up, as far as we know the issuers; a name circle ends at the limit.
auto path_of(const ProveInput& input, const CertificatePtr& leaf) -> std::vector<CertificatePtr> {
  std::vector<CertificatePtr> path{leaf};
  constexpr std::size_t longest = 16;
  while (path.size() < longest && !is_self_issued(*path.back())) {
    auto issuer = find_issuer(input, *path.back());
    if (!issuer) break;
    path.push_back(std::move(issuer));
  }
  return path;
}

auto is_under_asked(const ProveInput& input, const CertificatePtr& leaf) -> bool {
  return std::ranges::any_of(path_of(input, leaf), [&](const auto& certificate) {
    return is_asked_for(input.hints.authorities, *certificate);
  });
}

auto candidates_of(const ProveInput& input) -> std::vector<CertificatePtr> {
  auto candidates = input.local.certificates;
  if (candidates.empty() && input.local.public_keys.empty()) {
    std::ranges::copy_if(input.credentials.certificates, std::back_inserter(candidates),
                         [&](const auto& one) { return is_named_in(input.ours, *one); });
  }
  std::erase_if(candidates, [&](const auto& one) {
    return input.credentials.find_key(one->public_key()) == nullptr;
  });
  return candidates;
}

auto find_raw(const ProveInput& input) -> const policy::OwnKey* {
  for (const auto& key : input.local.public_keys) {
    if (const auto* own = input.credentials.find_key(*key)) return own;
  }
  return nullptr;
}

auto no_key(const ProveInput& input) -> ProveFailure {
  if (!input.local.certificates.empty()) {
    return {.why = fmt::format("we hold no private key of {}",
                               input.local.certificates.front()->subject_text()),
            .hint = "put the private key of the certificate into private/, rsa/, ecdsa/ or pkcs8/",
            .line = input.local.line};
  }
  if (!input.local.public_keys.empty()) {
    return {.why = "we hold no private key of the public key named by local.pubkeys",
            .hint = "put the private key into private/, rsa/, ecdsa/ or pkcs8/",
            .line = input.local.line};
  }
  return {
      .why = fmt::format("no certificate of ours bears the identity {}", input.ours.to_string()),
      .hint = "name one by local.certs, or set local.id to a name the certificate has",
      .line = input.local.id_line};
}

auto x509(const crypto::Certificate& certificate) -> wire::CertPayload {
  const auto der = certificate.der();
  return {.encoding = iana::CertificateEncoding::x509_signature, .data = {der.begin(), der.end()}};
}

auto sends_any(const ProveInput& input) -> bool {
  switch (input.connection.send_certificate) {
    case policy::SendCertificate::always:   return true;
    case policy::SendCertificate::if_asked: return input.hints.asked_for_certificates;
    case policy::SendCertificate::never:    return false;
  }
  core::bug();
}

}  // namespace

auto choose_own(const ProveInput& input) -> std::expected<OwnProof, ProveFailure> {
  const auto candidates = candidates_of(input);
  if (!candidates.empty()) {
    const auto asked = std::ranges::find_if(
        candidates, [&](const auto& one) { return is_under_asked(input, one); });
    const auto& chosen = asked == candidates.end() ? candidates.front() : *asked;
    return OwnProof{.key = input.credentials.find_key(chosen->public_key()), .certificate = chosen};
  }
  if (const auto* raw = find_raw(input)) return OwnProof{.key = raw, .certificate = nullptr};
  return std::unexpected(no_key(input));
}

auto certificates_to_send(const ProveInput& input, const OwnProof& own)
    -> std::vector<wire::CertPayload> {
  if (!sends_any(input)) return {};
  if (!own.certificate) {
    return {{.encoding = iana::CertificateEncoding::raw_public_key,
             .data = own.key->key->public_key().spki()}};
  }
  std::vector<wire::CertPayload> payloads{x509(*own.certificate)};
  for (const auto& above : path_of(input, own.certificate)) {
    if (above == own.certificate) continue;
    const auto is_known = is_self_issued(*above) || is_asked_for(input.hints.authorities, *above);
    if (is_known || payloads.size() == most_certificates) break;
    payloads.push_back(x509(*above));
  }
  return payloads;
}

}  // namespace esplanade::ike::auth
