#include "ipsec/esp_suite.h"

#include "crypto/registry.h"

#include <algorithm>

namespace esplanade::ipsec {
namespace {

using core::Code;
using core::failure;

auto make_aead_suite(const crypto::EncryptionInfo& info, core::View key_and_salt,
                     crypto::Provider& provider) -> core::Result<EspSuite> {
  const auto key_size = key_and_salt.size() - info.salt_size;
  auto aead = TRY(provider.make_aead(info.id, key_and_salt.first(key_size)));
  const auto use = info.encrypts() ? AeadUse::encrypt : AeadUse::authenticate;
  const auto lines = (aead->hot_octets() + cache_line - 1) / cache_line;
  return EspSuite{EspSizes{info.iv_size, 4, info.icv_size}, IvForm::number,
                  AeadSuite{use, static_cast<std::uint8_t>(lines), std::move(aead),
                            core::Secret<4>{key_and_salt.subspan(key_size)}}};
}

auto make_encrypt_then_mac(const crypto::EncryptionInfo& info, iana::IntegrityId integrity,
                           const sa::EspKeys& keys, crypto::Provider& provider)
    -> core::Result<EspSuite> {
  const auto* mac = crypto::find_integrity(integrity);
  if (mac == nullptr) return failure(Code::unsupported);
  auto cipher = TRY(provider.make_cipher(info.id, keys.encryption.reveal()));
  auto keyed_mac = TRY(provider.make_integrity(integrity, keys.integrity.reveal()));
  const auto align = std::max<std::uint8_t>(info.block_size, 4);
  const auto iv_form = info.is_counter_mode ? IvForm::number : IvForm::random;
  return EspSuite{EspSizes{info.iv_size, align, mac->icv_size}, iv_form,
                  EncryptThenMacSuite{std::move(cipher), std::move(keyed_mac)}};
}

auto make_for_esp(const sa::EspAlgorithms& algorithms, const sa::EspKeys& keys,
                  crypto::Provider& provider) -> core::Result<EspSuite> {
  const auto* info = crypto::find_encryption(algorithms.encryption);
  if (info == nullptr) return failure(Code::unsupported);
  const auto wanted = std::size_t{algorithms.key_bits} / 8 + info->salt_size;
  if (keys.encryption.size() != wanted) return failure(Code::bad_key_length);

  const auto* const mac = crypto::find_integrity(algorithms.integrity);
  const bool has_integrity = algorithms.integrity != iana::IntegrityId::none;
  if (info->is_aead() == has_integrity) return failure(Code::unsupported);
  if (info->is_aead()) return make_aead_suite(*info, keys.encryption.reveal(), provider);
  if (mac == nullptr || mac->is_gmac()) return failure(Code::unsupported);  // RFC 4543, 5.3
  return make_encrypt_then_mac(*info, algorithms.integrity, keys, provider);
}

auto make_for_ah(const sa::EspAlgorithms& algorithms, const sa::EspKeys& keys,
                 crypto::Provider& provider) -> core::Result<EspSuite> {
  const auto* const mac = crypto::find_integrity(algorithms.integrity);
  if (mac == nullptr) return failure(Code::unsupported);
  if (mac->is_gmac() && keys.integrity.size() != mac->material_size()) {
    return failure(Code::bad_key_length);
  }
  const auto* const info = crypto::find_encryption(
      mac->is_gmac() ? iana::EncryptionId::encr_null_auth_aes_gmac : iana::EncryptionId::encr_null);
  if (mac->is_gmac()) return make_aead_suite(*info, keys.integrity.reveal(), provider);
  return make_encrypt_then_mac(*info, algorithms.integrity, keys, provider);
}

}  // namespace

auto EspSuite::make(sa::Protocol protocol, const sa::EspAlgorithms& algorithms,
                    const sa::EspKeys& keys, crypto::Provider& provider) -> core::Result<EspSuite> {
  switch (protocol) {
    case sa::Protocol::esp: return make_for_esp(algorithms, keys, provider);
    case sa::Protocol::ah:  return make_for_ah(algorithms, keys, provider);
  }
  core::bug();
}

}  // namespace esplanade::ipsec
