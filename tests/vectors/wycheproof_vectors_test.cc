// Key exchange and signatures against Wycheproof, which collects what others got wrong.
#include "core/random.h"
#include "crypto/openssl/provider.h"
#include "crypto/signature.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace esplanade::crypto {
namespace {

using core::Bytes;
using core::View;
using iana::HashId;
using iana::KeyExchangeId;

auto hex(const std::string& text) -> Bytes { return core::from_hex(text).value(); }

/// Calls `check` with each group and each of its tests.
template <class Check>
void for_each_test(const char* name, Check check) {
  std::ifstream file(std::filesystem::path(ESPLANADE_VECTORS "/crypto/wycheproof") / name);
  const auto json = nlohmann::json::parse(file);
  for (const auto& group : json.at("testGroups")) {
    for (const auto& test : group.at("tests")) {
      SCOPED_TRACE(std::string(name) + " " + test.at("tcId").dump());
      check(group, test);
    }
  }
}

class Given final : public core::Random {
 public:
  explicit Given(Bytes octets) : octets_(std::move(octets)) {}
  void fill(core::MutableView out) noexcept override {
    core::ensure(out.size() == octets_.size());
    core::copy(octets_, out);
  }

 private:
  Bytes octets_;
};

// A scalar is drawn with 64 bits too many and reduced to 1 .. order - 1: one less is drawn.
auto octets_for_scalar(Bytes value, std::size_t size) -> Bytes {
  value.erase(value.begin(), std::ranges::find_if(value, [](auto b) { return b != std::byte{}; }));
  Bytes drawn(size + 8 - value.size());
  drawn.insert(drawn.end(), value.begin(), value.end());
  for (auto i = drawn.size(); i-- > 0;) {
    const auto had = std::exchange(drawn[i], std::byte(std::to_integer<int>(drawn[i]) - 1));
    if (had != std::byte{}) break;
  }
  return drawn;
}

auto derived(KeyExchangeId id, Bytes drawn, View theirs) -> std::string {
  Given random(std::move(drawn));
  const auto ours = openssl::provider().make_key_exchange(id, random).value();
  const auto secret = ours->derive(theirs);
  return secret ? core::to_hex(secret->reveal()) : "refused";
}

// Their points begin with the octet 4, which IKE leaves out; compressed ones IKE does not have.
void expect_ecdh(const char* file, KeyExchangeId id) {
  const auto& info = *find_key_exchange(id);
  std::size_t count = 0;
  for_each_test(file, [&](const auto&, const auto& test) {
    const auto point = hex(test.at("public"));
    if (point.size() != info.public_size + 1U || point.front() != std::byte{4}) return;
    ++count;
    const auto drawn = octets_for_scalar(hex(test.at("private")), info.secret_size);
    const std::string expected =
        test.at("result") == "invalid" ? "refused" : test.at("shared").template get<std::string>();
    EXPECT_EQ(derived(id, drawn, View(point).subspan(1)), expected);
  });
  EXPECT_GT(count, 300U);
}

TEST(WycheproofVectors, ecdh_agrees_and_refuses_points_off_the_curve) {
  expect_ecdh("ecdh_secp256r1_ecpoint_test.json", KeyExchangeId::ecp_256);
  expect_ecdh("ecdh_secp384r1_ecpoint_test.json", KeyExchangeId::ecp_384);
}

TEST(WycheproofVectors, x25519_agrees_and_refuses_the_zero_secret) {
  for_each_test("x25519_test.json", [](const auto&, const auto& test) {
    const std::string shared = test.at("shared");
    const auto is_zero = shared.find_first_not_of('0') == std::string::npos;
    EXPECT_EQ(derived(KeyExchangeId::curve25519, hex(test.at("private")), hex(test.at("public"))),
              is_zero ? "refused" : shared);
  });
}

// What they call acceptable is old and harmless: either answer will do.
void expect_signatures(const char* file, const SignatureScheme& scheme) {
  std::size_t count = 0;
  for_each_test(file, [&](const auto& group, const auto& test) {
    if (test.at("result") == "acceptable") return;
    ++count;
    const auto key = parse_public_key(hex(group.at("publicKeyDer"))).value();
    EXPECT_EQ(key->verifies(scheme, hex(test.at("msg")), hex(test.at("sig"))),
              test.at("result") == "valid");
  });
  EXPECT_GT(count, 100U);
}

TEST(WycheproofVectors, signatures_are_verified_and_forgeries_refused) {
  expect_signatures("ecdsa_secp256r1_sha256_test.json", {SignatureKind::ecdsa, HashId::sha2_256});
  expect_signatures("ed25519_test.json", {SignatureKind::eddsa, HashId::identity});
  expect_signatures("rsa_signature_2048_sha256_test.json",
                    {SignatureKind::rsa_pkcs1, HashId::sha2_256});
  expect_signatures("rsa_pss_2048_sha256_mgf1_32_test.json",
                    {SignatureKind::rsa_pss, HashId::sha2_256});
}

}  // namespace
}  // namespace esplanade::crypto
