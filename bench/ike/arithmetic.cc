#include "bench/ike/arithmetic.h"

#include "bench/ike/cpu_time.h"
#include "crypto/openssl/provider.h"
#include "tests/support/random.h"

namespace esplanade::bench {

auto time_arithmetic() -> core::Duration {
  constexpr core::Duration::rep rounds = 50;
  constexpr auto x25519 = iana::KeyExchangeId::curve25519;
  test::SeededRandom random(1);
  auto& provider = crypto::openssl::provider();
  const auto theirs = *provider.make_key_exchange(x25519, random);
  core::Duration spent{};
  {
    const CpuMeter meter(spent);
    for (auto i = rounds; i > 0; --i) {
      const auto ours = *provider.make_key_exchange(x25519, random);
      core::ensure(ours->derive(theirs->public_value()).has_value());
    }
  }
  return spent / rounds;
}

}  // namespace esplanade::bench
