#include "crypto/registry.h"

#include <algorithm>

namespace esplanade::crypto {
namespace {

using iana::EncryptionId;
using iana::IntegrityId;

// RFC 3602, 2.1 and RFC 4106, 8: both allow every key length AES has.
constexpr auto aes_key_bits = std::to_array<std::uint16_t>({128, 192, 256});

constexpr auto encryption_table = std::to_array<EncryptionInfo>({
    {.id = EncryptionId::encr_aes_cbc,
     .name = iana::find_row(iana::encryption_ids, EncryptionId::encr_aes_cbc)->name,
     .key_bits = aes_key_bits,
     .salt_size = 0,
     .iv_size = 16,
     .nonce_size = 0,
     .block_size = 16,
     .icv_size = 0,
     .is_counter_mode = false,
     .reference = "RFC 3602"},
    {.id = EncryptionId::encr_aes_gcm_16,
     .name = iana::find_row(iana::encryption_ids, EncryptionId::encr_aes_gcm_16)->name,
     .key_bits = aes_key_bits,
     .salt_size = 4,
     .iv_size = 8,
     .nonce_size = 12,
     .block_size = 1,
     .icv_size = 16,
     .is_counter_mode = true,
     .reference = "RFC 4106"},
});

constexpr auto integrity_table = std::to_array<IntegrityInfo>({
    {.id = IntegrityId::auth_hmac_sha2_256_128,
     .name = iana::find_row(iana::integrity_ids, IntegrityId::auth_hmac_sha2_256_128)->name,
     .key_size = 32,
     .icv_size = 16,
     .reference = "RFC 4868"},
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
