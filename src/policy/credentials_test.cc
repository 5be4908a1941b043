#include "policy/credentials.h"

#include <gtest/gtest.h>

namespace esplanade::policy {
namespace {

auto id(std::string_view text) -> Identity { return *Identity::parse(text); }

auto secret(std::string name, const std::vector<std::string_view>& owners) -> PreSharedKey {
  PreSharedKey key{.name = std::move(name), .owners = {}, .secret = PskSecret(core::as_view("x"))};
  for (const auto owner : owners) key.owners.push_back(id(owner));
  return key;
}

auto found(const Credentials& credentials, std::string_view ours, std::string_view theirs)
    -> std::string {
  const auto* key = credentials.find_secret(id(ours), id(theirs));
  return key == nullptr ? "none" : key->name;
}

TEST(Credentials, take_the_secret_of_both_ends_before_those_of_one_and_of_any) {
  Credentials credentials;
  credentials.secrets.push_back(secret("any", {}));
  credentials.secrets.push_back(secret("domain", {"moon", "*.example.org"}));
  credentials.secrets.push_back(secret("peer", {"sun.example.org"}));
  credentials.secrets.push_back(secret("both", {"moon", "sun.example.org"}));
  credentials.secrets.push_back(secret("late", {"sun.example.org", "moon"}));

  EXPECT_EQ(found(credentials, "moon", "sun.example.org"), "both");
  EXPECT_EQ(found(credentials, "mars", "sun.example.org"), "peer");
  EXPECT_EQ(found(credentials, "moon", "venus.example.org"), "domain");
  EXPECT_EQ(found(credentials, "moon", "192.0.2.9"), "any");
}

TEST(Credentials, lend_nobody_a_secret_that_is_shared_with_another_one) {
  Credentials credentials;
  credentials.secrets.push_back(secret("pair", {"moon", "sun"}));

  EXPECT_EQ(found(credentials, "moon", "sun"), "pair");
  EXPECT_EQ(found(credentials, "moon", "venus"), "none");
}

TEST(Credentials, use_a_secret_that_names_us_alone_for_any_peer) {
  Credentials credentials;
  credentials.secrets.push_back(secret("ours", {"moon"}));

  EXPECT_EQ(found(credentials, "moon", "venus"), "ours");
  EXPECT_EQ(found(credentials, "mars", "venus"), "none");
}

/// A key that is nothing but its SubjectPublicKeyInfo.
class PlainKey : public crypto::PublicKey {
 public:
  explicit PlainKey(std::byte name) : spki_{name} {}
  [[nodiscard]] auto type() const noexcept -> crypto::KeyType override {
    return crypto::KeyType::ed25519;
  }
  [[nodiscard]] auto bits() const noexcept -> unsigned override { return 256; }
  [[nodiscard]] auto spki() const -> core::Bytes override { return spki_; }
  [[nodiscard]] auto verifies(const crypto::SignatureScheme& /*scheme*/, core::View /*message*/,
                              core::View /*signature*/) const -> bool override {
    return false;
  }

 private:
  core::Bytes spki_;
};

class PlainPrivateKey : public crypto::PrivateKey {
 public:
  explicit PlainPrivateKey(std::byte name) : public_(name) {}
  [[nodiscard]] auto public_key() const -> const crypto::PublicKey& override { return public_; }
  [[nodiscard]] auto sign(const crypto::SignatureScheme& /*scheme*/, core::View /*message*/) const
      -> core::Result<core::Bytes> override {
    return core::failure(core::Code::unsupported);
  }

 private:
  PlainKey public_;
};

TEST(Credentials, find_the_private_half_of_a_public_key) {
  Credentials credentials;
  credentials.keys.push_back({"a.pem", std::make_shared<PlainPrivateKey>(std::byte{1})});
  credentials.keys.push_back({"b.pem", std::make_shared<PlainPrivateKey>(std::byte{2})});

  const auto* key = credentials.find_key(PlainKey(std::byte{2}));
  ASSERT_NE(key, nullptr);
  EXPECT_EQ(key->name, "b.pem");
  EXPECT_EQ(credentials.find_key(PlainKey(std::byte{3})), nullptr);
}

}  // namespace
}  // namespace esplanade::policy
