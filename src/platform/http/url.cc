#include "platform/http/url.h"

#include <algorithm>
#include <charconv>

namespace esplanade::platform {
namespace {

constexpr std::string_view scheme = "http://";

auto lower(char c) -> char { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

auto has_scheme(std::string_view text) -> bool {
  return text.size() >= scheme.size() &&
         std::ranges::equal(text.substr(0, scheme.size()), scheme, {}, lower);
}

auto is_visible(char c) -> bool { return c > ' ' && c < '\x7f'; }

auto is_of_host(char c) -> bool {
  const auto small = lower(c);
  return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == ':';
}

auto parse_port(std::string_view text) -> std::optional<std::uint16_t> {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool is_whole = error == std::errc{} && end == text.data() + text.size();
  return is_whole && port != 0 ? std::optional(port) : std::nullopt;
}

/// Where the host ends: behind the bracket of an IPv6 address, or at the colon.
auto host_length(std::string_view authority) -> std::size_t {
  if (authority.starts_with('[')) {
    const auto bracket = authority.find(']');
    return bracket == std::string_view::npos ? 0 : bracket + 1;
  }
  return std::min(authority.find(':'), authority.size());
}

auto unbracketed(std::string_view host) -> std::string_view {
  if (host.starts_with('[')) return host.substr(1, host.size() - 2);
  return host;
}

}  // namespace

auto parse_http_url(std::string_view text) -> std::optional<HttpUrl> {
  if (!has_scheme(text) || !std::ranges::all_of(text, is_visible)) return std::nullopt;
  text.remove_prefix(scheme.size());
  text = text.substr(0, text.find('#'));
  const auto authority = text.substr(0, text.find_first_of("/?"));
  const auto rest = text.substr(authority.size());
  const auto length = host_length(authority);
  const auto host = unbracketed(authority.substr(0, length));
  if (host.empty() || !std::ranges::all_of(host, is_of_host)) return std::nullopt;

  HttpUrl url{.host = std::string(host), .target = std::string(rest), .authority = {}};
  url.authority = authority;
  if (const auto port = authority.substr(length); !port.empty()) {
    const auto number = port.starts_with(':') ? parse_port(port.substr(1)) : std::nullopt;
    if (!number) return std::nullopt;
    url.port = *number;
  }
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  return url;
}

auto resolve_http_url(const HttpUrl& base, std::string_view location) -> std::optional<HttpUrl> {
  if (location.starts_with("//")) return parse_http_url("http:" + std::string(location));
  if (!location.starts_with('/')) return parse_http_url(location);
  return parse_http_url(std::string(scheme) + base.authority + std::string(location));
}

}  // namespace esplanade::platform
