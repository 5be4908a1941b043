#include "crypto/openssl/mac.h"

#include <openssl/params.h>
#include <array>
#include <string>

namespace esplanade::crypto::openssl {
namespace {

using core::ensure;

// A null pointer would mean "the key of before".
auto key_octets(core::View key) noexcept -> const unsigned char* {
  static constexpr unsigned char none = 0;
  return key.empty() ? &none : octets(key);
}

class EvpMac final : public Mac {
 public:
  EvpMac(const EVP_MAC_CTX& keyless, core::View key) noexcept : ctx_(EVP_MAC_CTX_dup(&keyless)) {
    ensure(ctx_ != nullptr);
    ensure(EVP_MAC_init(ctx_.get(), key_octets(key), key.size(), nullptr) == 1);
    size_ = EVP_MAC_CTX_get_mac_size(ctx_.get());
  }

  [[nodiscard]] auto size() const noexcept -> std::size_t override { return size_; }

  void compute(std::span<const core::View> parts, core::MutableView out) noexcept override {
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
  Handle<EVP_MAC_CTX> ctx_;
  std::size_t size_ = 0;
};

auto fetch(const char* name) noexcept -> Handle<EVP_MAC> {
  Handle<EVP_MAC> mac(EVP_MAC_fetch(nullptr, name, nullptr));
  ensure(mac != nullptr);
  return mac;
}

}  // namespace

// OpenSSL 3.0 duplicates only contexts that have a key.
MacTemplate::MacTemplate(const char* mac, const char* parameter, const char* value) noexcept
    : ctx_(EVP_MAC_CTX_new(fetch(mac).get())) {
  constexpr std::array<std::byte, 16> any_key{};
  std::string text(value);
  const auto parameters = std::to_array<OSSL_PARAM>(
      {OSSL_PARAM_construct_utf8_string(parameter, text.data(), 0), OSSL_PARAM_construct_end()});
  ensure(EVP_MAC_init(ctx_.get(), octets(core::View(any_key)), any_key.size(), parameters.data()) ==
         1);
}

auto MacTemplate::with_key(core::View key) const -> std::unique_ptr<Mac> {
  return std::make_unique<EvpMac>(*ctx_, key);
}

}  // namespace esplanade::crypto::openssl
