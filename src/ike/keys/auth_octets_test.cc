// Expected octets were computed with Python's hmac.
#include "ike/keys/auth_octets.h"

#include "crypto/openssl/provider.h"
#include "ike/keys/keys_test_support.h"

#include <gtest/gtest.h>

namespace esplanade::ike::keys {
namespace {

using iana::PrfId;

constexpr std::string_view signed_hex =
    "746865206669727374206d657373616765202122232425262728292a2b2c2d2e2f30313233343536"
    "3738393a3b3c3d3e3fc1ab09d04362695e801dbab376f6fecfd28424ec80f87226195e68145b0b97"
    "47";

TEST(SignedOctets, are_message_nonce_and_the_macked_identity) {
  const auto nonce = test::octets_from(0x20, 32);
  const auto sk_p = test::octets_from(0x50, 32);
  auto id_body = test::hex("02000000");
  const auto name = core::as_view("moon.example.org");
  id_body.insert(id_body.end(), name.begin(), name.end());

  const auto octets = signed_octets(crypto::openssl::provider(), PrfId::prf_hmac_sha2_256,
                                    {.real_message = core::as_view("the first message"),
                                     .nonce = nonce,
                                     .sk_p = sk_p,
                                     .id_body = id_body});

  EXPECT_EQ(core::to_hex(octets), signed_hex);
}

TEST(PskAuth, pads_the_secret_by_seventeen_octets_of_text) {
  const auto auth = psk_auth(crypto::openssl::provider(), PrfId::prf_hmac_sha2_256,
                             core::as_view("secret"), test::hex(signed_hex));

  EXPECT_EQ(test::hex_of(auth), "1446961a4e45ac4761c077461c57782eec5ca6eb67e999fa8a03e682059fbab3");
}

}  // namespace
}  // namespace esplanade::ike::keys
