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
using iana::KeyExchangeId;

struct Group {
  KeyExchangeId id;
  BIGNUM* (*prime)(BIGNUM*);
  // Octets of a private exponent: twice the strength RFC 3526, 8 estimates for the group, and no
  // less than RFC 7919 (appendix A) has for its groups of the same sizes.
  std::size_t exponent_size;
};

constexpr auto groups = std::to_array<Group>({
    {KeyExchangeId::modp_2048, BN_get_rfc3526_prime_2048, 32},
    {KeyExchangeId::modp_3072, BN_get_rfc3526_prime_3072, 36},
    {KeyExchangeId::modp_4096, BN_get_rfc3526_prime_4096, 42},
    {KeyExchangeId::modp_6144, BN_get_rfc3526_prime_6144, 48},
    {KeyExchangeId::modp_8192, BN_get_rfc3526_prime_8192, 52},
});

auto group_of(KeyExchangeId id) noexcept -> const Group& {
  for (const auto& group : groups) {
    if (group.id == id) return group;
  }
  core::bug();
}

constexpr std::size_t size_max = 1024;

using Octets = std::array<std::byte, size_max>;

auto number(View bytes) noexcept -> Handle<BIGNUM> {
  Handle<BIGNUM> result(BN_bin2bn(octets(bytes), int_size(bytes), nullptr));
  ensure(result != nullptr);
  return result;
}

class ModpMethod final : public KeyExchangeMethod {
 public:
  explicit ModpMethod(const KeyExchangeInfo& info) noexcept;

  [[nodiscard]] auto generate(core::Random& random) const -> std::unique_ptr<KeyExchange> override;

  /// base ^ exponent mod p, in time that does not depend on the exponent; as long as p.
  void power(const BIGNUM& base, const BIGNUM& exponent, MutableView out) const noexcept;
  /// 1 < value < p - 1: all that RFC 6989, 2.1 asks for where p is safe and the exponent is used
  /// once.
  [[nodiscard]] auto is_valid(const BIGNUM& value) const noexcept -> bool;

 private:
  Handle<BIGNUM> prime_;
  Handle<BIGNUM> prime_minus_one_;
  Handle<BN_MONT_CTX> montgomery_;
};

class Modp final : public KeyExchange {
 public:
  Modp(const ModpMethod& method, Handle<BIGNUM> exponent) noexcept
      : method_(method), exponent_(std::move(exponent)) {
    const Handle<BIGNUM> generator(BN_new());
    ensure(BN_set_word(generator.get(), 2) == 1);
    method_.power(*generator, *exponent_, MutableView(public_).first(size()));
  }

  [[nodiscard]] auto id() const noexcept -> KeyExchangeId override { return method_.info().id; }
  [[nodiscard]] auto public_value() const noexcept -> View override {
    return View(public_).first(size());
  }

  [[nodiscard]] auto derive(View theirs) -> core::Result<SharedSecret> override {
    // RFC 7296, 3.4 (IKE2-3.4-03): as long as the modulus, zeroes in front.
    if (theirs.size() != size()) return failure(Code::bad_length);
    const auto value = number(theirs);
    if (!method_.is_valid(*value)) return failure(Code::bad_value);
    Octets shared;
    method_.power(*value, *exponent_, MutableView(shared).first(size()));
    SharedSecret secret{View(shared).first(size())};
    core::wipe(shared);
    return secret;
  }

 private:
  [[nodiscard]] auto size() const noexcept -> std::size_t { return method_.info().public_size; }

  const ModpMethod& method_;
  Handle<BIGNUM> exponent_;
  Octets public_{};
};

ModpMethod::ModpMethod(const KeyExchangeInfo& info) noexcept
    : KeyExchangeMethod(info),
      prime_(group_of(info.id).prime(nullptr)),
      prime_minus_one_(BN_dup(prime_.get())),
      montgomery_(BN_MONT_CTX_new()) {
  const Handle<BN_CTX> ctx(BN_CTX_new());
  ensure(BN_num_bytes(prime_.get()) == info.public_size);
  ensure(BN_sub_word(prime_minus_one_.get(), 1) == 1);
  ensure(BN_MONT_CTX_set(montgomery_.get(), prime_.get(), ctx.get()) == 1);
}

// Exponents 0 and 1 come up once in 2^255 times, or when `random` is broken.
auto ModpMethod::generate(core::Random& random) const -> std::unique_ptr<KeyExchange> {
  std::array<std::byte, 52> buffer;
  const auto drawn = MutableView(buffer).first(group_of(info().id).exponent_size);
  random.fill(drawn);
  auto exponent = number(drawn);
  core::wipe(buffer);
  ensure(BN_num_bits(exponent.get()) > 1);
  return std::make_unique<Modp>(*this, std::move(exponent));
}

void ModpMethod::power(const BIGNUM& base, const BIGNUM& exponent, MutableView out) const noexcept {
  const Handle<BN_CTX> ctx(BN_CTX_secure_new());
  const Handle<BIGNUM> result(BN_new());
  ensure(BN_mod_exp_mont_consttime(result.get(), &base, &exponent, prime_.get(), ctx.get(),
                                   montgomery_.get()) == 1);
  ensure(BN_bn2binpad(result.get(), octets(out), int_size(out)) >= 0);
}

auto ModpMethod::is_valid(const BIGNUM& value) const noexcept -> bool {
  return BN_cmp(&value, BN_value_one()) > 0 && BN_cmp(&value, prime_minus_one_.get()) < 0;
}

}  // namespace

auto make_modp_method(const KeyExchangeInfo& info) -> std::unique_ptr<KeyExchangeMethod> {
  return std::make_unique<ModpMethod>(info);
}

}  // namespace esplanade::crypto::openssl
