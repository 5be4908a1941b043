#include "crypto/openssl/mac.h"

#include "core/secret.h"

#include <openssl/params.h>
#include <array>
#include <string>

namespace esplanade::crypto::openssl {
namespace {

using core::ensure;
using core::MutableView;
using core::View;

// --- HMAC ----------------------------------------------------------------------------------------

/// Longest: SHA2-512's.
constexpr std::size_t block_size_max = 128;
using Block = std::array<std::byte, block_size_max>;

constexpr std::byte ipad{0x36};
constexpr std::byte opad{0x5c};

/// The key as a block: zeroes behind it; a longer one is hashed first.
void fill(MutableView block, const EVP_MD& digest, View key) noexcept {
  if (key.size() <= block.size()) return core::copy(key, block);
  unsigned size = 0;
  ensure(EVP_Digest(key.data(), key.size(), octets(block), &size, &digest, nullptr) == 1);
}

auto started(const EVP_MD& digest, MutableView block, std::byte pad) noexcept
    -> Handle<EVP_MD_CTX> {
  Handle<EVP_MD_CTX> ctx(EVP_MD_CTX_new());
  for (auto& octet : block) octet ^= pad;
  ensure(ctx != nullptr && EVP_DigestInit_ex2(ctx.get(), &digest, nullptr) == 1);
  ensure(EVP_DigestUpdate(ctx.get(), block.data(), block.size()) == 1);
  return ctx;
}

void digest_all(EVP_MD_CTX* ctx, std::span<const View> parts, MutableView out) noexcept {
  for (const auto part : parts) {
    if (!part.empty()) ensure(EVP_DigestUpdate(ctx, part.data(), part.size()) == 1);
  }
  unsigned size = 0;
  ensure(EVP_DigestFinal_ex(ctx, octets(out), &size) == 1 && size == out.size());
}

// OpenSSL's own HMAC costs twice as much where a key is used once or twice, as IKE uses most of its
// keys: it copies a context of the algorithm around three of the digest.
class Hmac final : public Mac {
 public:
  Hmac(const EVP_MD& digest, View key) noexcept
      : work_(EVP_MD_CTX_new()), size_(static_cast<std::size_t>(EVP_MD_get_size(&digest))) {
    Block whole{};
    const auto size = static_cast<std::size_t>(EVP_MD_get_block_size(&digest));
    ensure(work_ != nullptr && size <= whole.size());
    const auto block = MutableView(whole).first(size);
    fill(block, digest, key);
    inner_ = started(digest, block, ipad);
    outer_ = started(digest, block, ipad ^ opad);  // takes the first away
    core::wipe(whole);
  }

  [[nodiscard]] auto size() const noexcept -> std::size_t override { return size_; }

  void compute(std::span<const View> parts, MutableView out) noexcept override {
    ensure(out.size() == size_);
    ensure(EVP_MD_CTX_copy_ex(work_.get(), inner_.get()) == 1);
    digest_all(work_.get(), parts, out);
    ensure(EVP_MD_CTX_copy_ex(work_.get(), outer_.get()) == 1);
    const View first = out;
    digest_all(work_.get(), {&first, 1}, out);
  }

 private:
  Handle<EVP_MD_CTX> inner_;  ///< has taken the key with ipad
  Handle<EVP_MD_CTX> outer_;  ///< and with opad
  Handle<EVP_MD_CTX> work_;
  std::size_t size_;
};

// --- CMAC ----------------------------------------------------------------------------------------

// A null pointer would mean "the key of before".
auto key_octets(View key) noexcept -> const unsigned char* {
  static constexpr unsigned char none = 0;
  return key.empty() ? &none : octets(key);
}

class Cmac final : public Mac {
 public:
  Cmac(const EVP_MAC_CTX& keyless, View key) noexcept
      : ctx_(keyed(keyless, key)), size_(EVP_MAC_CTX_get_mac_size(ctx_.get())) {}

  [[nodiscard]] auto size() const noexcept -> std::size_t override { return size_; }

  void compute(std::span<const View> parts, MutableView out) noexcept override {
    ensure(out.size() == size_);
    auto* ctx = ctx_.get();
    std::size_t len = 0;
    ensure(EVP_MAC_init(ctx, nullptr, 0, nullptr) == 1);
    for (const auto part : parts) {
      if (!part.empty()) ensure(EVP_MAC_update(ctx, octets(part), part.size()) == 1);
    }
    ensure(EVP_MAC_final(ctx, octets(out), &len, out.size()) == 1);
  }

 private:
  [[nodiscard]] static auto keyed(const EVP_MAC_CTX& keyless, View key) noexcept
      -> Handle<EVP_MAC_CTX> {
    Handle<EVP_MAC_CTX> ctx(EVP_MAC_CTX_dup(&keyless));
    ensure(ctx != nullptr);
    ensure(EVP_MAC_init(ctx.get(), key_octets(key), key.size(), nullptr) == 1);
    return ctx;
  }

  Handle<EVP_MAC_CTX> ctx_;
  std::size_t size_;
};

auto fetch_cmac() noexcept -> Handle<EVP_MAC> {
  Handle<EVP_MAC> mac(EVP_MAC_fetch(nullptr, "CMAC", nullptr));
  ensure(mac != nullptr);
  return mac;
}

}  // namespace

HmacTemplate::HmacTemplate(const char* digest) noexcept
    : digest_(EVP_MD_fetch(nullptr, digest, nullptr)) {
  ensure(digest_ != nullptr);
}

auto HmacTemplate::with_key(View key) const -> std::unique_ptr<Mac> {
  return std::make_unique<Hmac>(*digest_, key);
}

// OpenSSL 3.0 duplicates only contexts that have a key.
CmacTemplate::CmacTemplate(const char* cipher) noexcept
    : ctx_(EVP_MAC_CTX_new(fetch_cmac().get())) {
  constexpr std::array<std::byte, 16> any_key{};
  std::string text(cipher);
  const auto parameters = std::to_array<OSSL_PARAM>(
      {OSSL_PARAM_construct_utf8_string("cipher", text.data(), 0), OSSL_PARAM_construct_end()});
  ensure(EVP_MAC_init(ctx_.get(), octets(View(any_key)), any_key.size(), parameters.data()) == 1);
}

auto CmacTemplate::with_key(View key) const -> std::unique_ptr<Mac> {
  return std::make_unique<Cmac>(*ctx_, key);
}

}  // namespace esplanade::crypto::openssl
