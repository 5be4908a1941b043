#include "ike/auth/check.h"
#include "ike/auth/prove.h"
#include "ike/auth/schemes.h"
#include "ike/explain/claims.h"
#include "ike/explain/findings.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace esplanade::ike::explain {
namespace {

using auth::AuthCheck;

auto topic_of(AuthCheck check) -> Topic {
  switch (check) {
    case AuthCheck::identity:               return Topic::identity;
    case AuthCheck::method:
    case AuthCheck::scheme:
    case AuthCheck::bad_signature:          return Topic::authentication;
    case AuthCheck::no_secret:
    case AuthCheck::psk_mismatch:           return Topic::secret;
    case AuthCheck::certificate_missing:
    case AuthCheck::certificate_unreadable:
    case AuthCheck::chain:
    case AuthCheck::not_pinned:
    case AuthCheck::id_not_in_certificate:  return Topic::certificate;
  }
  core::bug();
}

auto is_by_secret(const Claim& claim) -> bool {
  return claim.auth != nullptr &&
         claim.auth->method == iana::AuthMethod::shared_key_message_integrity_code;
}

auto proof_text(const Claim& claim) -> std::string {
  return claim.auth == nullptr ? "EAP" : auth::name_of(claim.auth->method);
}

/// Of the refused claim and the refusal.
struct Refused {
  const Claim& claim;
  Role role{};
  std::size_t frame = 0;
};

// --- by our configuration ------------------------------------------------------------------------

/// All that can be compared fits, so it must be what cannot.
auto nothing_found(const Refused& refused, const auth::CheckInput& input) -> Finding {
  Finding finding{.level = Level::error,
                  .topic = Topic::authentication,
                  .frame = refused.frame,
                  .why = fmt::format("{} was refused, but identity, certificate and authority fit: "
                                     "what is left is the signature",
                                     input.theirs.to_string()),
                  .hint =
                      "does the peer's private key belong to its certificate? And does the "
                      "daemon run by this configuration?",
                  .line = input.remote.line};
  if (!is_by_secret(refused.claim)) return finding;
  finding.topic = Topic::secret;
  finding.why = fmt::format(
      "the identities fit and there is a pre-shared key for them: so those of "
      "{} and {} differ",
      input.ours.to_string(), input.theirs.to_string());
  const auto* const secret = input.credentials.find_secret(input.ours, input.theirs);
  finding.hint = fmt::format("compare secrets.{} with the peer's, to the last character",
                             secret == nullptr ? "ike" : secret->name);
  return finding;
}

auto judge(const Refused& refused, const Subject& subject) -> Finding {
  const auto& connection = *subject.sides.ours->connection;
  const auto& us = refused.role == Role::initiator ? subject.conversation.responder()
                                                   : subject.conversation.initiator();
  static const policy::Credentials nothing;
  const auto& known = subject.knowledge.credentials;
  const auto ours = auth::own_identity(connection.local, us.address);
  const auth::CheckInput input{.remote = connection.remote,
                               .credentials = known ? *known : nothing,
                               .ours = ours,
                               .theirs = refused.claim.id->id,
                               .auth = *refused.claim.auth,
                               .certificates = refused.claim.certificates,
                               .ocsp_responses = {},
                               .fetched_crls = {},
                               .now = refused.claim.leg->at};
  const auto* const wanted = refused.claim.wanted;
  if (wanted != nullptr && ours.fit(wanted->id) == policy::Fit::none) {
    return {
        .level = Level::error,
        .topic = Topic::identity,
        .frame = refused.frame,
        .why = fmt::format("they ask for {}, we are {}", wanted->id.to_string(), ours.to_string()),
        .hint = fmt::format("set local.id = {}, or change the peer's remote.id",
                            wanted->id.to_string()),
        .line = connection.local.id_line};
  }
  const auto checked = auth::check_claim(input);
  if (checked) return nothing_found(refused, input);
  const auto& failure = checked.error();
  return {.level = Level::error,
          .topic = topic_of(failure.check),
          .frame = refused.frame,
          .why = failure.why,
          .hint = failure.hint,
          .line = failure.line};
}

// --- by what was said ----------------------------------------------------------------------------

auto wanted_text(const Claim& claim) -> std::string {
  return claim.wanted == nullptr ? std::string()
                                 : fmt::format(" (and asks for {})", claim.wanted->id.to_string());
}

/// We were refused: only the peer knows why.
auto we_were_refused(const Refused& refused, const Subject& subject) -> Finding {
  const auto& connection = *subject.sides.ours->connection;
  const bool is_secret = is_by_secret(refused.claim);
  return {.level = Level::error,
          .topic = is_secret ? Topic::secret : Topic::authentication,
          .frame = refused.frame,
          .why = fmt::format("the peer does not accept that we are {} by {}{}",
                             refused.claim.id->id.to_string(), proof_text(refused.claim),
                             wanted_text(refused.claim)),
          .hint = is_secret ? "most often the pre-shared keys differ; else compare local.id and "
                              "remote.id with the peer's remote.id and local.id"
                            : "the peer must trust the authority of our certificate, and expect "
                              "our local.id; its clock must be right",
          .line = connection.local.id_line};
}

auto somebody_was_refused(const Refused& refused, const Subject& subject) -> Finding {
  const auto& refuser = subject.sides.name(other(refused.role));
  return {.level = Level::error,
          .topic = is_by_secret(refused.claim) ? Topic::secret : Topic::authentication,
          .frame = refused.frame,
          .why = fmt::format("{} does not accept that {} is {} by {}{}", refuser,
                             subject.sides.name(refused.role), refused.claim.id->id.to_string(),
                             proof_text(refused.claim), wanted_text(refused.claim)),
          .hint = fmt::format("the log of {} says why; its configuration, given by --config, is "
                              "compared with what was said",
                              refuser),
          .line = {}};
}

auto unseen_claim(const Subject& subject, Role role, std::size_t frame) -> Finding {
  return {.level = Level::error,
          .topic = Topic::authentication,
          .frame = frame,
          .why = fmt::format("{} does not accept who {} is", subject.sides.name(other(role)),
                             subject.sides.name(role)),
          .hint = "what it said of itself is not in the capture, or not opened",
          .line = {}};
}

void find_refusal(const Subject& subject, Role role, Findings& to) {
  const auto frame = refusal_of(subject.conversation, role);
  if (!frame) return;
  const auto claim = claim_of(subject.conversation, role);
  if (!claim) return to.push_back(unseen_claim(subject, role, *frame));
  const Refused refused{.claim = *claim, .role = role, .frame = *frame};
  const bool can_judge = subject.sides.is_ours(other(role)) && claim->auth != nullptr;
  if (can_judge) return to.push_back(judge(refused, subject));
  to.push_back(subject.sides.ours && subject.sides.is_ours(role)
                   ? we_were_refused(refused, subject)
                   : somebody_was_refused(refused, subject));
}

// --- dates ---------------------------------------------------------------------------------------

auto date_of(core::WallTime time) -> std::string {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time.since_epoch).count();
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

void check_dates(const Subject& subject, Role role, Findings& to) {
  const auto claim = claim_of(subject.conversation, role);
  if (!claim) return;
  for (const auto* const sent : claim->certificates) {
    if (sent->encoding != iana::CertificateEncoding::x509_signature) continue;
    const auto certificate = crypto::parse_certificate(sent->data);
    if (!certificate) continue;
    const auto at = claim->leg->at;
    const bool is_early = at < (*certificate)->not_before();
    if (!is_early && at <= (*certificate)->not_after()) continue;
    to.push_back({.level = Level::warning,
                  .topic = Topic::certificate,
                  .frame = claim->leg->frame,
                  .why = fmt::format("the certificate {} of {} {} {}; it was captured at {}",
                                     (*certificate)->subject_text(), subject.sides.name(role),
                                     is_early ? "is valid from" : "was valid until",
                                     date_of(is_early ? (*certificate)->not_before()
                                                      : (*certificate)->not_after()),
                                     date_of(at)),
                  .hint = "compare the clocks of both ends, then renew the certificate",
                  .line = {}});
  }
}

void find_short_refusal(const Subject& subject, Findings& to) {
  for (const auto& exchange : subject.conversation.exchanges()) {
    if (!is_short_refusal(exchange)) continue;
    to.push_back(
        {.level = Level::error,
         .topic = Topic::authentication,
         .frame = answer_frame(exchange),
         .why = fmt::format("{} answered IKE_AUTH by {} octets: too few for a proof of its "
                            "own, so it refuses",
                            subject.sides.responder, exchange.response.tries.front().length),
         .hint = "the notify is encrypted: give the keys by --ike-keys, or see the log "
                 "there",
         .line = subject.sides.line(&policy::Connection::line)});
  }
}

}  // namespace

void find_in_auth(const Subject& subject, Findings& to) {
  for (const auto role : {Role::initiator, Role::responder}) {
    find_refusal(subject, role, to);
    check_dates(subject, role, to);
  }
  find_short_refusal(subject, to);
}

}  // namespace esplanade::ike::explain
