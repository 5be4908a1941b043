#include "ike/door/cookies.h"

#include "core/writer.h"

#include <array>

namespace esplanade::ike::door {
namespace {

using namespace std::chrono_literals;

constexpr core::Duration rotated_after = 60s;

auto mac(const core::Secret<32>& secret, const CookieInput& input, crypto::Provider& provider)
    -> crypto::PrfOutput {
  auto prf = provider.make_prf(iana::PrfId::prf_hmac_sha2_256, secret.reveal());
  core::ensure(prf.has_value());
  std::array<std::byte, 10> rest;
  core::Writer w{rest};
  w.u16(input.theirs.port).u64(std::to_underlying(input.spi_i));
  return (*prf)->compute({input.ni, input.theirs.address.bytes(), rest});
}

}  // namespace

void Cookies::rotate(core::Time now, core::Random& random) {
  if (!current_.value.empty() && now < current_.made + rotated_after) return;
  std::array<std::byte, 32> fresh;
  random.fill(fresh);
  previous_ =
      std::exchange(current_, Secret{.value = core::Secret<32>{fresh},
                                     .made = now,
                                     .version = static_cast<std::uint8_t>(current_.version + 1)});
  core::wipe(fresh);
}

auto Cookies::make(const CookieInput& input, core::Time now, core::Random& random,
                   crypto::Provider& provider) -> core::Bytes {
  rotate(now, random);
  const auto code = mac(current_.value, input, provider);
  core::Bytes cookie(1 + code.size());
  cookie[0] = std::byte{current_.version};
  core::copy(code.reveal(), core::MutableView(cookie).subspan(1));
  return cookie;
}

auto Cookies::check(core::View cookie, const CookieInput& input, core::Time now,
                    crypto::Provider& provider) const -> bool {
  if (cookie.empty()) return false;
  for (const auto* secret : {&current_, &previous_}) {
    const bool is_it = !secret->value.empty() && cookie[0] == std::byte{secret->version};
    if (!is_it || now >= secret->made + 2 * rotated_after) continue;
    return core::equal_constant_time(cookie.subspan(1),
                                     mac(secret->value, input, provider).reveal());
  }
  return false;
}

}  // namespace esplanade::ike::door
