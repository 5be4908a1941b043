#include "crypto/ipsecmb/provider.h"
#include "crypto/openssl/provider.h"
#include "tests/alloc/counting.h"

#include <gtest/gtest.h>
#include <array>
#include <functional>

namespace esplanade::crypto {
namespace {

using core::Bytes;
using iana::EncryptionId;
using iana::IntegrityId;

constexpr std::size_t batch_size = 32;
constexpr std::size_t packet_size = 1408;

struct Batch {
  std::array<std::array<std::byte, packet_size>, batch_size> texts{};
  std::array<std::array<std::byte, 16>, batch_size> tags{};
  std::array<std::byte, 16> iv{};
  std::array<std::byte, 12> aad{};

  [[nodiscard]] auto nonce() const -> core::View { return core::View(iv).first(12); }
};

// Allocations of a thousand batches; a few come first, to fill OpenSSL's and our own lists.
auto allocations_of(const std::function<void()>& run_batch) -> std::uint64_t {
  for (int i = 0; i < 10; ++i) run_batch();
  const auto before = test::allocations();
  for (int i = 0; i < 1000; ++i) run_batch();
  return test::allocations() - before;
}

class CryptoAllocations : public ::testing::Test {
 protected:
  [[nodiscard]] auto seal_jobs() {
    std::array<SealJob, batch_size> jobs;
    for (std::size_t i = 0; i < batch_size; ++i) {
      auto& text = batch.texts[i];
      jobs[i] = {
          .nonce = batch.nonce(), .aad = batch.aad, .in = text, .out = text, .tag = batch.tags[i]};
    }
    return jobs;
  }
  [[nodiscard]] auto open_jobs() {
    std::array<OpenJob, batch_size> jobs;
    for (std::size_t i = 0; i < batch_size; ++i) {
      auto& text = batch.texts[i];
      jobs[i] = {
          .nonce = batch.nonce(), .aad = batch.aad, .in = text, .tag = batch.tags[i], .out = text};
    }
    return jobs;
  }
  [[nodiscard]] auto cipher_jobs() {
    std::array<CipherJob, batch_size> jobs;
    for (std::size_t i = 0; i < batch_size; ++i) {
      jobs[i] = {batch.iv, batch.texts[i], batch.texts[i]};
    }
    return jobs;
  }

  Batch batch;
  std::unique_ptr<Aead> aead =
      openssl::provider().make_aead(EncryptionId::encr_aes_gcm_16, Bytes(16)).value();
  std::unique_ptr<Cipher> cipher =
      openssl::provider().make_cipher(EncryptionId::encr_aes_cbc, Bytes(32)).value();
  std::unique_ptr<Integrity> integrity =
      openssl::provider().make_integrity(IntegrityId::auth_hmac_sha2_256_128, Bytes(32)).value();
};

TEST_F(CryptoAllocations, gcm_seals_and_opens_without_any) {
  auto seal = seal_jobs();
  auto open = open_jobs();

  EXPECT_EQ(allocations_of([&] {
              aead->seal(seal);
              aead->open(open);
            }),
            0U);
  EXPECT_TRUE(open.back().is_authentic);
}

TEST_F(CryptoAllocations, gcm_refuses_forgeries_without_any) {
  auto open = open_jobs();

  EXPECT_EQ(allocations_of([&] { aead->open(open); }), 0U);
  EXPECT_FALSE(open.back().is_authentic);
}

TEST_F(CryptoAllocations, cbc_encrypts_and_decrypts_without_any) {
  const auto jobs = cipher_jobs();

  EXPECT_EQ(allocations_of([&] {
              cipher->encrypt(jobs);
              cipher->decrypt(jobs);
            }),
            0U);
}

TEST_F(CryptoAllocations, hmac_signs_and_verifies_without_any) {
  std::array<SignJob, batch_size> sign;
  std::array<VerifyJob, batch_size> verify;
  for (std::size_t i = 0; i < batch_size; ++i) {
    sign[i] = {batch.texts[i], core::View(batch.aad).first(4), batch.tags[i]};
    verify[i] = {batch.texts[i], core::View(batch.aad).first(4), batch.tags[i]};
  }

  EXPECT_EQ(allocations_of([&] {
              integrity->sign(sign);
              integrity->verify(verify);
            }),
            0U);
  EXPECT_TRUE(verify.back().is_authentic);
}

/// By ipsec-mb, whose queue a thread makes once.
TEST_F(CryptoAllocations, jobs_run_without_any) {
  const auto provider = ipsecmb::make_provider();
  ASSERT_TRUE(provider);
  const auto chacha = provider->make_aead(EncryptionId::encr_chacha20_poly1305, Bytes(32)).value();
  const auto gcm = provider->make_aead(EncryptionId::encr_aes_gcm_16, Bytes(16)).value();
  const auto cbc = provider->make_cipher(EncryptionId::encr_aes_cbc, Bytes(32)).value();
  const auto hmac =
      provider->make_integrity(IntegrityId::auth_hmac_sha2_256_128, Bytes(32)).value();
  auto seal = seal_jobs();
  auto open = open_jobs();
  const auto ciphers = cipher_jobs();
  std::array<SignJob, batch_size> sign;
  for (std::size_t i = 0; i < batch_size; ++i) {
    sign[i] = {.data = batch.texts[i], .suffix = {}, .icv = batch.tags[i]};
  }

  EXPECT_EQ(allocations_of([&] {
              for (const auto& one : {chacha.get(), gcm.get()}) {
                one->seal(seal);
                one->open(open);
              }
              cbc->encrypt(ciphers);
              cbc->decrypt(ciphers);
              hmac->sign(sign);
            }),
            0U);
}

}  // namespace
}  // namespace esplanade::crypto
