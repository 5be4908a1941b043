#include "policy/credentials.h"

#include <algorithm>
#include <tuple>

namespace esplanade::policy {
namespace {

/// What a secret's owners say about two ends: higher is better, theirs before ours.
using Rank = std::tuple<Fit, Fit>;

auto best_fit(const Identity& id, const std::vector<Identity>& owners) -> Fit {
  auto best = Fit::none;
  for (const auto& owner : owners) best = std::max(best, id.fit(owner));
  return best;
}

/// A secret of ours and somebody else's proves nothing about a third one, so an owner that is not
/// us calls for the peer among the owners.
auto serves(const PreSharedKey& secret, const Identity& ours, const Rank& rank) -> bool {
  if (std::get<0>(rank) != Fit::none) return true;
  return std::ranges::all_of(secret.owners,
                             [&](const Identity& owner) { return ours.fit(owner) != Fit::none; });
}

}  // namespace

auto Credentials::find_secret(const Identity& ours, const Identity& theirs) const
    -> const PreSharedKey* {
  const PreSharedKey* best = nullptr;
  Rank best_rank;
  for (const auto& secret : secrets) {
    const Rank rank{best_fit(theirs, secret.owners), best_fit(ours, secret.owners)};
    if (!serves(secret, ours, rank)) continue;
    if (best != nullptr && rank <= best_rank) continue;
    best = &secret;
    best_rank = rank;
  }
  return best;
}

auto Credentials::find_key(const crypto::PublicKey& public_key) const -> const OwnKey* {
  const auto wanted = public_key.spki();
  const auto it = std::ranges::find_if(
      keys, [&](const OwnKey& own) { return own.key->public_key().spki() == wanted; });
  return it == keys.end() ? nullptr : &*it;
}

}  // namespace esplanade::policy
