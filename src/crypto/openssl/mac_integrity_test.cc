#include "crypto/openssl/provider.h"
#include "crypto/openssl/test_data.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace esplanade::crypto::openssl {
namespace {

using core::Bytes;
using core::View;
using iana::IntegrityId;

constexpr std::size_t icv_size = 16;

auto hmac(View key) -> std::unique_ptr<Integrity> {
  return provider().make_integrity(IntegrityId::auth_hmac_sha2_256_128, key).value();
}

auto sign(Integrity& integrity, View data, View suffix) -> Bytes {
  Bytes icv(icv_size);
  const SignJob job{.data = data, .suffix = suffix, .icv = icv};
  integrity.sign({&job, 1});
  return icv;
}

auto is_authentic(Integrity& integrity, View data, View suffix, View icv) -> bool {
  VerifyJob job{.data = data, .suffix = suffix, .icv = icv};
  integrity.verify({&job, 1});
  return job.is_authentic;
}

struct Vector {
  std::string_view name;
  Bytes key, data, icv;
};

// RFC 4868, section 2.7.2.1.
auto rfc_4868_vectors() -> std::vector<Vector> {
  return {
      {.name = "AUTH256-1",
       .key = Bytes(32, std::byte{0x0b}),
       .data = hex("4869205468657265"),
       .icv = hex("198a607eb44bfbc69903a0f1cf2bbdc5")},
      {.name = "AUTH256-2",
       .key = hex("4a6566654a6566654a6566654a6566654a6566654a6566654a6566654a656665"),
       .data = hex("7768617420646f2079612077616e7420666f72206e6f7468696e673f"),
       .icv = hex("167f928588c5cc2eef8e3093caa0e87c")},
      {.name = "AUTH256-3",
       .key = Bytes(32, std::byte{0xaa}),
       .data = Bytes(50, std::byte{0xdd}),
       .icv = hex("cdcb1220d1ecccea91e53aba3092f962")},
      {.name = "AUTH256-4",
       .key = hex("0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"),
       .data = Bytes(50, std::byte{0xcd}),
       .icv = hex("372efcf9b40b35c2115b1346903d2ef4")},
  };
}

TEST(Hmac, signs_the_vectors_of_rfc_4868) {
  for (const auto& v : rfc_4868_vectors()) {
    EXPECT_EQ(sign(*hmac(v.key), v.data, {}), v.icv) << v.name;
  }
}

TEST(Hmac, verifies_the_vectors_of_rfc_4868) {
  for (const auto& v : rfc_4868_vectors()) {
    EXPECT_TRUE(is_authentic(*hmac(v.key), v.data, {}, v.icv)) << v.name;
  }
}

TEST(Hmac, treats_a_suffix_as_if_it_stood_behind_the_data) {
  ASSERT_TRUE(rc::check("sign(data, suffix) == sign(data + suffix)", [](std::uint32_t seed) {
    Noise noise(seed);
    const auto integrity = hmac(noise.bytes(32));
    const auto data = noise.bytes(noise.below(9001));
    const auto suffix = noise.bytes(4);
    auto whole = data;
    whole.insert(whole.end(), suffix.begin(), suffix.end());

    RC_ASSERT(sign(*integrity, data, suffix) == sign(*integrity, whole, {}));
  }));
}

TEST(Hmac, refuses_any_flipped_bit) {
  ASSERT_TRUE(rc::check("a flipped bit is not authentic", [](std::uint32_t seed) {
    Noise noise(seed);
    const auto integrity = hmac(noise.bytes(32));
    auto data = noise.bytes(1 + noise.below(9000));
    auto suffix = noise.bytes(4);
    auto icv = sign(*integrity, data, suffix);
    RC_ASSERT(is_authentic(*integrity, data, suffix, icv));
    auto& part = *std::to_array<Bytes*>({&data, &suffix, &icv})[noise.below(3)];
    part[noise.below(part.size())] ^= std::byte{1} << static_cast<int>(noise.below(8));

    RC_ASSERT(!is_authentic(*integrity, data, suffix, icv));
  }));
}

TEST(Hmac, judges_each_packet_of_a_batch_on_its_own) {
  ASSERT_TRUE(rc::check("one forgery spoils itself alone", [](std::uint32_t seed) {
    Noise noise(seed);
    const auto integrity = hmac(noise.bytes(32));
    const auto count = 1 + noise.below(64);
    std::vector<Bytes> data(count);
    std::vector<Bytes> icv(count, Bytes(icv_size));
    std::vector<SignJob> sign_jobs;
    std::vector<VerifyJob> verify_jobs;
    for (std::size_t i = 0; i < count; ++i) {
      data[i] = noise.bytes(noise.below(9001));
      sign_jobs.push_back({.data = data[i], .suffix = {}, .icv = icv[i]});
      verify_jobs.push_back({.data = data[i], .suffix = {}, .icv = icv[i]});
    }

    integrity->sign(sign_jobs);
    const auto forged = noise.below(count);
    icv[forged][noise.below(icv_size)] ^= std::byte{0x10};
    integrity->verify(verify_jobs);

    for (std::size_t i = 0; i < count; ++i) RC_ASSERT(verify_jobs[i].is_authentic == (i != forged));
  }));
}

TEST(HmacDeathTest, aborts_on_an_icv_of_another_length) {
  Noise noise(1);
  const auto integrity = hmac(noise.bytes(32));
  const auto icv = noise.bytes(icv_size - 1);

  EXPECT_DEATH((void)is_authentic(*integrity, {}, {}, icv), "bug at");
}

}  // namespace
}  // namespace esplanade::crypto::openssl
