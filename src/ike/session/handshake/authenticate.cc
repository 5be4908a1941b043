#include "ike/session/handshake/authenticate.h"

#include "core/endian.h"
#include "core/writer.h"
#include "ike/auth/certreq.h"
#include "ike/keys/auth_octets.h"

namespace esplanade::ike::session {
namespace {

using iana::NotifyType;

enum class Side : std::uint8_t { initiator, responder };

auto octets_of(Side signer, const IkeSa& sa, const Prelude& prelude, const wire::IdPayload& id,
               Context& context) -> core::Bytes {
  const bool is_initiator = signer == Side::initiator;
  const auto body = wire::id_body(id);
  return keys::signed_octets(context.env.crypto, sa.suite.prf,
                             {.real_message = is_initiator ? prelude.request : prelude.response,
                              .nonce = is_initiator ? prelude.nr : prelude.ni,
                              .sk_p = (is_initiator ? sa.keys.i : sa.keys.r).sk_p.reveal(),
                              .id_body = body});
}

auto ours(const IkeSa& sa) -> Side {
  return sa.is_original_initiator ? Side::initiator : Side::responder;
}

auto theirs(const IkeSa& sa) -> Side {
  return sa.is_original_initiator ? Side::responder : Side::initiator;
}

}  // namespace

auto own_id(const IkeSa& sa) -> wire::IdPayload {
  return {.is_initiator = sa.is_original_initiator, .id = sa.our_id, .reserved = {}};
}

auto hints_of(const Prelude& prelude, const wire::Payloads& message) -> auth::PeerHints {
  auth::PeerHints hints;
  hints.hashes = prelude.their_hashes;
  for (const auto& payload : message) {
    const auto* request = std::get_if<wire::CertReqPayload>(&payload);
    if (request == nullptr) continue;
    hints.asked_for_certificates = true;
    if (request->encoding != iana::CertificateEncoding::x509_signature) continue;
    hints.authorities.insert(hints.authorities.end(), request->data.begin(), request->data.end());
  }
  return hints;
}

auto prove_ours(const IkeSa& sa, const Prelude& prelude, const auth::PeerHints& hints,
                Context& context) -> std::expected<auth::Proof, auth::ProveFailure> {
  const auto octets = octets_of(ours(sa), sa, prelude, own_id(sa), context);
  const auto& connection = *sa.connection;
  return auth::prove({.local = connection.local,
                      .connection = connection,
                      .credentials = context.credentials,
                      .ours = sa.our_id,
                      .theirs = sa.their_id.is_any() ? connection.remote.id : sa.their_id,
                      .hints = hints},
                     context.env.crypto, sa.suite.prf, octets);
}

auto check_theirs(const IkeSa& sa, const policy::Authentication& remote, const Claim& claim,
                  Context& context) -> std::expected<auth::Authenticated, auth::AuthFailure> {
  const auto octets = octets_of(theirs(sa), sa, claim.prelude, claim.id, context);
  std::vector<const wire::CertPayload*> certificates;
  for (const auto& payload : claim.message) {
    if (const auto* cert = std::get_if<wire::CertPayload>(&payload)) certificates.push_back(cert);
  }
  return auth::check({.remote = remote,
                      .credentials = context.credentials,
                      .ours = sa.our_id,
                      .theirs = claim.id.id,
                      .auth = claim.auth,
                      .certificates = std::move(certificates),
                      .ocsp_responses = context.revocation.ocsp_responses(),
                      .fetched_crls = context.revocation.crls(),
                      .now = context.env.wall},
                     context.env.crypto, sa.suite.prf, octets);
}

void append_certificates(const auth::Proof& proof, wire::Payloads& to) {
  for (const auto& certificate : proof.certificates) to.emplace_back(certificate);
}

void append_certificate_request(const policy::Connection& connection,
                                const policy::Credentials& credentials, wire::Payloads& to) {
  if (!connection.sends_certificate_request ||
      connection.remote.kind != policy::AuthKind::public_key) {
    return;
  }
  auto hashes = auth::certificate_request(connection.remote, credentials);
  if (hashes.empty()) return;
  to.emplace_back(wire::CertReqPayload{.encoding = iana::CertificateEncoding::x509_signature,
                                       .data = std::move(hashes)});
}

void append_window_size(const EndpointOptions& options, wire::Payloads& to) {
  if (options.window <= 1) return;
  core::Bytes data(4);
  core::store_be(options.window, core::MutableView(data), 0);
  to.emplace_back(notify(NotifyType::set_window_size, std::move(data)));
}

void widen_window(IkeSa& sa, const wire::Payloads& payloads) {
  const auto* told = wire::find_notify(payloads, NotifyType::set_window_size);
  if (told == nullptr || told->data.size() != 4) return;
  sa.exchanges.widen_theirs(core::load_be<std::uint32_t>(core::View(told->data), 0));
}

auto wait_for_revocation(IkeSa& sa, AwaitRevocation& state, const auth::Fetchable& wanted,
                         Context& context) -> bool {
  auto urls = context.revocation.ask_for(wanted, context.env, context.out);
  if (urls.empty()) return false;
  state.urls = std::move(urls);
  sa.state = std::move(state);
  return true;
}

}  // namespace esplanade::ike::session
