#include "config/keying/authentication.h"

#include "config/keying/auth_words.h"

#include <fmt/format.h>

namespace esplanade::config::keying {
namespace {

constexpr auto setting_names = std::to_array<std::string_view>(
    {"auth", "id", "certs", "cacerts", "pubkeys", "revocation", "round"});
constexpr auto unbuilt = std::to_array<check::Unbuilt>({
    {"eap_id", "EAP", {}, "authenticate with `auth = pubkey` or `psk`"},
    {"aaa_id", "EAP", {}, "authenticate with `auth = pubkey` or `psk`"},
    {"xauth_id", "IKEv1", {}, "authenticate with `auth = pubkey` or `psk`"},
    {"groups", "attribute certificates", {}, "tell peers apart by `id`, or by `cacerts`"},
    {"cert_policy", "certificate policies", {}, "tell peers apart by `id`, or by `cacerts`"},
    {"ca_id", "identities of CAs", {}, "name the certificate of the CA with `cacerts`"},
});
constexpr auto section_names = std::to_array<std::string_view>({"cert*", "cacert*"});
constexpr auto file_names = std::to_array<std::string_view>({"file"});
constexpr auto token = "tokens (PKCS #11)";
constexpr auto key_as_file = "put the certificate into a file, and name it with `file`";
constexpr auto file_unbuilt = std::to_array<check::Unbuilt>({
    {"handle", token, {}, key_as_file},
    {"slot", token, {}, key_as_file},
    {"module", token, {}, key_as_file},
});

auto parse_identity(std::string_view text) -> check::Parsed<policy::Identity> {
  auto identity = policy::Identity::parse(text);
  if (identity) return *std::move(identity);
  return std::unexpected(
      check::Misfit{.wanted = "an identity",
                    .found = std::string(text),
                    .hint = "an address, a name, user@host, `C=.., CN=..`, or keyid: with a text"});
}

auto parse_revocation(std::string_view text) -> check::Parsed<crypto::RevocationPolicy> {
  if (text == "relaxed") return crypto::RevocationPolicy::relaxed;
  if (text == "ifuri") return crypto::RevocationPolicy::if_uri;
  if (text == "strict") return crypto::RevocationPolicy::strict;
  return std::unexpected(check::Misfit{
      .wanted = "`relaxed`, `ifuri` or `strict`", .found = std::string(text), .hint = {}});
}

/// What to do with the contents of files, or to say about them.
template <class T, class ReadFile>
struct Files {
  const Context& context;
  const ReadFile& read_file;
  std::vector<T> values = {};

  void take(const syntax::Setting& setting, const check::Item& item, const std::string& path) {
    auto value = read_file(context.files, path);
    if (value) {
      values.push_back(*std::move(value));
    } else {
      context.check.complain(setting.place_at(item.offset), path + " " + value.error());
    }
  }
};

/// The values of all files that `key` names, from `folder`.
template <class T, class ReadFile>
auto read_files(const syntax::Section& section, std::string_view key, std::string_view folder,
                const Context& context, const ReadFile& read_file) -> std::vector<T> {
  Files<T, ReadFile> files{context, read_file};
  const auto* setting = section.find(key);
  if (setting == nullptr) return files.values;
  for (const auto& item : check::split_list(*setting->value)) {
    files.take(*setting, item, path_in(context, folder, item.text));
  }
  return std::move(files.values);
}

/// The same of sections `prefix*`, each with a `file` that is not of a folder.
template <class T, class ReadFile>
auto read_file_sections(const syntax::Section& section, std::string_view prefix,
                        const Context& context, const ReadFile& read_file) -> std::vector<T> {
  Files<T, ReadFile> files{context, read_file};
  for (const auto& one : section.sections) {
    if (!one.name.starts_with(prefix)) continue;
    check::check_names(one, {.settings = file_names, .sections = {}, .unbuilt = file_unbuilt},
                       context.check);
    const auto* file = one.find("file");
    if (file == nullptr && one.find("handle") != nullptr) continue;  // complained about
    if (file == nullptr) {
      context.check.complain(one.place, fmt::format("`{}` has no `file`", one.name));
      continue;
    }
    files.take(*file, {.text = *file->value, .offset = 0},
               syntax::path_beside(file->value_place.file, *file->value));
  }
  return std::move(files.values);
}

using Certificates = std::vector<crypto::CertificatePtr>;

/// Of a list and of sections.
template <class ReadFile>
auto read_all(const syntax::Section& section, std::string_view word, std::string_view folder,
              const Context& context, const ReadFile& read_file) -> std::vector<Certificates> {
  auto all = read_files<Certificates>(section, std::string(word) + 's', folder, context, read_file);
  for (auto& one : read_file_sections<Certificates>(section, word, context, read_file)) {
    all.push_back(std::move(one));
  }
  return all;
}

void read_credentials_of(const syntax::Section& section, const Context& context,
                         policy::Credentials& credentials, policy::Authentication& to) {
  // A file may bring intermediate CAs; the end's own certificate comes first.
  for (const auto& file : read_all(section, "cert", "x509", context, read_certificates)) {
    to.certificates.push_back(file.front());
    add_certificates(file, credentials.certificates);
  }
  for (const auto& file : read_all(section, "cacert", "x509ca", context, read_authorities)) {
    add_certificates(file, to.authorities);
    add_certificates(file, credentials.anchors);
  }
  to.public_keys = read_files<std::shared_ptr<const crypto::PublicKey>>(
      section, "pubkeys", "pubkey", context, read_public_key);
}

void read_section(const syntax::Section& section, const Context& context,
                  policy::Credentials& credentials, policy::Authentication& to) {
  check::check_names(section,
                     {.settings = setting_names, .sections = section_names, .unbuilt = unbuilt},
                     context.check);
  AuthWords auth;
  std::uint64_t round = 0;
  check::read(section, "auth", context.check, parse_auth, auth);
  check::read(section, "round", context.check, check::number(0, 65535), round);
  check::read(section, "id", context.check, parse_identity, to.id);
  check::read(section, "revocation", context.check, parse_revocation, to.revocation);
  to.kind = auth.kind;
  to.schemes = std::move(auth.schemes);
  to.chain = std::move(auth.chain);
  read_credentials_of(section, context, credentials, to);
  to.line = line_of(section.place);
  const auto* id = section.find("id");
  to.id_line = id == nullptr ? to.line : line_of(id->value_place);
}

}  // namespace

auto read_authentication(const syntax::Section& connection, End end, const Context& context,
                         policy::Credentials& credentials) -> policy::Authentication {
  policy::Authentication authentication;
  authentication.line = line_of(connection.place);
  authentication.id_line = authentication.line;
  const std::string_view prefix = end == End::local ? "local" : "remote";
  const syntax::Section* first = nullptr;
  for (const auto& section : connection.sections) {
    if (!section.name.starts_with(prefix)) continue;
    if (first == nullptr) {
      first = &section;
      read_section(section, context, credentials, authentication);
    } else {
      context.check.complain(
          section.place, fmt::format("`{}` is a second round of authentication (RFC 4739), which "
                                     "this version does not have",
                                     section.name));
    }
  }
  return authentication;
}

}  // namespace esplanade::config::keying
