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
  return EspSuite{EspSizes{info.iv_size, 4, info.icv_size},
                  AeadSuite{std::move(aead), core::Secret<4>{key_and_salt.subspan(key_size)}}};
}

auto make_encrypt_then_mac(const crypto::EncryptionInfo& info, iana::IntegrityId integrity,
                           const sa::EspKeys& keys, crypto::Provider& provider)
    -> core::Result<EspSuite> {
  const auto* mac = crypto::find_integrity(integrity);
  if (mac == nullptr) return failure(Code::unsupported);
  auto cipher = TRY(provider.make_cipher(info.id, keys.encryption.reveal()));
  auto keyed_mac = TRY(provider.make_integrity(integrity, keys.integrity.reveal()));
  const auto align = std::max<std::uint8_t>(info.block_size, 4);
  return EspSuite{EspSizes{info.iv_size, align, mac->icv_size},
                  EncryptThenMacSuite{std::move(cipher), std::move(keyed_mac)}};
}

}  // namespace

auto EspSuite::make(const sa::EspAlgorithms& algorithms, const sa::EspKeys& keys,
                    crypto::Provider& provider) -> core::Result<EspSuite> {
  const auto* info = crypto::find_encryption(algorithms.encryption);
  if (info == nullptr) return failure(Code::unsupported);
  const auto wanted = std::size_t{algorithms.key_bits} / 8 + info->salt_size;
  if (keys.encryption.size() != wanted) return failure(Code::bad_key_length);

  const bool has_integrity = algorithms.integrity != iana::IntegrityId::none;
  if (info->is_aead() == has_integrity) return failure(Code::unsupported);
  if (info->is_aead()) return make_aead_suite(*info, keys.encryption.reveal(), provider);
  return make_encrypt_then_mac(*info, algorithms.integrity, keys, provider);
}

}  // namespace esplanade::ipsec
