#include "crypto/openssl/xcbc.h"

#include "core/secret.h"

#include <algorithm>

namespace esplanade::crypto::openssl {
namespace {

using core::ensure;
using core::MutableView;
using core::View;

constexpr std::array<std::byte, Xcbc::block_size> zeroes{};

void start(EVP_CIPHER_CTX* ctx, const EVP_CIPHER* cipher, View key) noexcept {
  const auto* const key_or_same = key.empty() ? nullptr : octets(key);
  ensure(EVP_EncryptInit_ex2(ctx, cipher, key_or_same, octets(View(zeroes)), nullptr) == 1);
  ensure(EVP_CIPHER_CTX_set_padding(ctx, 0) == 1);
}

void encrypt(EVP_CIPHER_CTX* ctx, View in, MutableView out) noexcept {
  int len = 0;
  ensure(EVP_EncryptUpdate(ctx, octets(out), &len, octets(in), int_size(in)) == 1);
  ensure(std::cmp_equal(len, in.size()));
}

// K1, K2 and K3 are blocks of one repeated octet, encrypted (RFC 3566, 4.1).
auto subkey(EVP_CIPHER_CTX* ctx, std::byte repeated) noexcept -> Xcbc::Block {
  Xcbc::Block block;
  block.fill(repeated);
  start(ctx, nullptr, {});
  encrypt(ctx, block, block);
  return block;
}

}  // namespace

Xcbc::Xcbc(const EVP_CIPHER& cipher, View key) noexcept : ctx_(EVP_CIPHER_CTX_new()) {
  ensure(key.size() == block_size);
  start(ctx_.get(), &cipher, key);
  auto k1 = subkey(ctx_.get(), std::byte{1});
  k2_ = subkey(ctx_.get(), std::byte{2});
  k3_ = subkey(ctx_.get(), std::byte{3});
  start(ctx_.get(), nullptr, k1);
  core::wipe(k1);
}

Xcbc::~Xcbc() {
  core::wipe(k2_);
  core::wipe(k3_);
  core::wipe(held_);
}

void Xcbc::compute(std::span<const View> parts, MutableView out) noexcept {
  ensure(out.size() == block_size);
  start(ctx_.get(), nullptr, {});
  held_size_ = 0;
  for (const auto part : parts) absorb(part);
  finish(out);
}

void Xcbc::absorb(View part) noexcept {
  const auto first = std::min(part.size(), block_size - held_size_);
  core::copy(part.first(first), MutableView(held_).subspan(held_size_));
  held_size_ += first;
  part = part.subspan(first);
  if (part.empty()) return;
  chain(held_);
  const auto whole = (part.size() - 1) / block_size * block_size;
  chain(part.first(whole));
  core::copy(part.subspan(whole), held_);
  held_size_ = part.size() - whole;
}

void Xcbc::chain(View blocks) noexcept {
  std::array<std::byte, 32 * block_size> scratch;
  while (!blocks.empty()) {
    const auto size = std::min(blocks.size(), scratch.size());
    encrypt(ctx_.get(), blocks.first(size), scratch);
    blocks = blocks.subspan(size);
  }
}

// A whole last block takes K2, another is padded with a one bit and takes K3 (RFC 3566, 4).
void Xcbc::finish(MutableView out) noexcept {
  const auto& key = held_size_ == block_size ? k2_ : k3_;
  if (held_size_ != block_size) {
    std::ranges::fill(MutableView(held_).subspan(held_size_), std::byte{});
    held_[held_size_] = std::byte{0x80};
  }
  for (std::size_t i = 0; i < block_size; ++i) held_[i] ^= key[i];
  encrypt(ctx_.get(), held_, out);
}

}  // namespace esplanade::crypto::openssl
