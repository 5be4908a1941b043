#include "policy/identity.h"

#include "crypto/certificate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace esplanade::policy {
namespace {

using core::Code;
using core::failure;
using core::Result;
using iana::IdType;

struct TypePrefix {
  std::string_view word;
  IdType type;
};

// strongSwan's; the first of each type is the one we write.
constexpr auto prefixes = std::to_array<TypePrefix>({
    {"ipv4:", IdType::id_ipv4_addr},
    {"ipv6:", IdType::id_ipv6_addr},
    {"fqdn:", IdType::id_fqdn},
    {"dns:", IdType::id_fqdn},
    {"email:", IdType::id_rfc822_addr},
    {"rfc822:", IdType::id_rfc822_addr},
    {"userfqdn:", IdType::id_rfc822_addr},
    {"asn1dn:", IdType::id_der_asn1_dn},
    {"asn1gn:", IdType::id_der_asn1_gn},
    {"keyid:", IdType::id_key_id},
});

auto octets_of(std::string_view text) -> core::Bytes {
  const auto view = core::as_view(text);
  return {view.begin(), view.end()};
}

auto text_of(core::View octets) -> std::string {
  std::string text;
  for (const auto octet : octets) text += static_cast<char>(octet);
  return text;
}

auto lower(std::string text) -> std::string {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

auto text_identity(IdType type, std::string_view text) -> Result<Identity> {
  if (text.empty()) return failure(Code::bad_value);
  return Identity(type, octets_of(text));
}

auto parse_dn(std::string_view text) -> Result<Identity> {
  return Identity(IdType::id_der_asn1_dn, TRY(crypto::parse_distinguished_name(text)));
}

auto parse_address(IdType type, std::string_view text) -> Result<Identity> {
  const auto address = net::Address::parse(text);
  if (!address) return failure(Code::bad_value);
  auto identity = Identity::of(*address);
  if (identity.type() != type) return failure(Code::bad_value);
  return identity;
}

auto is_empty_allowed(IdType type) -> bool { return type == IdType::id_null; }

auto parse_hex(IdType type, std::string_view digits) -> Result<Identity> {
  auto octets = TRY(core::from_hex(digits));
  if (octets.empty() && !is_empty_allowed(type)) return failure(Code::bad_value);
  return Identity(type, std::move(octets));
}

/// What stands behind the prefix of a type: hexadecimal behind `#`, else the type's own form.
auto parse_typed(IdType type, std::string_view text) -> Result<Identity> {
  if (text.starts_with('#')) return parse_hex(type, text.substr(1));
  switch (type) {
    case IdType::id_ipv4_addr:
    case IdType::id_ipv6_addr:   return parse_address(type, text);
    case IdType::id_der_asn1_dn: return parse_dn(text);
    case IdType::id_fqdn:
    case IdType::id_rfc822_addr:
    case IdType::id_der_asn1_gn:
    case IdType::id_key_id:
    case IdType::id_fc_name:
    case IdType::id_null:        break;
  }
  return text_identity(type, text);
}

/// "{11}:..", for a type without a prefix.
auto parse_numbered(std::string_view text) -> Result<Identity> {
  const auto close = text.find("}:");
  if (close == std::string_view::npos || close < 2 || close > 4) return failure(Code::bad_value);
  unsigned type = 0;
  for (const auto digit : text.substr(1, close - 1)) {
    if (digit < '0' || digit > '9') return failure(Code::bad_value);
    type = type * 10 + static_cast<unsigned>(digit - '0');
  }
  if (type == 0 || type > 255) return failure(Code::bad_value);
  return parse_typed(static_cast<IdType>(type), text.substr(close + 2));
}

auto parse_at(std::string_view text) -> Result<Identity> {
  if (text.starts_with("@#")) return parse_hex(IdType::id_key_id, text.substr(2));
  if (text.starts_with("@@")) return text_identity(IdType::id_rfc822_addr, text.substr(2));
  return text_identity(IdType::id_fqdn, text.substr(1));
}

auto is_any_word(std::string_view text) -> bool {
  return text == "%any" || text == "%any6" || text == "*" || text == "0.0.0.0" || text == "::";
}

/// A name; not an address with a slip in it, nor a prefix.
auto parse_name(std::string_view text) -> Result<Identity> {
  const auto is_number = text.find_first_not_of("0123456789.") == std::string_view::npos;
  const auto is_broken = is_number || text.find_first_of(":/%") != std::string_view::npos;
  if (is_broken) return failure(Code::bad_value);
  return text_identity(IdType::id_fqdn, text);
}

auto is_printable(std::string_view text) -> bool {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

auto prefix_of(IdType type) -> std::string {
  const auto* row = std::ranges::find(prefixes, type, &TypePrefix::type);
  return row == prefixes.end() ? fmt::format("{{{}}}:", std::to_underlying(type))
                               : std::string(row->word);
}

/// How the identity may be written, the best first.
auto writings(const Identity& id) -> std::vector<std::string> {
  const auto text = text_of(id.data());
  switch (id.type()) {
    case IdType::id_ipv4_addr:
    case IdType::id_ipv6_addr: {
      const auto wanted = id.type() == IdType::id_ipv4_addr ? 4U : 16U;
      if (id.data().size() != wanted) return {};
      return {net::Address(id.data()).to_string(),
              prefix_of(id.type()) + net::Address(id.data()).to_string()};
    }
    case IdType::id_fqdn:        return {text, "@" + text, "fqdn:" + text};
    case IdType::id_rfc822_addr: return {text, "email:" + text};
    case IdType::id_key_id:      return {"keyid:" + text};
    case IdType::id_der_asn1_dn:
    case IdType::id_der_asn1_gn:
    case IdType::id_fc_name:
    case IdType::id_null:        break;
  }
  return {};
}

auto fit_name(const Identity& id, const Identity& pattern) -> Fit {
  const auto name = lower(text_of(id.data()));
  const auto wanted = lower(text_of(pattern.data()));
  if (name == wanted) return Fit::exact;
  const auto is_wildcard = wanted.starts_with("*.");
  const auto ends_so = is_wildcard && name.size() > wanted.size() - 1 &&
                       name.ends_with(std::string_view(wanted).substr(1));
  return ends_so ? Fit::wildcard : Fit::none;
}

/// The part in front of the last `@` counts its case (RFC 5321, 2.4), the host behind it does not.
auto fit_mail(const Identity& id, const Identity& pattern) -> Fit {
  const auto split = [](const Identity& of) {
    const auto text = text_of(of.data());
    const auto at = std::min(text.rfind('@'), text.size());
    return std::pair(text.substr(0, at), lower(text.substr(at)));
  };
  const auto [user, host] = split(id);
  const auto [wanted_user, wanted_host] = split(pattern);
  if (host != wanted_host) return Fit::none;
  if (user == wanted_user) return Fit::exact;
  return wanted_user == "*" && !user.empty() ? Fit::wildcard : Fit::none;
}

auto fit_dn(const Identity& id, const Identity& pattern) -> Fit {
  if (std::ranges::equal(id.data(), pattern.data())) return Fit::exact;
  if (!crypto::distinguished_name_matches(id.data(), pattern.data())) return Fit::none;
  // Only a pattern with a wildcard fits in one direction alone.
  return crypto::distinguished_name_matches(pattern.data(), id.data()) ? Fit::exact : Fit::wildcard;
}

}  // namespace

auto Identity::parse(std::string_view text) -> Result<Identity> {
  if (is_any_word(text)) return Identity();
  for (const auto& [word, type] : prefixes) {
    if (text.starts_with(word)) return parse_typed(type, text.substr(word.size()));
  }
  if (text.starts_with('{')) return parse_numbered(text);
  if (text.starts_with('@')) return parse_at(text);
  if (text.find('=') != std::string_view::npos) return parse_dn(text);
  if (text.find('@') != std::string_view::npos) return text_identity(IdType::id_rfc822_addr, text);
  if (const auto address = net::Address::parse(text)) return of(*address);
  return parse_name(text);
}

auto Identity::of(const net::Address& address) -> Identity {
  const auto octets = address.bytes();
  const auto is_ipv4 = address.family() == net::Family::ipv4;
  return {is_ipv4 ? IdType::id_ipv4_addr : IdType::id_ipv6_addr, {octets.begin(), octets.end()}};
}

auto Identity::to_string() const -> std::string {
  if (is_any()) return "%any";
  if (type_ == IdType::id_der_asn1_dn) {
    auto text = crypto::distinguished_name_text(data_);
    if (is_printable(text)) return text;
  }
  for (const auto& text : writings(*this)) {
    if (is_printable(text) && parse(text) == *this) return text;
  }
  return (type_ == IdType::id_key_id ? "@#" : prefix_of(type_) + "#") + core::to_hex(data_);
}

auto Identity::fit(const Identity& pattern) const -> Fit {
  if (pattern.is_any()) return Fit::any;
  if (pattern.type_ != type_) return Fit::none;
  switch (type_) {
    case IdType::id_fqdn:        return fit_name(*this, pattern);
    case IdType::id_rfc822_addr: return fit_mail(*this, pattern);
    case IdType::id_der_asn1_dn: return fit_dn(*this, pattern);
    case IdType::id_ipv4_addr:
    case IdType::id_ipv6_addr:
    case IdType::id_der_asn1_gn:
    case IdType::id_key_id:
    case IdType::id_fc_name:
    case IdType::id_null:        break;
  }
  return data_ == pattern.data_ ? Fit::exact : Fit::none;
}

}  // namespace esplanade::policy
