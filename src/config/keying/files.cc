#include "config/keying/files.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::config::keying {
namespace {

auto refuse(std::string why) -> std::unexpected<std::string> {
  return std::unexpected(std::move(why));
}

auto unreadable(const LoadError& error) -> std::unexpected<std::string> {
  return refuse(fmt::format("cannot be read: {}", error.why));
}

auto read_octets(Loader& files, const std::string& path) -> Read<core::Bytes> {
  auto octets = files.read_octets(path);
  if (!octets) return unreadable(octets.error());
  return *std::move(octets);
}

/// Why a key could not be taken.
auto key_fault(core::Code code, std::string_view otherwise) -> std::unexpected<std::string> {
  if (code == core::Code::unsupported) {
    return refuse("is a key of a type or curve that this version does not have");
  }
  return refuse(std::string(otherwise));
}

}  // namespace

auto read_certificates(Loader& files, const std::string& path)
    -> Read<std::vector<crypto::CertificatePtr>> {
  const auto octets = TRY(read_octets(files, path));
  auto certificates = crypto::parse_certificates(octets);
  if (!certificates || certificates->empty()) return refuse("is no certificate, as PEM or DER");
  return *std::move(certificates);
}

auto read_authorities(Loader& files, const std::string& path)
    -> Read<std::vector<crypto::CertificatePtr>> {
  auto certificates = TRY(read_certificates(files, path));
  const auto is_all_ca =
      std::ranges::all_of(certificates, [](const auto& c) { return c->is_ca(); });
  if (!is_all_ca) return refuse("is no certificate of a CA");
  return certificates;
}

auto read_crl(Loader& files, const std::string& path) -> Read<crypto::CrlPtr> {
  const auto octets = TRY(read_octets(files, path));
  auto crl = crypto::parse_crl(octets);
  if (!crl) return refuse("is no CRL, as PEM or DER");
  return *std::move(crl);
}

auto read_public_key(Loader& files, const std::string& path)
    -> Read<std::shared_ptr<const crypto::PublicKey>> {
  const auto octets = TRY(read_octets(files, path));
  auto key = crypto::parse_public_key(octets);
  if (!key) return key_fault(key.error().code, "is no public key, as PEM or DER");
  return *std::move(key);
}

auto read_private_key(Loader& files, const std::string& path, core::View passphrase)
    -> Read<std::shared_ptr<const crypto::PrivateKey>> {
  const auto text = files.read_private_key(path);
  if (!text) return unreadable(text.error());
  auto key = crypto::parse_private_key(text->reveal(), passphrase);
  if (key) return *std::move(key);
  return key_fault(key.error().code,
                   passphrase.empty()
                       ? "is no private key, or an encrypted one without a passphrase in `secrets`"
                       : "is no private key, or one with another passphrase");
}

void add_certificates(const std::vector<crypto::CertificatePtr>& from,
                      std::vector<crypto::CertificatePtr>& to) {
  for (const auto& one : from) {
    const auto is_same = [&](const crypto::CertificatePtr& other) {
      return std::ranges::equal(one->der(), other->der());
    };
    if (std::ranges::none_of(to, is_same)) to.push_back(one);
  }
}

}  // namespace esplanade::config::keying
