#include "ike/auth/chain_failures.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace esplanade::ike::auth {
namespace {

using crypto::ChainCheck;

struct Words {
  std::string_view why;  ///< behind "the certificate X "
  std::string_view hint;
};

auto words_of(ChainCheck check) -> Words {
  switch (check) {
    case ChainCheck::no_anchor:
      return {"was issued by no authority we trust",
              "put the authority's certificate into x509ca, or have the peer send what is between"};
    case ChainCheck::not_yet_valid:
      return {"is not yet valid", "compare the clocks of both ends, then the certificate's dates"};
    case ChainCheck::expired:
      return {"has expired", "renew the certificate; if its dates are right, set the clock"};
    case ChainCheck::not_a_ca:
      return {"may not issue certificates", "reissue it with basicConstraints CA:TRUE"};
    case ChainCheck::bad_signature:
      return {
          "has a signature that does not verify",
          "an authority of the same name with another key is in x509ca, or the file is damaged"};
    case ChainCheck::wrong_key_usage:
      return {"may not be used for signatures", "reissue it with keyUsage digitalSignature"};
    case ChainCheck::name_constraints:
      return {"has a name its authority may not give", "see the authority's nameConstraints"};
    case ChainCheck::path_too_long:
      return {"stands under more authorities than are allowed", "see pathlen of the authorities"};
    case ChainCheck::unknown_critical_extension:
      return {"has a critical extension we do not know", "reissue it without"};
    case ChainCheck::weak_key:
      return {"has a key or signature that is too weak",
              "reissue it with RSA of 2048 bits or more, or an elliptic curve, and SHA-2"};
    case ChainCheck::revoked: return {"has been revoked", "the peer needs a new certificate"};
    case ChainCheck::revocation_unknown:
      return {"may have been revoked: no list or answer about it could be had",
              "see that its CRL or OCSP address can be reached, or relax remote.revocation"};
    case ChainCheck::stale_crl:
      return {
          "may have been revoked: the list about it is out of date",
          "put a fresh CRL into x509crl, see that its address can be reached, or check the clock"};
    case ChainCheck::other: return {"is not valid", ""};
  }
  core::bug();
}

auto failure_of(const crypto::ChainFailure& chain, const CheckInput& input) -> AuthFailure {
  const auto words = words_of(chain.check);
  return {.check = AuthCheck::chain,
          .chain = chain.check,
          .why = fmt::format("the certificate {} {}{}", chain.subject, words.why,
                             chain.detail.empty() ? "" : fmt::format(" ({})", chain.detail)),
          .hint = std::string(words.hint),
          .line = input.remote.line,
          .fetch = {}};
}

auto is_about_time(ChainCheck check) -> bool {
  return check == ChainCheck::not_yet_valid || check == ChainCheck::expired;
}

auto date_of(core::WallTime time) -> std::string {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time.since_epoch).count();
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

}  // namespace

auto explain_chain(const crypto::ChainFailure& failure, const CheckInput& input) -> AuthFailure {
  if (!is_about_time(failure.check)) return failure_of(failure, input);
  // Half of all expired certificates are clocks: say what ours shows.
  auto dated = failure;
  dated.detail +=
      fmt::format("{}it is now {}", dated.detail.empty() ? "" : ", ", date_of(input.now));
  return failure_of(dated, input);
}

auto explain_dates(ChainCheck check, const crypto::Certificate& certificate,
                   const CheckInput& input) -> AuthFailure {
  const auto is_early = check == ChainCheck::not_yet_valid;
  const auto limit = is_early ? certificate.not_before() : certificate.not_after();
  return explain_chain(
      {.check = check,
       .subject = certificate.subject_text(),
       .detail = fmt::format("{} {}", is_early ? "valid from" : "was valid until", date_of(limit))},
      input);
}

}  // namespace esplanade::ike::auth
