// A small file by HTTP/1.1, for certificates and what tells whether they are revoked: bounded in
// size, in time and in redirects (one). Plain http, for what is fetched is signed.
//
// Threads: blocks; for a thread that may.
#pragma once

#include "core/bytes.h"
#include "core/time.h"

#include <cstdint>
#include <expected>
#include <string>

namespace esplanade::platform {

struct FetchRequest {
  std::string url;
  std::string content_type;  ///< empty: GET; else POST of `body`
  core::Bytes body;
};

struct FetchLimits {
  std::size_t body = std::size_t{1} << 20;
  core::Duration time = std::chrono::seconds(10);  ///< name look-up apart, which the system bounds
  std::uint32_t mark = 0;                          ///< SO_MARK, so that the TUN is passed by
};

/// The body, or in words why there is none.
[[nodiscard]] auto fetch(const FetchRequest& request, const FetchLimits& limits)
    -> std::expected<core::Bytes, std::string>;

}  // namespace esplanade::platform
