#include "ike/auth/check.h"

#include "ike/auth/schemes.h"
#include "ike/auth/trust.h"
#include "ike/keys/auth_octets.h"

#include <fmt/format.h>
#include <algorithm>

namespace esplanade::ike::auth {
namespace {

using crypto::SignatureScheme;
using iana::AuthMethod;
using iana::IdType;
template <class T>
using Checked = std::expected<T, AuthFailure>;

auto check_identity(const CheckInput& input) -> Checked<void> {
  if (input.theirs.fit(input.remote.id) != policy::Fit::none) return {};
  return std::unexpected(
      AuthFailure{.check = AuthCheck::identity,
                  .why = fmt::format("they are {}, the connection wants {}",
                                     input.theirs.to_string(), input.remote.id.to_string()),
                  .hint = fmt::format("set remote.id = {}, or change the peer's local.id",
                                      input.theirs.to_string()),
                  .line = input.remote.id_line});
}

auto is_signature(AuthMethod method) -> bool {
  switch (method) {
    case AuthMethod::rsa_digital_signature:
    case AuthMethod::ecdsa_sha256_p256:
    case AuthMethod::ecdsa_sha384_p384:
    case AuthMethod::ecdsa_sha512_p521:
    case AuthMethod::digital_signature:                 return true;
    case AuthMethod::shared_key_message_integrity_code:
    case AuthMethod::dss_digital_signature:
    case AuthMethod::generic_secure_password:
    case AuthMethod::null:                              return false;
  }
  return false;
}

auto is_wanted(policy::AuthKind kind, AuthMethod method) -> bool {
  using enum AuthMethod;
  switch (kind) {
    case policy::AuthKind::psk:        return method == shared_key_message_integrity_code;
    case policy::AuthKind::public_key: return is_signature(method);
  }
  core::bug();
}

auto check_method(const CheckInput& input) -> Checked<void> {
  if (is_wanted(input.remote.kind, input.auth.method)) return {};
  const auto wants_secret = input.remote.kind == policy::AuthKind::psk;
  return std::unexpected(AuthFailure{
      .check = AuthCheck::method,
      .why = fmt::format("they prove themselves by {}, the connection wants {}",
                         name_of(input.auth.method),
                         wants_secret ? "a pre-shared key" : "a certificate or public key"),
      .hint = fmt::format("set remote.auth to what the peer's local.auth says, or the reverse"),
      .line = input.remote.line});
}

auto find_secret(const CheckInput& input) -> Checked<const policy::PreSharedKey*> {
  const auto* secret = input.credentials.find_secret(input.ours, input.theirs);
  if (secret != nullptr) return secret;
  return std::unexpected(AuthFailure{
      .check = AuthCheck::no_secret,
      .why = fmt::format("no pre-shared key for {} and {}", input.ours.to_string(),
                         input.theirs.to_string()),
      .hint =
          fmt::format("add a section ike-NAME with id = {} to secrets", input.theirs.to_string()),
      .line = input.remote.line});
}

auto check_secret(const CheckInput& input, crypto::Provider& provider, iana::PrfId prf,
                  core::View octets) -> Checked<Authenticated> {
  const auto* const secret = TRY(find_secret(input));
  const auto expected = keys::psk_auth(provider, prf, secret->secret.reveal(), octets);
  if (!core::equal_constant_time(expected.reveal(), input.auth.data)) {
    return std::unexpected(AuthFailure{
        .check = AuthCheck::psk_mismatch,
        .why = fmt::format("the pre-shared keys of {} and {} differ", input.ours.to_string(),
                           input.theirs.to_string()),
        .hint =
            fmt::format("compare secrets.{} with the peer's, to the last character", secret->name),
        .line = input.remote.line});
  }
  return Authenticated{.how = "pre-shared key", .certificate = nullptr, .valid_until = {}};
}

// SHA-1 only where the operator asked for it by name (RFC 8247, 3.1).
auto is_allowed(const policy::Authentication& remote, const SignatureScheme& scheme) -> bool {
  if (remote.schemes.empty()) return scheme.hash != iana::HashId::sha1;
  return std::ranges::find(remote.schemes, scheme) != remote.schemes.end();
}

auto words_of(const std::vector<SignatureScheme>& schemes) -> std::string {
  std::vector<std::string> words;
  std::ranges::transform(schemes, std::back_inserter(words),
                         [](const auto& scheme) { return crypto::to_text(scheme); });
  return fmt::to_string(fmt::join(words, " or "));
}

auto bad_scheme(const CheckInput& input, std::string theirs) -> AuthFailure {
  return {.check = AuthCheck::scheme,
          .chain = {},
          .why = fmt::format("they sign by {}, {}", theirs,
                             input.remote.schemes.empty()
                                 ? "which we do not take"
                                 : "the connection wants " + words_of(input.remote.schemes)),
          .hint = "allow it in remote.auth, or change the peer's local.auth",
          .line = input.remote.line,
          .fetch = {}};
}

auto bad_signature(const CheckInput& input, const TrustedKey& trusted) -> AuthFailure {
  const auto whose = trusted.certificate ? trusted.certificate->subject_text()
                                         : "the public key of " + input.theirs.to_string();
  return {.check = AuthCheck::bad_signature,
          .chain = {},
          .why = fmt::format("their signature was not made with the key of {}", whose),
          .hint =
              "the peer's private key and certificate do not belong together, or somebody "
              "changed the messages on their way",
          .line = input.remote.line,
          .fetch = {}};
}

auto unparsed(const CheckInput& input, const TrustedKey& trusted, const core::Error& error)
    -> AuthFailure {
  if (error.code != core::Code::unsupported) return bad_signature(input, trusted);
  return bad_scheme(input, fmt::format("{} that does not fit their {} key or that we do not know",
                                       name_of(input.auth.method), name_of(trusted.key->type())));
}

auto check_with(const CheckInput& input, const TrustedKey& trusted, core::View octets)
    -> Checked<Authenticated> {
  const auto parsed = parse_signature(input.auth, trusted.key->type());
  if (!parsed) return std::unexpected(unparsed(input, trusted, parsed.error()));
  const auto it = std::ranges::find_if(parsed->schemes, [&](const auto& scheme) {
    return trusted.key->verifies(scheme, octets, parsed->signature);
  });
  if (it == parsed->schemes.end()) return std::unexpected(bad_signature(input, trusted));
  if (!is_allowed(input.remote, *it)) {
    return std::unexpected(bad_scheme(input, crypto::to_text(*it)));
  }
  return Authenticated{.how = crypto::to_text(*it),
                       .certificate = trusted.certificate,
                       .valid_until = trusted.valid_until,
                       .fetch = trusted.fetch};
}

auto check_signature(const CheckInput& input, core::View octets) -> Checked<Authenticated> {
  const auto trusted = TRY(find_trusted_keys(input));
  Checked<Authenticated> answer = std::unexpected(bad_signature(input, trusted.front()));
  for (const auto& one : trusted) {
    answer = check_with(input, one, octets);
    if (answer) break;
  }
  return answer;
}

// Wildcards are for patterns of the configuration: neither end may match by one here, or a peer
// could call itself `CN=*`.
auto is_same_name(core::View a, core::View b) -> bool {
  return crypto::distinguished_name_matches(a, b) && crypto::distinguished_name_matches(b, a);
}

template <class T>
auto without_value(Checked<T> checked) -> Checked<void> {
  if (!checked) return std::unexpected(std::move(checked).error());
  return {};
}

}  // namespace

auto check(const CheckInput& input, crypto::Provider& provider, iana::PrfId prf, core::View octets)
    -> Checked<Authenticated> {
  TRY(check_identity(input));
  TRY(check_method(input));
  switch (input.remote.kind) {
    case policy::AuthKind::psk:        return check_secret(input, provider, prf, octets);
    case policy::AuthKind::public_key: return check_signature(input, octets);
  }
  core::bug();
}

auto check_claim(const CheckInput& input) -> Checked<void> {
  TRY(check_identity(input));
  TRY(check_method(input));
  switch (input.remote.kind) {
    case policy::AuthKind::psk:        return without_value(find_secret(input));
    case policy::AuthKind::public_key: return without_value(find_trusted_keys(input));
  }
  core::bug();
}

auto is_named_in(const policy::Identity& id, const crypto::Certificate& certificate) -> bool {
  if (id.type() == IdType::id_der_asn1_dn) return is_same_name(id.data(), certificate.subject());
  return std::ranges::any_of(certificate.alternative_names(), [&](const auto& name) {
    return name.type == id.type() &&
           id.fit(policy::Identity(name.type, name.value)) == policy::Fit::exact;
  });
}

}  // namespace esplanade::ike::auth
