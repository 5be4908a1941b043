#include "crypto/openssl/handles.h"
#include "crypto/openssl/key_exchange_method.h"

#include <openssl/obj_mac.h>
#include <array>

namespace esplanade::crypto::openssl {
namespace {

using core::Code;
using core::ensure;
using core::failure;
using core::MutableView;
using core::View;
using iana::KeyExchangeId;

struct Curve {
  KeyExchangeId id;
  int nid;
};

constexpr auto curves = std::to_array<Curve>({
    {KeyExchangeId::ecp_256, NID_X9_62_prime256v1},
    {KeyExchangeId::ecp_384, NID_secp384r1},
    {KeyExchangeId::ecp_521, NID_secp521r1},
    {KeyExchangeId::brainpool_p224r1, NID_brainpoolP224r1},
    {KeyExchangeId::brainpool_p256r1, NID_brainpoolP256r1},
    {KeyExchangeId::brainpool_p384r1, NID_brainpoolP384r1},
    {KeyExchangeId::brainpool_p512r1, NID_brainpoolP512r1},
});

auto nid_of(KeyExchangeId id) noexcept -> int {
  for (const auto& curve : curves) {
    if (curve.id == id) return curve.nid;
  }
  core::bug();
}

constexpr std::size_t coordinate_max = 66;

using Octets = std::array<std::byte, coordinate_max>;

auto number(View bytes) noexcept -> Handle<BIGNUM> {
  Handle<BIGNUM> result(BN_bin2bn(octets(bytes), int_size(bytes), nullptr));
  ensure(result != nullptr);
  return result;
}

/// scalar * point, or scalar * generator without one.
auto multiply(const EC_GROUP* group, const BIGNUM& scalar, const EC_POINT* point)
    -> Handle<EC_POINT> {
  const Handle<BN_CTX> ctx(BN_CTX_secure_new());
  Handle<EC_POINT> result(EC_POINT_new(group));
  const auto* const of_generator = point == nullptr ? &scalar : nullptr;
  const auto* const of_point = point == nullptr ? nullptr : &scalar;
  ensure(EC_POINT_mul(group, result.get(), of_generator, point, of_point, ctx.get()) == 1);
  return result;
}

/// x, and y where `out` has room for both.
void write_coordinates(const EC_GROUP* group, const EC_POINT& point, std::size_t size,
                       MutableView out) noexcept {
  const Handle<BIGNUM> x(BN_new());
  const Handle<BIGNUM> y(BN_new());
  ensure(EC_POINT_get_affine_coordinates(group, &point, x.get(), y.get(), nullptr) == 1);
  const auto width = static_cast<int>(size);
  ensure(BN_bn2binpad(x.get(), octets(out.first(size)), width) >= 0);
  const auto rest = out.subspan(size);
  if (!rest.empty()) ensure(BN_bn2binpad(y.get(), octets(rest), width) >= 0);
}

class EcMethod final : public KeyExchangeMethod {
 public:
  explicit EcMethod(const KeyExchangeInfo& info) noexcept;

  [[nodiscard]] auto generate(core::Random& random) const -> std::unique_ptr<KeyExchange> override;

  /// x and y, each as long as the field's prime. Errors: bad_length; bad_value for a coordinate
  /// that is no member of the field and a point off the curve (RFC 6989, 2.3). No curve here has a
  /// cofactor, so that is all there is to check.
  [[nodiscard]] auto parse_point(View xy) const -> core::Result<Handle<EC_POINT>>;
  [[nodiscard]] auto group() const noexcept -> const EC_GROUP* { return group_.get(); }

 private:
  Handle<EC_GROUP> group_;
};

class Ec final : public KeyExchange {
 public:
  Ec(const EcMethod& method, Handle<BIGNUM> scalar) : method_(method), scalar_(std::move(scalar)) {
    const auto point = multiply(method_.group(), *scalar_, nullptr);
    write_coordinates(method_.group(), *point, coordinate_size(),
                      MutableView(public_).first(method_.info().public_size));
  }

  [[nodiscard]] auto id() const noexcept -> KeyExchangeId override { return method_.info().id; }
  [[nodiscard]] auto public_value() const noexcept -> View override {
    return View(public_).first(method_.info().public_size);
  }

  // The order of the curve is prime and the scalar below it, so the result is never the point at
  // infinity.
  [[nodiscard]] auto derive(View theirs) -> core::Result<SharedSecret> override {
    const auto point = TRY(method_.parse_point(theirs));
    const auto shared = multiply(method_.group(), *scalar_, point.get());
    Octets x;
    const auto out = MutableView(x).first(coordinate_size());
    write_coordinates(method_.group(), *shared, coordinate_size(), out);
    SharedSecret secret{out};
    core::wipe(x);
    return secret;
  }

 private:
  [[nodiscard]] auto coordinate_size() const noexcept -> std::size_t {
    return method_.info().secret_size;
  }

  const EcMethod& method_;
  Handle<BIGNUM> scalar_;
  std::array<std::byte, 2 * coordinate_max> public_{};
};

EcMethod::EcMethod(const KeyExchangeInfo& info) noexcept
    : KeyExchangeMethod(info), group_(EC_GROUP_new_by_curve_name(nid_of(info.id))) {
  ensure(group_ != nullptr);
  ensure(std::cmp_equal((EC_GROUP_get_degree(group_.get()) + 7) / 8, info.secret_size));
}

// 64 bits more than the order has, reduced: uniform enough without drawing again (FIPS 186-5,
// A.2.1).
auto EcMethod::generate(core::Random& random) const -> std::unique_ptr<KeyExchange> {
  std::array<std::byte, coordinate_max + 8> buffer;
  const auto drawn = MutableView(buffer).first(info().secret_size + std::size_t{8});
  random.fill(drawn);
  auto scalar = number(drawn);
  core::wipe(buffer);
  const Handle<BN_CTX> ctx(BN_CTX_secure_new());
  const Handle<BIGNUM> below(BN_dup(EC_GROUP_get0_order(group_.get())));
  BN_set_flags(scalar.get(), BN_FLG_CONSTTIME);
  ensure(BN_sub_word(below.get(), 1) == 1);
  ensure(BN_nnmod(scalar.get(), scalar.get(), below.get(), ctx.get()) == 1);
  ensure(BN_add_word(scalar.get(), 1) == 1);
  return std::make_unique<Ec>(*this, std::move(scalar));
}

auto EcMethod::parse_point(View xy) const -> core::Result<Handle<EC_POINT>> {
  if (xy.size() != info().public_size) return failure(Code::bad_length);
  const auto size = std::size_t{info().secret_size};
  const auto x = number(xy.first(size));
  const auto y = number(xy.subspan(size));
  const auto* const prime = EC_GROUP_get0_field(group_.get());
  if (BN_cmp(x.get(), prime) >= 0) return failure(Code::bad_value);
  if (BN_cmp(y.get(), prime) >= 0) return failure(Code::bad_value, size);
  Handle<EC_POINT> point(EC_POINT_new(group_.get()));
  const auto is_on_curve =
      EC_POINT_set_affine_coordinates(group_.get(), point.get(), x.get(), y.get(), nullptr) == 1;
  if (!is_on_curve) return failure(Code::bad_value);
  return point;
}

}  // namespace

auto make_ec_method(const KeyExchangeInfo& info) -> std::unique_ptr<KeyExchangeMethod> {
  return std::make_unique<EcMethod>(info);
}

}  // namespace esplanade::crypto::openssl
