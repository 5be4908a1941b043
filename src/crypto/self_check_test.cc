#include "crypto/self_check.h"

#include "crypto/choice.h"
#include "crypto/ipsecmb/provider.h"
#include "crypto/openssl/provider.h"

#include <gtest/gtest.h>
#include <algorithm>

namespace esplanade::crypto {
namespace {

using iana::EncryptionId;
using ipsecmb::Variant;

/// An AEAD whose computation goes wrong in one way.
enum class Fault : std::uint8_t { wrong_tag, wrong_text, opens_anything, wrong_in_batches };

class Faulty final : public Aead {
 public:
  Faulty(std::unique_ptr<Aead> right, Fault fault) : right_(std::move(right)), fault_(fault) {}
  void seal(std::span<SealJob> jobs) noexcept override {
    right_->seal(jobs);
    if (jobs.empty() || (fault_ == Fault::wrong_in_batches && jobs.size() < 20)) return;
    auto& job = jobs.front();
    if (fault_ == Fault::wrong_text && !job.out.empty()) job.out[0] ^= std::byte{1};
    if (fault_ == Fault::wrong_tag || fault_ == Fault::wrong_in_batches) job.tag[0] ^= std::byte{1};
  }
  void open(std::span<OpenJob> jobs) noexcept override {
    right_->open(jobs);
    if (fault_ != Fault::opens_anything) return;
    for (auto& job : jobs) job.is_authentic = true;
  }

 private:
  std::unique_ptr<Aead> right_;
  Fault fault_;
};

class FaultyProvider final : public Provider {
 public:
  FaultyProvider(EncryptionId wrong, Fault fault) : wrong_(wrong), fault_(fault) {}
  [[nodiscard]] auto name() const noexcept -> std::string_view override { return "faulty"; }
  [[nodiscard]] auto make_aead(EncryptionId id, core::View key)
      -> core::Result<std::unique_ptr<Aead>> override {
    auto right = openssl::provider().make_aead(id, key);
    if (!right || id != wrong_) return right;
    return std::make_unique<Faulty>(*std::move(right), fault_);
  }
  [[nodiscard]] auto make_cipher(EncryptionId id, core::View key)
      -> core::Result<std::unique_ptr<Cipher>> override {
    return openssl::provider().make_cipher(id, key);
  }
  [[nodiscard]] auto make_integrity(iana::IntegrityId id, core::View key)
      -> core::Result<std::unique_ptr<Integrity>> override {
    return openssl::provider().make_integrity(id, key);
  }
  [[nodiscard]] auto make_prf(iana::PrfId, core::View)
      -> core::Result<std::unique_ptr<Prf>> override {
    return core::failure(core::Code::unsupported);
  }
  [[nodiscard]] auto make_key_exchange(iana::KeyExchangeId, core::Random&)
      -> core::Result<std::unique_ptr<KeyExchange>> override {
    return core::failure(core::Code::unsupported);
  }

 private:
  EncryptionId wrong_;
  Fault fault_;
};

auto wrong_of(Provider& tested) -> Algorithms {
  return wrong_algorithms(tested, openssl::provider(), ipsecmb::algorithms());
}

TEST(SelfCheck, finds_nothing_wrong_with_a_provider_that_is_right) {
  EXPECT_EQ(wrong_of(openssl::provider()), Algorithms{});
}

TEST(SelfCheck, names_the_algorithm_that_goes_wrong_in_any_way) {
  for (const auto id : {EncryptionId::encr_aes_gcm_16, EncryptionId::encr_aes_gcm_8}) {
    for (const auto fault :
         {Fault::wrong_tag, Fault::wrong_text, Fault::opens_anything, Fault::wrong_in_batches}) {
      FaultyProvider faulty(id, fault);
      EXPECT_EQ(wrong_of(faulty), (Algorithms{{id}, {}})) << static_cast<int>(fault);
    }
  }
}

class EveryVariant : public ::testing::TestWithParam<Variant> {};
INSTANTIATE_TEST_SUITE_P(Ipsecmb, EveryVariant,
                         ::testing::Values(Variant::best, Variant::avx, Variant::avx2,
                                           Variant::avx512));

TEST_P(EveryVariant, that_the_processor_runs_computes_what_openssl_computes) {
  const auto provider = ipsecmb::make_provider({}, GetParam());
  ASSERT_TRUE(provider || GetParam() != Variant::avx) << "all that we run on have AVX";
  if (!provider) return;
  EXPECT_EQ(wrong_of(*provider), Algorithms{}) << provider->name();
}

TEST(Ipsecmb, leaves_to_openssl_what_it_is_told_to) {
  const auto provider = ipsecmb::make_provider(ipsecmb::algorithms());
  ASSERT_TRUE(provider);
  const core::Bytes key(16);
  const auto own = ipsecmb::make_provider()->make_aead(EncryptionId::encr_aes_gcm_16, key).value();
  const auto left = provider->make_aead(EncryptionId::encr_aes_gcm_16, key).value();
  EXPECT_GT(own->hot_octets(), 512U) << "holds its keys itself";
  EXPECT_EQ(left->hot_octets(), 64U);
}

TEST(Ipsecmb, refuses_keys_of_other_lengths) {
  const auto provider = ipsecmb::make_provider();
  ASSERT_TRUE(provider);
  const core::Bytes key(17);
  const auto made = provider->make_aead(EncryptionId::encr_aes_gcm_16, key);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, core::Code::bad_key_length);
}

TEST(Choice, is_openssl_where_that_is_asked_for) {
  const auto choice = choose(Library::openssl);
  ASSERT_TRUE(choice);
  EXPECT_EQ(&choice->provider, &openssl::provider());
  EXPECT_TRUE(choice->line.starts_with("cryptography: OpenSSL 3")) << choice->line;
}

TEST(Choice, is_ipsec_mb_where_it_runs_and_says_so) {
  const auto choice = choose(Library::best);
  ASSERT_TRUE(choice);
  EXPECT_TRUE(choice->line.starts_with("cryptography: ipsec-mb 1.")) << choice->line;
  EXPECT_NE(choice->line.find("self-test passed"), std::string::npos) << choice->line;
}

}  // namespace
}  // namespace esplanade::crypto
