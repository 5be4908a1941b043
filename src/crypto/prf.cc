#include "crypto/prf.h"

#include <algorithm>
#include <array>

namespace esplanade::crypto {
namespace {

using iana::PrfId;

constexpr auto name_of(PrfId id) noexcept -> std::string_view {
  return iana::find_row(iana::prf_ids, id)->name;
}

constexpr auto table = std::to_array<PrfInfo>({
    {PrfId::prf_hmac_sha1, name_of(PrfId::prf_hmac_sha1), 20, 20, false, "RFC 2104"},
    {PrfId::prf_aes128_xcbc, name_of(PrfId::prf_aes128_xcbc), 16, 16, true, "RFC 4434"},
    {PrfId::prf_hmac_sha2_256, name_of(PrfId::prf_hmac_sha2_256), 32, 32, false, "RFC 4868"},
    {PrfId::prf_hmac_sha2_384, name_of(PrfId::prf_hmac_sha2_384), 48, 48, false, "RFC 4868"},
    {PrfId::prf_hmac_sha2_512, name_of(PrfId::prf_hmac_sha2_512), 64, 64, false, "RFC 4868"},
    {PrfId::prf_aes128_cmac, name_of(PrfId::prf_aes128_cmac), 16, 16, true, "RFC 4615"},
});

}  // namespace

auto prf_algorithms() noexcept -> std::span<const PrfInfo> { return table; }

auto find_prf(PrfId id) noexcept -> const PrfInfo* {
  const auto* const it = std::ranges::find(table, id, &PrfInfo::id);
  return it == table.end() ? nullptr : it;
}

// T1 = prf(K, S | 0x01), T2 = prf(K, T1 | S | 0x02), and so on (RFC 7296, 2.13).
void prf_plus(Prf& prf, core::View seed, core::MutableView out) noexcept {
  PrfOutput last;
  std::uint8_t round = 0;
  while (!out.empty()) {
    core::ensure(round != 255);
    const auto counter = std::byte{++round};
    last = prf.compute({last.reveal(), seed, {&counter, 1}});
    const auto size = std::min(out.size(), last.size());
    core::copy(last.reveal().first(size), out);
    out = out.subspan(size);
  }
}

}  // namespace esplanade::crypto
