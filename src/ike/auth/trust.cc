#include "ike/auth/trust.h"

#include "ike/auth/chain_failures.h"
#include "ike/auth/demands.h"

#include <fmt/format.h>
#include <algorithm>

namespace esplanade::ike::auth {
namespace {

using crypto::CertificatePtr;
using iana::CertificateEncoding;
template <class T>
using Checked = std::expected<T, AuthFailure>;

// What the peer sent, read. The first certificate or key is the one AUTH was made with
// (IKE2-1.2-03).
struct Sent {
  std::vector<CertificatePtr> certificates;
  std::shared_ptr<const crypto::PublicKey> raw_key;
  std::vector<crypto::CrlPtr> crls;
};

auto unreadable(const CheckInput& input, std::string why, std::string hint)
    -> std::unexpected<AuthFailure> {
  return std::unexpected(AuthFailure{.check = AuthCheck::certificate_unreadable,
                                     .why = std::move(why),
                                     .hint = std::move(hint),
                                     .line = input.remote.line});
}

auto read_x509(const CheckInput& input, const wire::CertPayload& payload, Sent& sent)
    -> Checked<void> {
  auto certificate = crypto::parse_certificate(payload.data);
  if (certificate) {
    sent.certificates.push_back(*std::move(certificate));
    return {};
  }
  // What stands above the leaf may be strange: the chain is built without it.
  if (!sent.certificates.empty()) return {};
  return unreadable(input, "their certificate cannot be read",
                    "look at the peer's certificate file");
}

auto read_raw(const CheckInput& input, const wire::CertPayload& payload, Sent& sent)
    -> Checked<void> {
  auto key = crypto::parse_public_key(payload.data);
  if (!key) return unreadable(input, "their raw public key cannot be read", "use a certificate");
  if (!sent.raw_key) sent.raw_key = *std::move(key);
  return {};
}

auto read(const CheckInput& input) -> Checked<Sent> {
  Sent sent;
  for (const auto* payload : input.certificates) {
    if (payload->encoding == CertificateEncoding::x509_signature) {
      TRY(read_x509(input, *payload, sent));
    } else if (payload->encoding == CertificateEncoding::raw_public_key) {
      TRY(read_raw(input, *payload, sent));
    } else if (payload->encoding == CertificateEncoding::crl) {
      if (auto crl = crypto::parse_crl(payload->data)) sent.crls.push_back(*std::move(crl));
    }
  }
  return sent;
}

auto is_same(const crypto::PublicKey& a, const crypto::PublicKey& b) -> bool {
  return a.spki() == b.spki();
}

auto not_named(const CheckInput& input) -> std::unexpected<AuthFailure> {
  return std::unexpected(
      AuthFailure{.check = AuthCheck::id_not_in_certificate, .line = input.remote.id_line});
}

auto name_failure(const CheckInput& input, const crypto::Certificate& certificate)
    -> std::unexpected<AuthFailure> {
  auto failure = not_named(input);
  failure.error().why = fmt::format("their certificate {} does not name {}",
                                    certificate.subject_text(), input.theirs.to_string());
  failure.error().hint =
      input.theirs.type() == iana::IdType::id_key_id
          ? "no certificate names a key id: name the certificate itself by remote.certs"
          : "the identity must be the subject or a subjectAltName of its kind; reissue the "
            "certificate, or change the peer's local.id";
  return failure;
}

auto not_pinned(const CheckInput& input, std::string what) -> std::unexpected<AuthFailure> {
  return std::unexpected(AuthFailure{
      .check = AuthCheck::not_pinned,
      .why = fmt::format("they use {}, which the connection does not name", what),
      .hint = "add it to remote.certs or remote.pubkeys, or name an authority by remote.cacerts",
      .line = input.remote.line});
}

auto expires_first(std::span<const CertificatePtr> chain) -> std::optional<core::WallTime> {
  const auto it = std::ranges::min_element(
      chain, {}, [](const auto& certificate) { return certificate->not_after(); });
  if (it == chain.end()) return std::nullopt;
  return (*it)->not_after();
}

/// When the newest CRL of who issued `certificate` is due to be replaced, if that is to come.
auto next_update_for(const crypto::Certificate& certificate, std::span<const crypto::CrlPtr> crls,
                     core::WallTime now) -> std::optional<core::WallTime> {
  std::optional<core::WallTime> latest;
  for (const auto& crl : crls) {
    if (!std::ranges::equal(crl->issuer(), certificate.issuer())) continue;
    latest = std::max(latest, crl->next_update());
  }
  return latest && *latest > now ? latest : std::nullopt;
}

/// As long as its certificates, and as what is known of their revocation (RFC 4301, 4.4.2.1).
auto good_until(const crypto::Chain& chain, std::span<const crypto::CrlPtr> crls,
                core::WallTime now) -> std::optional<core::WallTime> {
  auto until = expires_first(chain.certificates);
  for (const auto& certificate : chain.certificates) {
    const auto update = next_update_for(*certificate, crls, now);
    if (update && until) until = std::min(until, update);
  }
  return until;
}

auto anchors_of(const CheckInput& input) -> std::span<const CertificatePtr> {
  return input.remote.authorities.empty() ? input.credentials.anchors : input.remote.authorities;
}

// Everything a chain is built from, owned for as long as it takes.
struct Material {
  std::vector<CertificatePtr> intermediates;
  std::vector<crypto::CrlPtr> crls;
};

auto material_of(const CheckInput& input, const Sent& sent) -> Material {
  Material material{.intermediates = input.credentials.certificates,
                    .crls = input.credentials.crls};
  const auto append = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  append(material.intermediates, sent.certificates);
  append(material.intermediates, input.credentials.anchors);
  append(material.crls, sent.crls);
  append(material.crls, input.fetched_crls);
  return material;
}

auto fetchable_of(const crypto::Chain& chain) -> Fetchable {
  Fetchable fetch{.crl_urls = chain.crl_urls, .ocsp_urls = chain.ocsp_urls};
  if (chain.certificates.size() > 1) {
    fetch.certificate = chain.certificates[0];
    fetch.issuer = chain.certificates[1];
  }
  return fetch;
}

// Where only revocation is not known, a second look without it tells whom to ask.
auto whom_to_ask(crypto::ChainRequest request, const crypto::ChainFailure& failure) -> Fetchable {
  const auto is_about_revocation = failure.check == crypto::ChainCheck::revocation_unknown ||
                                   failure.check == crypto::ChainCheck::stale_crl;
  if (!is_about_revocation) return {};
  request.revocation = crypto::RevocationPolicy::relaxed;
  const auto chain = crypto::verify_chain(request);
  return chain ? fetchable_of(*chain) : Fetchable{};
}

auto trust_by_chain(const CheckInput& input, const Sent& sent, const CertificatePtr& leaf)
    -> Checked<TrustedKey> {
  const auto material = material_of(input, sent);
  const crypto::ChainRequest request{.leaf = leaf,
                                     .intermediates = material.intermediates,
                                     .anchors = anchors_of(input),
                                     .crls = material.crls,
                                     .ocsp_responses = input.ocsp_responses,
                                     .revocation = input.remote.revocation,
                                     .now = input.now};
  const auto chain = crypto::verify_chain(request);
  if (!chain) {
    auto failure = explain_chain(chain.error(), input);
    failure.fetch = whom_to_ask(request, chain.error());
    return std::unexpected(std::move(failure));
  }
  TRY(check_demands(input, chain->certificates));
  return TrustedKey{.key = &leaf->public_key(),
                    .certificate = leaf,
                    .valid_until = good_until(*chain, material.crls, input.now),
                    .fetch = fetchable_of(*chain)};
}

// A certificate that the configuration names needs no authority, but its dates hold.
auto trust_by_name(const CheckInput& input, const Sent& sent, const CertificatePtr& leaf)
    -> Checked<TrustedKey> {
  if (!input.remote.authorities.empty()) return trust_by_chain(input, sent, leaf);
  if (input.now < leaf->not_before()) {
    return std::unexpected(explain_dates(crypto::ChainCheck::not_yet_valid, *leaf, input));
  }
  if (input.now > leaf->not_after()) {
    return std::unexpected(explain_dates(crypto::ChainCheck::expired, *leaf, input));
  }
  TRY(check_demands(input, leaf->public_key(), "the certificate " + leaf->subject_text()));
  return TrustedKey{.key = &leaf->public_key(),
                    .certificate = leaf,
                    .valid_until = leaf->not_after(),
                    .fetch = {}};
}

auto is_pinned(const CheckInput& input, const crypto::Certificate& leaf) -> bool {
  return std::ranges::any_of(input.remote.certificates, [&](const auto& one) {
    return std::ranges::equal(one->der(), leaf.der());
  });
}

auto has_pins(const CheckInput& input) -> bool {
  return !input.remote.certificates.empty() || !input.remote.public_keys.empty();
}

// A key id says nothing a certificate could confirm: only the configuration can tie the two.
auto belongs(const CheckInput& input, const crypto::Certificate& leaf) -> bool {
  if (input.theirs.type() == iana::IdType::id_key_id) return is_pinned(input, leaf);
  return is_named_in(input.theirs, leaf);
}

auto find_pinned_key(const CheckInput& input, const crypto::PublicKey& sent)
    -> const crypto::PublicKey* {
  for (const auto& pinned : input.remote.public_keys) {
    if (is_same(*pinned, sent)) return pinned.get();
  }
  return nullptr;
}

auto trust_certificate(const CheckInput& input, const Sent& sent, const CertificatePtr& leaf)
    -> Checked<TrustedKey> {
  if (const auto* key = find_pinned_key(input, leaf->public_key())) {
    return TrustedKey{.key = key, .certificate = nullptr, .valid_until = {}, .fetch = {}};
  }
  const auto pinned = is_pinned(input, *leaf);
  if (has_pins(input) && !pinned) return not_pinned(input, leaf->subject_text());
  auto trusted = TRY(pinned ? trust_by_name(input, sent, leaf) : trust_by_chain(input, sent, leaf));
  if (!belongs(input, *leaf)) return name_failure(input, *leaf);
  return trusted;
}

auto trust_raw(const CheckInput& input, const crypto::PublicKey& sent) -> Checked<TrustedKey> {
  const auto* pinned = find_pinned_key(input, sent);
  if (pinned == nullptr) return not_pinned(input, "a raw public key");
  return TrustedKey{.key = pinned, .certificate = nullptr, .valid_until = {}, .fetch = {}};
}

auto missing(const CheckInput& input) -> std::unexpected<AuthFailure> {
  return std::unexpected(AuthFailure{
      .check = AuthCheck::certificate_missing,
      .why = fmt::format("they sent no certificate, and we hold none for {}",
                         input.theirs.to_string()),
      .hint = "set send_cert = always at the peer, or name its certificate by remote.certs",
      .line = input.remote.line});
}

// The peer relies on what we hold of it: all that is named, or else what bears its identity.
auto trust_what_we_hold(const CheckInput& input, const Sent& sent)
    -> Checked<std::vector<TrustedKey>> {
  std::vector<TrustedKey> trusted;
  std::optional<AuthFailure> last;
  const auto& pool = has_pins(input) ? input.remote.certificates : input.credentials.certificates;
  for (const auto& certificate : pool) {
    if (!has_pins(input) && !is_named_in(input.theirs, *certificate)) continue;
    auto one = trust_certificate(input, sent, certificate);
    if (one) {
      trusted.push_back(*std::move(one));
    } else {
      last = std::move(one).error();
    }
  }
  for (const auto& key : input.remote.public_keys) {
    trusted.push_back({.key = key.get(), .certificate = nullptr, .valid_until = {}, .fetch = {}});
  }
  if (!trusted.empty()) return trusted;
  if (last) return std::unexpected(*std::move(last));
  return missing(input);
}

auto only(TrustedKey key) -> std::vector<TrustedKey> {
  std::vector<TrustedKey> keys;
  keys.push_back(std::move(key));
  return keys;
}

}  // namespace

auto find_trusted_keys(const CheckInput& input) -> Checked<std::vector<TrustedKey>> {
  const auto sent = TRY(read(input));
  if (!sent.certificates.empty()) {
    return only(TRY(trust_certificate(input, sent, sent.certificates.front())));
  }
  // `raw_key` ends with this function: what is kept is the configuration's equal.
  if (sent.raw_key) return only(TRY(trust_raw(input, *sent.raw_key)));
  return trust_what_we_hold(input, sent);
}

}  // namespace esplanade::ike::auth
