#include "crypto/registry.h"

#include <algorithm>

namespace esplanade::crypto {
namespace {

using iana::EncryptionId;
using iana::IntegrityId;

// RFC 3602, 2.1, RFC 3686, 5.1, RFC 4106, 8 and RFC 4309, 7: all allow every key length AES has; so
// does RFC 5529, 3 for Camellia.
constexpr auto aes_key_bits = std::to_array<std::uint16_t>({128, 192, 256});
constexpr auto triple_des_key_bits = std::to_array<std::uint16_t>({192});
constexpr auto chacha20_key_bits = std::to_array<std::uint16_t>({256});

constexpr auto cbc(EncryptionId id, std::span<const std::uint16_t> key_bits,
                   std::uint8_t block_size) noexcept -> EncryptionInfo {
  const auto* const iana = iana::find_row(iana::encryption_ids, id);
  return {.id = id,
          .name = iana->name,
          .key_bits = key_bits,
          .salt_size = 0,
          .iv_size = block_size,
          .nonce_size = 0,
          .block_size = block_size,
          .icv_size = 0,
          .is_counter_mode = false,
          .reference = iana->reference};
}

constexpr auto counter(EncryptionId id, std::span<const std::uint16_t> key_bits,
                       std::uint8_t salt_size, std::uint8_t icv_size) noexcept -> EncryptionInfo {
  const auto* const iana = iana::find_row(iana::encryption_ids, id);
  constexpr std::uint8_t iv_size = 8;
  const auto nonce_size = static_cast<std::uint8_t>(icv_size == 0 ? 0 : salt_size + iv_size);
  return {.id = id,
          .name = iana->name,
          .key_bits = key_bits,
          .salt_size = salt_size,
          .iv_size = iv_size,
          .nonce_size = nonce_size,
          .block_size = 1,
          .icv_size = icv_size,
          .is_counter_mode = true,
          .reference = iana->reference};
}

constexpr auto implicit(EncryptionId id, std::span<const std::uint16_t> key_bits,
                        std::uint8_t salt_size, std::uint8_t icv_size) noexcept -> EncryptionInfo {
  auto info = counter(id, key_bits, salt_size, icv_size);
  info.iv_size = 0;
  return info;
}

constexpr auto null() noexcept -> EncryptionInfo {
  auto info = cbc(EncryptionId::encr_null, {}, 1);
  info.iv_size = 0;
  return info;
}

constexpr auto encryption_table = std::to_array<EncryptionInfo>({
    cbc(EncryptionId::encr_3des, triple_des_key_bits, 8),
    null(),
    cbc(EncryptionId::encr_aes_cbc, aes_key_bits, 16),
    counter(EncryptionId::encr_aes_ctr, aes_key_bits, 4, 0),
    counter(EncryptionId::encr_aes_ccm_8, aes_key_bits, 3, 8),
    counter(EncryptionId::encr_aes_ccm_12, aes_key_bits, 3, 12),
    counter(EncryptionId::encr_aes_ccm_16, aes_key_bits, 3, 16),
    counter(EncryptionId::encr_aes_gcm_8, aes_key_bits, 4, 8),
    counter(EncryptionId::encr_aes_gcm_12, aes_key_bits, 4, 12),
    counter(EncryptionId::encr_aes_gcm_16, aes_key_bits, 4, 16),
    counter(EncryptionId::encr_null_auth_aes_gmac, aes_key_bits, 4, 16),
    cbc(EncryptionId::encr_camellia_cbc, aes_key_bits, 16),
    counter(EncryptionId::encr_chacha20_poly1305, chacha20_key_bits, 4, 16),
    implicit(EncryptionId::encr_aes_ccm_8_iiv, aes_key_bits, 3, 8),
    implicit(EncryptionId::encr_aes_gcm_16_iiv, aes_key_bits, 4, 16),
    implicit(EncryptionId::encr_chacha20_poly1305_iiv, chacha20_key_bits, 4, 16),
});

constexpr auto mac(IntegrityId id, std::uint8_t key_size, std::uint8_t icv_size) noexcept
    -> IntegrityInfo {
  const auto* const iana = iana::find_row(iana::integrity_ids, id);
  return {.id = id,
          .name = iana->name,
          .key_size = key_size,
          .salt_size = 0,
          .iv_size = 0,
          .icv_size = icv_size,
          .reference = iana->reference};
}

/// RFC 4543, 4 and 5.3.
constexpr auto gmac(IntegrityId id, std::uint8_t key_size) noexcept -> IntegrityInfo {
  auto info = mac(id, key_size, 16);
  info.salt_size = 4;
  info.iv_size = 8;
  return info;
}

constexpr auto integrity_table = std::to_array<IntegrityInfo>({
    mac(IntegrityId::auth_hmac_sha1_96, 20, 12),
    mac(IntegrityId::auth_aes_xcbc_96, 16, 12),
    mac(IntegrityId::auth_aes_cmac_96, 16, 12),
    gmac(IntegrityId::auth_aes_128_gmac, 16),
    gmac(IntegrityId::auth_aes_192_gmac, 24),
    gmac(IntegrityId::auth_aes_256_gmac, 32),
    mac(IntegrityId::auth_hmac_sha2_256_128, 32, 16),
    mac(IntegrityId::auth_hmac_sha2_384_192, 48, 24),
    mac(IntegrityId::auth_hmac_sha2_512_256, 64, 32),
});

template <class Table, class Id>
auto find(const Table& table, Id id) noexcept -> const typename Table::value_type* {
  const auto it = std::ranges::find(table, id, &Table::value_type::id);
  return it == table.end() ? nullptr : &*it;
}

}  // namespace

auto encryption_algorithms() noexcept -> std::span<const EncryptionInfo> {
  return encryption_table;
}

auto integrity_algorithms() noexcept -> std::span<const IntegrityInfo> { return integrity_table; }

auto find_encryption(EncryptionId id) noexcept -> const EncryptionInfo* {
  return find(encryption_table, id);
}

auto find_integrity(IntegrityId id) noexcept -> const IntegrityInfo* {
  return find(integrity_table, id);
}

}  // namespace esplanade::crypto
