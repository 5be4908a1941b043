// An `http:` URL taken apart (RFC 3986, 3): what certificates and configurations name for CRLs,
// OCSP and certificates by hash.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace esplanade::platform {

struct HttpUrl {
  std::string host;  ///< without the brackets of an IPv6 address
  std::uint16_t port = 80;
  std::string target;     ///< path and query, at least "/"
  std::string authority;  ///< host and port as written, for the Host field
};

/// Nothing for other schemes, user names, and octets that have no place in a URL: it may come from
/// a stranger and goes into a request.
[[nodiscard]] auto parse_http_url(std::string_view text) -> std::optional<HttpUrl>;

/// Where `location` leads from `base`; nothing unless that is an http URL.
[[nodiscard]] auto resolve_http_url(const HttpUrl& base, std::string_view location)
    -> std::optional<HttpUrl>;

}  // namespace esplanade::platform
