// Algorithms as ESP uses them, against vectors of the Linux kernel (crypto/testmgr.h) and of NIST
// (CAVP, AES-GCM).
#include "crypto/openssl/provider.h"

#include <gtest/gtest.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

namespace esplanade::crypto {
namespace {

using core::Bytes;
using core::MutableView;
using core::View;
using iana::EncryptionId;
using iana::IntegrityId;

constexpr std::size_t tag_size = 16;

auto folder() -> std::filesystem::path { return ESPLANADE_VECTORS "/crypto"; }

auto hex(const std::string& text) -> Bytes { return core::from_hex(text).value(); }

auto joined(View a, View b) -> Bytes {
  Bytes all(a.begin(), a.end());
  all.insert(all.end(), b.begin(), b.end());
  return all;
}

auto gcm(View key) -> std::unique_ptr<Aead> {
  return openssl::provider().make_aead(EncryptionId::encr_aes_gcm_16, key).value();
}

struct GcmVector {
  Bytes key, nonce, aad, plain, encrypted, tag;
  bool is_authentic = true;
};

void expect_sealed(const GcmVector& v) {
  Bytes out(v.plain.size());
  Bytes tag(tag_size);
  SealJob job{.nonce = v.nonce, .aad = v.aad, .in = v.plain, .out = out, .tag = tag};

  gcm(v.key)->seal({&job, 1});

  EXPECT_EQ(out, v.encrypted);
  EXPECT_EQ(tag, v.tag);
}

void expect_opened(const GcmVector& v) {
  Bytes out(v.encrypted.size());
  OpenJob job{.nonce = v.nonce, .aad = v.aad, .in = v.encrypted, .tag = v.tag, .out = out};

  gcm(v.key)->open({&job, 1});

  EXPECT_EQ(job.is_authentic, v.is_authentic);
  EXPECT_EQ(out, v.is_authentic ? v.plain : Bytes(out.size()));
}

auto linux_vectors(const std::string& name) -> nlohmann::json {
  std::ifstream file(folder() / "linux-testmgr" / name);
  return nlohmann::json::parse(file).at("vectors");
}

// The kernel appends the salt to the key and the IV to the associated data, and the ICV to the
// ciphertext.
auto rfc4106_vector(const nlohmann::json& json) -> GcmVector {
  const auto key = hex(json.at("key"));
  const auto aad = hex(json.at("assoc"));
  const auto sealed = hex(json.at("ctext"));
  const auto key_size = key.size() - 4;
  const auto text_size = sealed.size() - tag_size;
  return {.key = Bytes(key.begin(), key.end() - 4),
          .nonce = joined(View(key).subspan(key_size), hex(json.at("iv"))),
          .aad = Bytes(aad.begin(), aad.end() - 8),
          .plain = hex(json.at("ptext")),
          .encrypted = joined(View(sealed).first(text_size), {}),
          .tag = joined(View(sealed).subspan(text_size), {})};
}

TEST(LinuxVectors, rfc4106_gcm_is_sealed_and_opened) {
  const auto vectors = linux_vectors("aes_gcm_rfc4106.json");
  ASSERT_GT(vectors.size(), 20U);
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    SCOPED_TRACE(i);
    const auto v = rfc4106_vector(vectors[i]);
    expect_sealed(v);
    expect_opened(v);
  }
}

struct AuthencVector {
  Bytes auth_key, enc_key, iv, aad, plain, encrypted, icv;
};

// The kernel's ICV is the whole MAC; RFC 4868, 2.6 keeps its first 16 octets.
auto authenc_vector(const nlohmann::json& json) -> AuthencVector {
  const auto sealed = hex(json.at("ctext"));
  const auto plain = hex(json.at("ptext"));
  return {.auth_key = hex(json.at("auth_key")),
          .enc_key = hex(json.at("enc_key")),
          .iv = hex(json.at("iv")),
          .aad = hex(json.at("assoc")),
          .plain = plain,
          .encrypted = joined(View(sealed).first(plain.size()), {}),
          .icv = joined(View(sealed).subspan(plain.size(), tag_size), {})};
}

void expect_encrypted_and_decrypted(const AuthencVector& v) {
  const auto cipher =
      openssl::provider().make_cipher(EncryptionId::encr_aes_cbc, v.enc_key).value();
  auto text = v.plain;
  const CipherJob job{.iv = v.iv, .in = text, .out = text};

  cipher->encrypt({&job, 1});
  EXPECT_EQ(text, v.encrypted);
  cipher->decrypt({&job, 1});
  EXPECT_EQ(text, v.plain);
}

void expect_signed_and_verified(const AuthencVector& v) {
  const auto integrity =
      openssl::provider().make_integrity(IntegrityId::auth_hmac_sha2_256_128, v.auth_key).value();
  const auto data = joined(v.aad, v.encrypted);
  Bytes icv(tag_size);
  const SignJob sign{.data = data, .suffix = {}, .icv = icv};
  VerifyJob verify{.data = data, .suffix = {}, .icv = v.icv};

  integrity->sign({&sign, 1});
  integrity->verify({&verify, 1});

  EXPECT_EQ(icv, v.icv);
  EXPECT_TRUE(verify.is_authentic);
}

TEST(LinuxVectors, authenc_of_hmac_sha256_and_aes_cbc_agrees) {
  const auto vectors = linux_vectors("hmac_sha256_aes_cbc.json");
  ASSERT_GE(vectors.size(), 7U);
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    SCOPED_TRACE(i);
    const auto v = authenc_vector(vectors[i]);
    expect_encrypted_and_decrypted(v);
    expect_signed_and_verified(v);
  }
}

// A CAVP file is lines of "Name = value" in blocks that end with an empty line; "FAIL" stands for
// the plaintext of a forgery. "[Taglen = 128]" and the like hold for the blocks behind them.
using Fields = std::map<std::string, std::string>;

auto gcm_vector(const Fields& fields) -> GcmVector {
  const auto is_authentic = !fields.contains("FAIL");
  return {.key = hex(fields.at("Key")),
          .nonce = hex(fields.at("IV")),
          .aad = hex(fields.at("AAD")),
          .plain = is_authentic ? hex(fields.at("PT")) : Bytes{},
          .encrypted = hex(fields.at("CT")),
          .tag = hex(fields.at("Tag")),
          .is_authentic = is_authentic};
}

// Vectors with the tag length of ESP.
auto nist_vectors(const std::string& name) -> std::vector<GcmVector> {
  std::ifstream file(folder() / "nist-cavp/AES-GCM" / name);
  std::vector<GcmVector> vectors;
  Fields fields;
  for (std::string line; std::getline(file, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) {
      if (fields.contains("Tag") && fields.at("Tag").size() == 2 * tag_size) {
        vectors.push_back(gcm_vector(fields));
      }
      fields.clear();
    } else if (!line.starts_with('[') && !line.starts_with('#')) {
      const auto equals = line.find(" =");
      const auto has_value = equals != std::string::npos && equals + 3 <= line.size();
      fields[line.substr(0, equals)] = has_value ? line.substr(equals + 3) : "";
    }
  }
  return vectors;
}

TEST(NistVectors, gcm_is_sealed_with_128_bit_and_256_bit_keys) {
  for (const auto* name : {"gcmEncryptExtIV128.iv96.rsp", "gcmEncryptExtIV256.iv96.rsp"}) {
    SCOPED_TRACE(name);
    const auto vectors = nist_vectors(name);
    ASSERT_GT(vectors.size(), 100U);
    for (const auto& v : vectors) expect_sealed(v);
  }
}

TEST(NistVectors, gcm_is_opened_and_forgeries_are_refused) {
  const auto vectors = nist_vectors("gcmDecrypt128.iv96.rsp");
  ASSERT_GT(vectors.size(), 100U);
  EXPECT_GT(std::ranges::count(vectors, false, &GcmVector::is_authentic), 10);
  for (const auto& v : vectors) expect_opened(v);
}

}  // namespace
}  // namespace esplanade::crypto
