#include "crypto/openssl/stream_aead.h"

#include "core/secret.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <array>

namespace esplanade::crypto::openssl {
namespace {

using core::ensure;

constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size_max = 16;

using Tag = std::array<std::byte, tag_size_max>;

template <class Update>
void authenticate(EVP_CIPHER_CTX* ctx, const auto& job, Update update) noexcept {
  int len = 0;
  ensure(update(ctx, nullptr, &len, octets(job.aad), int_size(job.aad)) == 1);
  if (job.aad_tail.empty()) return;
  ensure(update(ctx, nullptr, &len, octets(job.aad_tail), int_size(job.aad_tail)) == 1);
}

// Passed as parameters, the tag saves OpenSSL the translation of a control call.
auto tag_parameters(core::MutableView tag) noexcept -> std::array<OSSL_PARAM, 2> {
  return {OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag.data(), tag.size()),
          OSSL_PARAM_construct_end()};
}

}  // namespace

StreamAead::StreamAead(const EVP_CIPHER& cipher, core::View key, std::size_t tag_size) noexcept
    : ctx_(EVP_CIPHER_CTX_new()), tag_size_(tag_size) {
  ensure(tag_size_ <= tag_size_max);
  ensure(std::cmp_equal(EVP_CIPHER_get_key_length(&cipher), key.size()));
  ensure(EVP_EncryptInit_ex2(ctx_.get(), &cipher, octets(key), nullptr, nullptr) == 1);
  ensure(EVP_CIPHER_CTX_get_iv_length(ctx_.get()) == nonce_size);
}

void StreamAead::seal(std::span<SealJob> jobs) noexcept {
  for (const auto& job : jobs) seal_one(job);
}

void StreamAead::open(std::span<OpenJob> jobs) noexcept {
  for (auto& job : jobs) {
    job.is_authentic = open_one(job);
    if (!job.is_authentic) core::wipe(job.out);
  }
}

void StreamAead::seal_one(const SealJob& job) noexcept {
  ensure(job.nonce.size() == nonce_size && job.tag.size() == tag_size_);
  ensure(job.in.size() == job.out.size());
  auto* ctx = ctx_.get();
  int len = 0;
  ensure(EVP_EncryptInit_ex2(ctx, nullptr, nullptr, octets(job.nonce), nullptr) == 1);
  authenticate(ctx, job, EVP_EncryptUpdate);
  ensure(EVP_EncryptUpdate(ctx, octets(job.out), &len, octets(job.in), int_size(job.in)) == 1);
  ensure(EVP_EncryptFinal_ex(ctx, octets(job.tag), &len) == 1);  // writes nothing
  auto parameters = tag_parameters(job.tag);
  ensure(EVP_CIPHER_CTX_get_params(ctx, parameters.data()) == 1);
}

auto StreamAead::open_one(const OpenJob& job) noexcept -> bool {
  ensure(job.nonce.size() == nonce_size && job.tag.size() == tag_size_);
  ensure(job.in.size() == job.out.size());
  auto* ctx = ctx_.get();
  int len = 0;
  Tag tag;  // OpenSSL wants to be given octets it might write to
  core::copy(job.tag, tag);
  const auto parameters = tag_parameters(core::MutableView(tag).first(tag_size_));
  ensure(EVP_DecryptInit_ex2(ctx, nullptr, nullptr, octets(job.nonce), parameters.data()) == 1);
  authenticate(ctx, job, EVP_DecryptUpdate);
  ensure(EVP_DecryptUpdate(ctx, octets(job.out), &len, octets(job.in), int_size(job.in)) == 1);
  return EVP_DecryptFinal_ex(ctx, octets(core::MutableView(tag)), &len) == 1;
}

}  // namespace esplanade::crypto::openssl
