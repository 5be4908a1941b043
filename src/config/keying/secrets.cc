#include "config/keying/secrets.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::config::keying {
namespace {

using check::Unbuilt;

constexpr auto section_names =
    std::to_array<std::string_view>({"ike*", "private*", "rsa*", "ecdsa*", "pkcs8*"});
constexpr auto unbuilt = std::to_array<Unbuilt>({
    {"eap*", "EAP", {}, "pre-shared keys stand in sections `ike`"},
    {"xauth*", "IKEv1", {}, "pre-shared keys stand in sections `ike`"},
    {"ntlm*", "EAP", {}, "pre-shared keys stand in sections `ike`"},
    {"ppk*", "postquantum preshared keys (RFC 8784)"},
    {"token*", "tokens (PKCS #11)", {}, "private keys are read from the folder private"},
    {"pkcs12*",
     "PKCS #12 containers",
     {},
     "take certificate and key out with `openssl pkcs12`, into the folders x509 and private"},
});
constexpr auto shared_names = std::to_array<std::string_view>({"secret", "id*"});
constexpr auto passphrase_names = std::to_array<std::string_view>({"secret", "file"});

constexpr std::size_t secret_max = 512;

/// Octets that are wiped when they go.
struct Wiped {
  core::Bytes octets;
  Wiped() = default;
  Wiped(const Wiped&) = delete;
  auto operator=(const Wiped&) -> Wiped& = delete;
  ~Wiped() { core::wipe(octets); }
};

auto base64_value(char c) -> std::optional<unsigned> {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto at = alphabet.find(c);
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<unsigned>(at);
}

auto decode_base64(std::string_view text, core::Bytes& to) -> bool {
  while (text.ends_with('=')) text.remove_suffix(1);
  to.reserve(text.size());  // so that no copy is left behind
  unsigned bits = 0;
  unsigned count = 0;
  for (const auto c : text) {
    const auto value = base64_value(c);
    if (!value) return false;
    bits = (bits << 6 | *value) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    to.push_back(static_cast<std::byte>(bits >> count & 0xff));
  }
  return count < 6;
}

auto to_secret(core::View octets) -> std::optional<policy::PskSecret> {
  if (octets.empty() || octets.size() > secret_max) return std::nullopt;
  return policy::PskSecret(octets);
}

auto read_secret(const syntax::Section& section, const Context& context)
    -> std::optional<policy::PskSecret> {
  const auto* setting = section.find("secret");
  if (setting == nullptr) {
    context.check.complain(section.place, fmt::format("`{}` has no `secret`", section.name));
    return std::nullopt;
  }
  auto secret = parse_secret(*setting->value);
  if (!secret) {
    context.check.complain(setting->value_place,
                           fmt::format("`secret` must be a text, hexadecimal behind 0x or base64 "
                                       "behind 0s, of {} octets at most",
                                       secret_max));
  }
  return secret;
}

void read_owners(const syntax::Section& section, const Context& context, policy::PreSharedKey& to) {
  for (const auto& setting : section.settings) {
    if (!setting.key.starts_with("id") || !setting.value) continue;
    auto owner = policy::Identity::parse(*setting.value);
    if (owner) {
      to.owners.push_back(*std::move(owner));
    } else {
      context.check.complain(setting.value_place,
                             fmt::format("`{}` is no identity", *setting.value));
    }
  }
}

void read_shared(const syntax::Section& section, const Context& context, Secrets& to) {
  check::check_names(section, {.settings = shared_names, .sections = {}}, context.check);
  policy::PreSharedKey key{.name = section.name, .owners = {}, .secret = {}};
  read_owners(section, context, key);
  auto secret = read_secret(section, context);
  if (!secret) return;
  key.secret = *std::move(secret);
  to.shared.push_back(std::move(key));
}

auto folder_of(std::string_view section) -> std::string_view {
  constexpr auto folders = std::to_array<std::string_view>({"private", "rsa", "ecdsa", "pkcs8"});
  const auto* it = std::ranges::find_if(
      folders, [&](std::string_view folder) { return section.starts_with(folder); });
  return it == folders.end() ? std::string_view() : *it;
}

void read_passphrase(const syntax::Section& section, const Context& context, Secrets& to) {
  check::check_names(section, {.settings = passphrase_names, .sections = {}}, context.check);
  const auto* file = section.find("file");
  if (file == nullptr) {
    context.check.complain(section.place, fmt::format("`{}` has no `file`", section.name));
  }
  auto secret = read_secret(section, context);
  if (file == nullptr || !secret) return;
  to.passphrases.push_back({.path = path_in(context, folder_of(section.name), *file->value),
                            .secret = *std::move(secret),
                            .place = file->value_place});
}

}  // namespace

auto parse_secret(std::string_view text) -> std::optional<policy::PskSecret> {
  Wiped decoded;
  if (text.starts_with("0x")) {
    auto octets = core::from_hex(text);
    if (!octets) return std::nullopt;
    decoded.octets.swap(*octets);
    return to_secret(decoded.octets);
  }
  if (text.starts_with("0s")) {
    if (!decode_base64(text.substr(2), decoded.octets)) return std::nullopt;
    return to_secret(decoded.octets);
  }
  return to_secret(core::as_view(text));
}

auto read_secrets(const syntax::Section& root, const Context& context) -> Secrets {
  Secrets secrets;
  const auto* section = root.find_section("secrets");
  if (section == nullptr) return secrets;
  check::check_names(*section, {.settings = {}, .sections = section_names, .unbuilt = unbuilt},
                     context.check);
  for (const auto& one : section->sections) {
    if (one.name.starts_with("ike")) {
      read_shared(one, context, secrets);
    } else if (!folder_of(one.name).empty()) {
      read_passphrase(one, context, secrets);
    }
  }
  return secrets;
}

}  // namespace esplanade::config::keying
