#include "crypto/openssl/ctr.h"

#include <array>

namespace esplanade::crypto::openssl {
namespace {

using core::ensure;
using core::MutableView;
using core::View;

constexpr std::size_t nonce_size = 12;

using Block = std::array<std::byte, 16>;

auto first_block(View salt, View iv) noexcept -> Block {
  ensure(salt.size() + iv.size() == nonce_size);
  Block block{};
  core::copy(salt, block);
  core::copy(iv, MutableView(block).subspan(salt.size()));
  block.back() = std::byte{1};
  return block;
}

}  // namespace

Ctr::Ctr(const EVP_CIPHER& cipher, View key, View salt) noexcept
    : ctx_(EVP_CIPHER_CTX_new()), salt_(salt) {
  ensure(salt.empty() || salt.size() == salt_size);
  ensure(std::cmp_equal(EVP_CIPHER_get_key_length(&cipher), key.size()));
  ensure(EVP_EncryptInit_ex2(ctx_.get(), &cipher, octets(key), nullptr, nullptr) == 1);
}

void Ctr::encrypt(std::span<const CipherJob> jobs) noexcept {
  auto* ctx = ctx_.get();
  int len = 0;
  for (const auto& job : jobs) {
    ensure(job.in.size() == job.out.size());
    const auto block = first_block(salt_.reveal(), job.iv);
    ensure(EVP_EncryptInit_ex2(ctx, nullptr, nullptr, octets(View(block)), nullptr) == 1);
    ensure(EVP_EncryptUpdate(ctx, octets(job.out), &len, octets(job.in), int_size(job.in)) == 1);
    ensure(std::cmp_equal(len, job.in.size()));
  }
}

}  // namespace esplanade::crypto::openssl
