#include "config/keying/credentials.h"

#include "config/keying/authorities.h"
#include "config/keying/secrets.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::config::keying {
namespace {

/// About a file as a whole.
auto at_file(const std::string& path) -> Place { return {.file = path, .line = 0, .column = 0}; }

/// Gives `take` every file of a folder.
template <class Take>
void for_each_file(std::string_view folder, const Context& context, const Take& take) {
  const auto path = path_in(context, folder, "");
  const auto trimmed = path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
  const auto names = context.files.list(trimmed);
  if (!names) {
    context.check.complain(at_file(trimmed), fmt::format("cannot be read: {}", names.error().why));
    return;
  }
  for (const auto& name : *names) take(path_in(context, folder, name), name);
}

/// The value, or nothing after a complaint about the file.
template <class T>
auto keep(Read<T> read, const std::string& path, const Context& context) -> std::optional<T> {
  if (read) return *std::move(read);
  context.check.complain(at_file(path), std::move(read).error());
  return std::nullopt;
}

void load_certificates(const Context& context, policy::Credentials& to) {
  for_each_file("x509", context, [&](const std::string& path, const std::string& /*name*/) {
    const auto found = keep(read_certificates(context.files, path), path, context);
    if (found) add_certificates(*found, to.certificates);
  });
  for_each_file("x509ca", context, [&](const std::string& path, const std::string& /*name*/) {
    const auto found = keep(read_authorities(context.files, path), path, context);
    if (found) add_certificates(*found, to.anchors);
  });
  for_each_file("x509crl", context, [&](const std::string& path, const std::string& /*name*/) {
    auto found = keep(read_crl(context.files, path), path, context);
    if (found) to.crls.push_back(*std::move(found));
  });
  for_each_file("pubkey", context, [&](const std::string& path, const std::string& /*name*/) {
    auto found = keep(read_public_key(context.files, path), path, context);
    if (found) to.public_keys.push_back(*std::move(found));
  });
}

/// Folders of swanctl whose files would have a meaning there.
void warn_of_unread(const Context& context) {
  struct Unread {
    std::string_view folder, what;
  };
  constexpr auto folders = std::to_array<Unread>({
      {"x509ocsp", "a responder has to send its certificate with its answers"},
      {"x509aa", "attribute certificates are not in this version"},
      {"x509ac", "attribute certificates are not in this version"},
      {"pkcs12", "take certificate and key out with `openssl pkcs12`, into x509 and private"},
  });
  for (const auto& [folder, what] : folders) {
    for_each_file(folder, context, [&](const std::string& path, const std::string& /*name*/) {
      context.check.warn(at_file(path), "is not read", std::string(what));
    });
  }
}

void load_private_keys(const Context& context, const Secrets& secrets, policy::Credentials& to) {
  std::vector<std::string> seen;
  const auto load = [&](const std::string& path, const std::string& name) {
    seen.push_back(path);
    const auto it = std::ranges::find(secrets.passphrases, path, &FilePassphrase::path);
    const auto passphrase = it == secrets.passphrases.end() ? core::View() : it->secret.reveal();
    auto found = keep(read_private_key(context.files, path, passphrase), path, context);
    if (found) to.keys.push_back({.name = name, .key = *std::move(found)});
  };
  for (const auto* folder : {"private", "rsa", "ecdsa", "pkcs8"}) {
    for_each_file(folder, context, load);
  }
  for (const auto& [path, secret, place] : secrets.passphrases) {
    if (std::ranges::find(seen, path) != seen.end()) continue;
    context.check.complain(place, fmt::format("there is no private key {}", path));
  }
}

}  // namespace

auto read_credentials(const syntax::Section& root, const Context& context) -> policy::Credentials {
  policy::Credentials credentials;
  load_certificates(context, credentials);
  warn_of_unread(context);
  auto secrets = read_secrets(root, context);
  load_private_keys(context, secrets, credentials);
  credentials.secrets = std::move(secrets.shared);
  read_authority_sections(root, context, credentials);
  return credentials;
}

}  // namespace esplanade::config::keying
