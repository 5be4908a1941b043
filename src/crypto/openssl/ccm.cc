#include "crypto/openssl/ccm.h"

#include "core/secret.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <array>

namespace esplanade::crypto::openssl {
namespace {

using core::ensure;
using core::MutableView;
using core::View;

constexpr std::size_t nonce_size = 11;
constexpr std::size_t tag_size_max = 16;

using Tag = std::array<std::byte, tag_size_max>;

auto tag_parameters(MutableView tag) noexcept -> std::array<OSSL_PARAM, 2> {
  return {OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag.data(), tag.size()),
          OSSL_PARAM_construct_end()};
}

// CCM's first block holds the sizes of nonce and tag, so they go before the key.
void set_sizes(EVP_CIPHER_CTX* ctx, std::size_t tag_size) noexcept {
  const auto size = static_cast<int>(tag_size);
  ensure(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, nonce_size, nullptr) == 1);
  ensure(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, size, nullptr) == 1);
}

/// The whole packet at once, as CCM wants it: its length is authenticated first.
auto transform(EVP_CIPHER_CTX* ctx, View aad, View in, MutableView out) noexcept -> bool {
  unsigned char nothing = 0;  // a null pointer would end the packet
  auto* const to = out.empty() ? &nothing : octets(out);
  const auto* const from = in.empty() ? &nothing : octets(in);
  int len = 0;
  ensure(EVP_CipherUpdate(ctx, nullptr, &len, nullptr, int_size(in)) == 1);
  if (!aad.empty()) {
    ensure(EVP_CipherUpdate(ctx, nullptr, &len, octets(aad), int_size(aad)) == 1);
  }
  return EVP_CipherUpdate(ctx, to, &len, from, int_size(in)) == 1;
}

}  // namespace

Ccm::Ccm(const EVP_CIPHER& cipher, View key, std::size_t tag_size) noexcept
    : seal_(EVP_CIPHER_CTX_new()), open_(EVP_CIPHER_CTX_new()), tag_size_(tag_size) {
  ensure(tag_size_ <= tag_size_max);
  ensure(EVP_EncryptInit_ex2(seal_.get(), &cipher, nullptr, nullptr, nullptr) == 1);
  ensure(EVP_DecryptInit_ex2(open_.get(), &cipher, nullptr, nullptr, nullptr) == 1);
  set_sizes(seal_.get(), tag_size_);
  set_sizes(open_.get(), tag_size_);
  ensure(std::cmp_equal(EVP_CIPHER_get_key_length(&cipher), key.size()));
  ensure(EVP_EncryptInit_ex2(seal_.get(), nullptr, octets(key), nullptr, nullptr) == 1);
  ensure(EVP_DecryptInit_ex2(open_.get(), nullptr, octets(key), nullptr, nullptr) == 1);
}

void Ccm::seal(std::span<SealJob> jobs) noexcept {
  for (const auto& job : jobs) seal_one(job);
}

void Ccm::open(std::span<OpenJob> jobs) noexcept {
  for (auto& job : jobs) {
    job.is_authentic = open_one(job);
    if (!job.is_authentic) core::wipe(job.out);
  }
}

void Ccm::seal_one(const SealJob& job) noexcept {
  ensure(job.nonce.size() == nonce_size && job.tag.size() == tag_size_);
  ensure(job.in.size() == job.out.size() && job.aad_tail.empty());
  auto* ctx = seal_.get();
  ensure(EVP_EncryptInit_ex2(ctx, nullptr, nullptr, octets(job.nonce), nullptr) == 1);
  ensure(transform(ctx, job.aad, job.in, job.out));
  auto parameters = tag_parameters(job.tag);
  ensure(EVP_CIPHER_CTX_get_params(ctx, parameters.data()) == 1);
}

// OpenSSL compares the tag at the end of the text, in constant time.
auto Ccm::open_one(const OpenJob& job) noexcept -> bool {
  ensure(job.nonce.size() == nonce_size && job.tag.size() == tag_size_);
  ensure(job.in.size() == job.out.size() && job.aad_tail.empty());
  Tag tag;
  core::copy(job.tag, tag);
  const auto parameters = tag_parameters(MutableView(tag).first(tag_size_));
  auto* ctx = open_.get();
  ensure(EVP_DecryptInit_ex2(ctx, nullptr, nullptr, octets(job.nonce), parameters.data()) == 1);
  return transform(ctx, job.aad, job.in, job.out);
}

}  // namespace esplanade::crypto::openssl
