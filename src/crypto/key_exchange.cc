#include "crypto/key_exchange.h"

#include <algorithm>
#include <array>

namespace esplanade::crypto {
namespace {

using iana::KeyExchangeId;

constexpr auto row(KeyExchangeId id, std::uint16_t public_size, std::uint16_t secret_size) noexcept
    -> KeyExchangeInfo {
  const auto* const iana = iana::find_row(iana::key_exchange_ids, id);
  return {id, iana->name, public_size, secret_size, iana->reference};
}

constexpr auto table = std::to_array<KeyExchangeInfo>({
    row(KeyExchangeId::modp_2048, 256, 256),
    row(KeyExchangeId::modp_3072, 384, 384),
    row(KeyExchangeId::modp_4096, 512, 512),
    row(KeyExchangeId::modp_6144, 768, 768),
    row(KeyExchangeId::modp_8192, 1024, 1024),
    row(KeyExchangeId::ecp_256, 64, 32),
    row(KeyExchangeId::ecp_384, 96, 48),
    row(KeyExchangeId::ecp_521, 132, 66),
    row(KeyExchangeId::brainpool_p224r1, 56, 28),
    row(KeyExchangeId::brainpool_p256r1, 64, 32),
    row(KeyExchangeId::brainpool_p384r1, 96, 48),
    row(KeyExchangeId::brainpool_p512r1, 128, 64),
    row(KeyExchangeId::curve25519, 32, 32),
    row(KeyExchangeId::curve448, 56, 56),
});

}  // namespace

auto key_exchange_methods() noexcept -> std::span<const KeyExchangeInfo> { return table; }

auto find_key_exchange(KeyExchangeId id) noexcept -> const KeyExchangeInfo* {
  const auto* const it = std::ranges::find(table, id, &KeyExchangeInfo::id);
  return it == table.end() ? nullptr : it;
}

}  // namespace esplanade::crypto
