#include "crypto/openssl/cbc.h"

#include <utility>

namespace esplanade::crypto::openssl {
namespace {

using core::ensure;

void check(const CipherJob& job, std::size_t block_size) noexcept {
  ensure(job.iv.size() == block_size);
  ensure(job.in.size() == job.out.size() && job.in.size() % block_size == 0);
}

}  // namespace

Cbc::Cbc(const EVP_CIPHER& cipher, core::View key) noexcept
    : encrypt_(EVP_CIPHER_CTX_new()),
      decrypt_(EVP_CIPHER_CTX_new()),
      block_size_(static_cast<std::size_t>(EVP_CIPHER_get_block_size(&cipher))) {
  ensure(std::cmp_equal(EVP_CIPHER_get_key_length(&cipher), key.size()));
  ensure(EVP_EncryptInit_ex2(encrypt_.get(), &cipher, octets(key), nullptr, nullptr) == 1);
  ensure(EVP_DecryptInit_ex2(decrypt_.get(), &cipher, octets(key), nullptr, nullptr) == 1);
  ensure(EVP_CIPHER_CTX_set_padding(encrypt_.get(), 0) == 1);
  ensure(EVP_CIPHER_CTX_set_padding(decrypt_.get(), 0) == 1);
}

// Whole blocks leave with the update, so neither direction needs a final call.

void Cbc::encrypt(std::span<const CipherJob> jobs) noexcept {
  auto* ctx = encrypt_.get();
  int len = 0;
  for (const auto& job : jobs) {
    check(job, block_size_);
    ensure(EVP_EncryptInit_ex2(ctx, nullptr, nullptr, octets(job.iv), nullptr) == 1);
    ensure(EVP_EncryptUpdate(ctx, octets(job.out), &len, octets(job.in), int_size(job.in)) == 1);
    ensure(std::cmp_equal(len, job.in.size()));
  }
}

void Cbc::decrypt(std::span<const CipherJob> jobs) noexcept {
  auto* ctx = decrypt_.get();
  int len = 0;
  for (const auto& job : jobs) {
    check(job, block_size_);
    ensure(EVP_DecryptInit_ex2(ctx, nullptr, nullptr, octets(job.iv), nullptr) == 1);
    ensure(EVP_DecryptUpdate(ctx, octets(job.out), &len, octets(job.in), int_size(job.in)) == 1);
    ensure(std::cmp_equal(len, job.in.size()));
  }
}

}  // namespace esplanade::crypto::openssl
