// Revocation data from the network: what is asked for, what has come, and for how long it is kept
// (RFC 5280, 5; RFC 6960). Only certificates whose chains reach an anchor are asked about.
//
// Bounded: `most_kept` answers, the oldest go first; a URL that failed is not asked again for a
// minute.
#pragma once

#include "ike/auth/check.h"
#include "ike/event.h"

#include <map>

namespace esplanade::ike::session {

class Revocation {
 public:
  /// URLs whose answers are to be waited for, and the actions that ask. Empty: all of it was tried
  /// just now.
  [[nodiscard]] auto ask_for(const auth::Fetchable& wanted, const Env& env, Actions& out)
      -> std::vector<std::string>;
  /// An answer, or the news that there will be none.
  void take(const Fetched& fetched, const Env& env);

  [[nodiscard]] auto crls() const -> std::span<const crypto::CrlPtr> { return crls_; }
  [[nodiscard]] auto ocsp_responses() const -> std::span<const core::Bytes> { return ocsp_; }

 private:
  struct Tried {
    core::Time at{};
    bool is_ocsp = false;
    bool is_answered = false;
  };

  void ask(Fetch fetch, core::Time now, std::vector<std::string>& asked, Actions& out);

  std::map<std::string, Tried> tried_;
  std::vector<crypto::CrlPtr> crls_;
  std::vector<core::Bytes> ocsp_;
};

}  // namespace esplanade::ike::session
