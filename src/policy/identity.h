// Who an end says it is: the body of an ID payload (RFC 7296, 3.5), its text, and the patterns of
// the PAD (RFC 4301, 4.4.3.1).
//
//   auto id = Identity::parse("moon.example.org");      // FQDN
//   Identity::parse("*.example.org").matches(*id);
#pragma once

#include "core/bytes.h"
#include "iana/ikev2_messages.h"
#include "net/address.h"

#include <string>
#include <string_view>

namespace esplanade::policy {

/// How well an identity fits a pattern; a higher one wins when several connections fit.
enum class Fit : std::uint8_t { none, any, wildcard, exact };

class Identity {
 public:
  Identity() = default;  ///< matches any as a pattern: `%any`
  Identity(iana::IdType type, core::Bytes data) : type_(type), data_(std::move(data)) {}

  /// By strongSwan's rules: an address; "user@domain" RFC822; "@name" FQDN; "@#0a0b" KEY_ID in
  /// hexadecimal; "C=.., CN=.." a DN; "fqdn:..", "keyid:..", "email:..", "ipv4:..", "ipv6:..",
  /// "dns:..", "asn1dn:.." by type; "%any" any; else FQDN. Errors: bad_value.
  [[nodiscard]] static auto parse(std::string_view text) -> core::Result<Identity>;
  [[nodiscard]] static auto of(const net::Address& address) -> Identity;

  [[nodiscard]] auto type() const noexcept -> iana::IdType { return type_; }
  /// The identification data without type and reserved octets.
  [[nodiscard]] auto data() const noexcept -> core::View { return data_; }
  [[nodiscard]] auto is_any() const noexcept -> bool { return type_ == iana::IdType{}; }
  /// As parse() reads it back; octets that do not print are escaped, so that a log stays one line.
  [[nodiscard]] auto to_string() const -> std::string;

  /// Does this identity, as a peer sent it, fit `pattern`? FQDN and the host part of RFC822 without
  /// regard to case; "*" in front of a domain ("*.example.org", "*@example.org"); a prefix or
  /// range is not an identity; DNs by RDN with `*` as value.
  [[nodiscard]] auto fit(const Identity& pattern) const -> Fit;

  auto operator==(const Identity&) const -> bool = default;

 private:
  iana::IdType type_{};
  core::Bytes data_;
};

}  // namespace esplanade::policy
