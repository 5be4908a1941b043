#include "ike/auth/certreq.h"

#include <algorithm>

namespace esplanade::ike::auth {
namespace {

constexpr std::size_t hash_size = 20;

auto holds(const core::Bytes& hashes, core::View hash) -> bool {
  for (auto rest = core::View(hashes); !rest.empty(); rest = rest.subspan(hash_size)) {
    if (std::ranges::equal(rest.first(hash_size), hash)) return true;
  }
  return false;
}

}  // namespace

auto certificate_request(const policy::Authentication& remote,
                         const policy::Credentials& credentials) -> core::Bytes {
  const auto& anchors = remote.authorities.empty() ? credentials.anchors : remote.authorities;
  core::Bytes hashes;
  for (const auto& anchor : anchors) {
    const auto hash = anchor->key_hash();
    if (!holds(hashes, hash)) hashes.insert(hashes.end(), hash.begin(), hash.end());
  }
  return hashes;
}

}  // namespace esplanade::ike::auth
