#include "ike/session/handshake/revocation.h"

#include <algorithm>

namespace esplanade::ike::session {
namespace {

using namespace std::chrono_literals;

/// How long an answer, or the lack of one, stands before the URL is asked again.
constexpr core::Duration asked_again_after = 60s;

/// CRLs and OCSP responses kept each: far more than a trust anchor's sub-CAs, and a bound.
constexpr std::size_t most_kept = 64;
/// URLs remembered; when full the oldest answers make room.
constexpr std::size_t most_tried = 256;

template <class T>
void keep(std::vector<T>& kept, T value) {
  if (kept.size() >= most_kept) kept.erase(kept.begin());
  kept.push_back(std::move(value));
}

}  // namespace

void Revocation::ask(const std::string& url, Fetch fetch, bool is_ocsp, const Env& env,
                     std::vector<std::string>& asked, Actions& out) {
  const auto it = tried_.find(url);
  if (it != tried_.end()) {
    if (!it->second.is_answered) asked.push_back(url);  // somebody else's question; wait as well
    if (env.now < it->second.at + asked_again_after) return;
  }
  if (tried_.size() >= most_tried) {
    tried_.erase(
        std::ranges::min_element(tried_, {}, [](const auto& entry) { return entry.second.at; }));
  }
  tried_[url] = {.at = env.now, .is_ocsp = is_ocsp, .is_answered = false};
  if (std::ranges::find(asked, url) == asked.end()) asked.push_back(url);
  out.push_back(std::move(fetch));
}

auto Revocation::ask_for(const auth::Fetchable& wanted, const Env& env, Actions& out)
    -> std::vector<std::string> {
  std::vector<std::string> asked;
  for (const auto& url : wanted.crl_urls) {
    ask(url, {.url = url, .content_type = {}, .body = {}}, false, env, asked, out);
  }
  if (wanted.certificate == nullptr || wanted.issuer == nullptr) return asked;
  for (const auto& url : wanted.ocsp_urls) {
    auto request = crypto::ocsp_request(*wanted.certificate, *wanted.issuer);
    if (!request) continue;
    ask(url, {.url = url, .content_type = "application/ocsp-request", .body = *std::move(request)},
        true, env, asked, out);
  }
  return asked;
}

void Revocation::take(const Fetched& fetched, const Env& env) {
  const auto it = tried_.find(fetched.url);
  if (it == tried_.end()) return;
  it->second.is_answered = true;
  it->second.at = env.now;
  if (fetched.body.empty()) return;
  if (it->second.is_ocsp) return keep(ocsp_, fetched.body);
  if (auto crl = crypto::parse_crl(fetched.body)) keep(crls_, *std::move(crl));
}

}  // namespace esplanade::ike::session
