#include "crypto/openssl/handles.h"
#include "crypto/openssl/key_exchange_method.h"

#include <array>

namespace esplanade::crypto::openssl {
namespace {

using core::Code;
using core::ensure;
using core::failure;
using core::MutableView;
using core::View;

constexpr std::size_t size_max = 56;

using Octets = std::array<std::byte, size_max>;

auto name_of(iana::KeyExchangeId id) noexcept -> const char* {
  return id == iana::KeyExchangeId::curve25519 ? "X25519" : "X448";
}

class Montgomery final : public KeyExchange {
 public:
  Montgomery(const KeyExchangeInfo& info, Handle<EVP_PKEY> key) noexcept
      : info_(&info), key_(std::move(key)) {
    std::size_t size = public_.size();
    ensure(EVP_PKEY_get_raw_public_key(key_.get(), octets(MutableView(public_)), &size) == 1);
    ensure(size == info.public_size);
  }

  [[nodiscard]] auto id() const noexcept -> iana::KeyExchangeId override { return info_->id; }
  [[nodiscard]] auto public_value() const noexcept -> View override {
    return View(public_).first(info_->public_size);
  }

  // OpenSSL refuses the all-zero secret that points of low order lead to (RFC 7748, 6.1 and 6.2;
  // RFC 8031, 5), the only value a peer can be blamed for.
  [[nodiscard]] auto derive(View theirs) -> core::Result<SharedSecret> override {
    if (theirs.size() != info_->public_size) return failure(Code::bad_length);
    const Handle<EVP_PKEY> peer(EVP_PKEY_new_raw_public_key_ex(nullptr, name_of(info_->id), nullptr,
                                                               octets(theirs), theirs.size()));
    const Handle<EVP_PKEY_CTX> ctx(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
    ensure(peer != nullptr && ctx != nullptr && EVP_PKEY_derive_init(ctx.get()) == 1);
    ensure(EVP_PKEY_derive_set_peer_ex(ctx.get(), peer.get(), 0) == 1);
    Octets shared;
    std::size_t size = shared.size();
    if (EVP_PKEY_derive(ctx.get(), octets(MutableView(shared)), &size) != 1) {
      return failure(Code::bad_value);
    }
    SharedSecret secret{View(shared).first(size)};
    core::wipe(shared);
    return secret;
  }

 private:
  const KeyExchangeInfo* info_;
  Handle<EVP_PKEY> key_;
  Octets public_{};
};

class MontgomeryMethod final : public KeyExchangeMethod {
 public:
  using KeyExchangeMethod::KeyExchangeMethod;

  [[nodiscard]] auto generate(core::Random& random) const -> std::unique_ptr<KeyExchange> override {
    Octets buffer;
    const auto scalar = MutableView(buffer).first(info().public_size);
    random.fill(scalar);
    Handle<EVP_PKEY> key(EVP_PKEY_new_raw_private_key_ex(nullptr, name_of(info().id), nullptr,
                                                         octets(scalar), scalar.size()));
    core::wipe(buffer);
    ensure(key != nullptr);
    return std::make_unique<Montgomery>(info(), std::move(key));
  }
};

}  // namespace

auto make_montgomery_method(const KeyExchangeInfo& info) -> std::unique_ptr<KeyExchangeMethod> {
  return std::make_unique<MontgomeryMethod>(info);
}

}  // namespace esplanade::crypto::openssl
