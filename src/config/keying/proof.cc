#include "config/keying/proof.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::config::keying {
namespace {

using policy::AuthKind;

/// Of the section whose name begins with `prefix`, else of the connection.
auto place_of(const syntax::Section& section, std::string_view prefix, std::string_view key)
    -> Place {
  const auto it = std::ranges::find_if(
      section.sections, [&](const syntax::Section& one) { return one.name.starts_with(prefix); });
  if (it == section.sections.end()) return section.place;
  const auto* setting = it->find(key);
  return setting == nullptr ? it->place : setting->value_place;
}

/// `local` may leave its identity to the address.
auto our_identity(const policy::Connection& connection) -> policy::Identity {
  const auto& ours = connection.ours;
  if (!connection.local.id.is_any() || ours.size() != 1 || !ours.front().range) {
    return connection.local.id;
  }
  const auto& range = *ours.front().range;
  return range.first() == range.last() ? policy::Identity::of(range.first()) : connection.local.id;
}

auto is_pattern(const policy::Identity& id) -> bool {
  return id.is_any() || id.to_string().contains('*');
}

auto has_secret(const policy::Connection& connection, const policy::Credentials& credentials)
    -> bool {
  const auto ours = our_identity(connection);
  const auto& theirs = connection.remote.id;
  // Who will ask is not known yet.
  if (is_pattern(ours) || is_pattern(theirs)) return !credentials.secrets.empty();
  return credentials.find_secret(ours, theirs) != nullptr;
}

void check_secret(const syntax::Section& section, const policy::Connection& connection,
                  const policy::Credentials& credentials, check::Checker& check) {
  const auto is_local = connection.local.kind == AuthKind::psk;
  const auto is_needed = is_local || connection.remote.kind == AuthKind::psk;
  if (!is_needed || has_secret(connection, credentials)) return;
  const std::string_view end = is_local ? "local" : "remote";
  check.complain(place_of(section, end, "auth"),
                 fmt::format("`{}` of `{}` has `auth = psk`, and `secrets` has none for {} and {}",
                             end, connection.name, our_identity(connection).to_string(),
                             connection.remote.id.to_string()),
                 "a section `ike` there, with `secret` and an `id` for each end");
}

/// Certificates of the identity of `local` that we can prove to own.
auto own_certificates(const policy::Authentication& local, const policy::Credentials& credentials)
    -> std::vector<crypto::CertificatePtr> {
  std::vector<crypto::CertificatePtr> found;
  for (const auto& one : credentials.certificates) {
    const auto is_named = !local.id.is_any() && names(*one, local.id);
    if (is_named && credentials.find_key(one->public_key()) != nullptr) found.push_back(one);
  }
  return found;
}

void check_keys(const syntax::Section& section, const policy::Connection& connection,
                const policy::Credentials& credentials, check::Checker& check) {
  const auto complain = [&](std::string_view key, const std::string& what) {
    check.complain(place_of(section, "local", key),
                   fmt::format("there is no private key of {}", what),
                   "in the folders private, rsa, ecdsa and pkcs8 beside the configuration");
  };
  for (const auto& one : connection.local.certificates) {
    if (credentials.find_key(one->public_key()) == nullptr) complain("certs", one->subject_text());
  }
  for (const auto& one : connection.local.public_keys) {
    if (credentials.find_key(*one) == nullptr) complain("pubkeys", "the public key");
  }
}

auto find_local(const syntax::Section& section) -> const syntax::Section* {
  const auto it = std::ranges::find_if(
      section.sections, [](const syntax::Section& one) { return one.name.starts_with("local"); });
  return it == section.sections.end() ? nullptr : &*it;
}

/// Complains if there is nothing to sign with, unless a file that was named is to blame for it.
void complain_nothing(const syntax::Section& section, const policy::Connection& connection,
                      check::Checker& check) {
  const auto* local = find_local(section);
  const auto names_files =
      local != nullptr && (local->find("certs") != nullptr || local->find("pubkeys") != nullptr);
  if (names_files) return;
  check.complain(place_of(section, "local", "auth"),
                 fmt::format("`local` of `{}` has `auth = pubkey`, and no certificate with a "
                             "private key is there for it",
                             connection.name),
                 "name one with `certs`");
}

void check_identity(const syntax::Section& section, const policy::Authentication& local,
                    check::Checker& check) {
  const auto is_named = [&](const crypto::CertificatePtr& one) { return names(*one, local.id); };
  if (local.id.is_any() || local.certificates.empty()) return;
  if (std::ranges::any_of(local.certificates, is_named)) return;
  check.complain(place_of(section, "local", "id"),
                 fmt::format("{} is not in the certificate of {}", local.id.to_string(),
                             local.certificates.front()->subject_text()),
                 "`id` has to be the subject or a subjectAltName");
}

void settle_local(const syntax::Section& section, const policy::Credentials& credentials,
                  check::Checker& check, policy::Connection& connection) {
  auto& local = connection.local;
  if (local.kind != AuthKind::public_key) return;
  const auto has_none = [&] { return local.certificates.empty() && local.public_keys.empty(); };
  if (has_none()) local.certificates = own_certificates(local, credentials);
  if (has_none()) return complain_nothing(section, connection, check);
  check_keys(section, connection, credentials, check);
  check_identity(section, local, check);
}

}  // namespace

auto names(const crypto::Certificate& certificate, const policy::Identity& id) -> bool {
  const auto subject = certificate.subject();
  const policy::Identity name(iana::IdType::id_der_asn1_dn, {subject.begin(), subject.end()});
  if (name.fit(id) == policy::Fit::exact) return true;
  return std::ranges::any_of(
      certificate.alternative_names(), [&](const crypto::AlternativeName& one) {
        return policy::Identity(one.type, one.value).fit(id) == policy::Fit::exact;
      });
}

void settle_proof(const syntax::Section& section, const policy::Credentials& credentials,
                  check::Checker& check, policy::Connection& connection) {
  check_secret(section, connection, credentials, check);
  settle_local(section, credentials, check, connection);
}

}  // namespace esplanade::config::keying
