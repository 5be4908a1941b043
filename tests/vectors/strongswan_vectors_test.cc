// Ciphers, MACs and pseudorandom functions as IKE uses them, against vectors of strongSwan and of
// the Linux kernel.
#include "crypto/openssl/provider.h"
#include "crypto/registry.h"

#include <gtest/gtest.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

namespace esplanade::crypto {
namespace {

using core::Bytes;
using core::View;
using iana::EncryptionId;
using iana::IntegrityId;
using iana::PrfId;

auto vectors_of(const std::string& name) -> nlohmann::json {
  std::ifstream file(std::filesystem::path(ESPLANADE_VECTORS "/crypto") / name);
  return nlohmann::json::parse(file).at("vectors");
}

auto field(const nlohmann::json& json, const char* name) -> Bytes {
  return core::from_hex(json.value(name, "")).value();
}

auto joined(View a, View b) -> Bytes {
  Bytes all(a.begin(), a.end());
  all.insert(all.end(), b.begin(), b.end());
  return all;
}

struct AeadVector {
  Bytes key;  ///< with salt
  Bytes iv, aad, plain, sealed;
};

void expect_sealed_and_opened(EncryptionId id, const AeadVector& v) {
  const auto* info = find_encryption(id);
  ASSERT_NE(info, nullptr);
  const View key(v.key);
  const auto key_size = key.size() - info->salt_size;
  const auto aead = openssl::provider().make_aead(id, key.first(key_size)).value();
  const auto nonce = joined(key.subspan(key_size), v.iv);
  Bytes out(v.plain.size());
  Bytes tag(info->icv_size);
  SealJob seal{.nonce = nonce, .aad = v.aad, .in = v.plain, .out = out, .tag = tag};

  aead->seal({&seal, 1});
  EXPECT_EQ(joined(out, tag), v.sealed);

  const View sealed(v.sealed);
  OpenJob open{.nonce = nonce,
               .aad = v.aad,
               .in = sealed.first(v.plain.size()),
               .tag = sealed.subspan(v.plain.size()),
               .out = out};
  aead->open({&open, 1});
  EXPECT_TRUE(open.is_authentic);
  EXPECT_EQ(out, v.plain);
}

const std::map<std::string, EncryptionId> aeads{
    {"ENCR_AES_CCM_ICV8", EncryptionId::encr_aes_ccm_8},
    {"ENCR_AES_CCM_ICV12", EncryptionId::encr_aes_ccm_12},
    {"ENCR_AES_CCM_ICV16", EncryptionId::encr_aes_ccm_16},
    {"ENCR_CHACHA20_POLY1305", EncryptionId::encr_chacha20_poly1305}};

TEST(StrongswanVectors, ccm_and_chacha20_are_sealed_and_opened) {
  for (const auto* file : {"strongswan/aes_ccm.json", "strongswan/chacha20poly1305.json"}) {
    for (const auto& json : vectors_of(file)) {
      // One key is longer than its algorithm takes.
      auto key = field(json, "key");
      key.resize(json.at("key_size").get<std::size_t>() + json.at("salt_size").get<std::size_t>());
      SCOPED_TRACE(json.at("name"));
      expect_sealed_and_opened(aeads.at(json.at("alg")), {.key = key,
                                                          .iv = field(json, "iv"),
                                                          .aad = field(json, "adata"),
                                                          .plain = field(json, "plain"),
                                                          .sealed = field(json, "cipher")});
    }
  }
}

// The kernel appends the IV to the associated data; a text that does not verify has no plaintext.
TEST(LinuxVectors, rfc4309_ccm_is_sealed_and_opened) {
  std::size_t count = 0;
  for (const auto& json : vectors_of("linux-testmgr/aes_ccm_rfc4309.json")) {
    const auto plain = field(json, "ptext");
    const auto sealed = field(json, "ctext");
    const auto icv_size = sealed.size() - plain.size();
    if (plain.empty() || json.contains("novrfy")) continue;
    const auto id = icv_size == 8    ? EncryptionId::encr_aes_ccm_8
                    : icv_size == 12 ? EncryptionId::encr_aes_ccm_12
                                     : EncryptionId::encr_aes_ccm_16;
    auto aad = field(json, "assoc");
    aad.resize(aad.size() - 8);
    SCOPED_TRACE(count++);
    expect_sealed_and_opened(id, {field(json, "key"), field(json, "iv"), aad, plain, sealed});
  }
  EXPECT_GT(count, 10U);
}

void expect_encrypted_and_decrypted(EncryptionId id, View key, const nlohmann::json& json,
                                    const char* plain_name, const char* encrypted_name) {
  const auto cipher = openssl::provider().make_cipher(id, key).value();
  const auto iv = field(json, "iv");
  const auto plain = field(json, plain_name);
  auto text = plain;
  const CipherJob job{.iv = iv, .in = text, .out = text};

  cipher->encrypt({&job, 1});
  EXPECT_EQ(text, field(json, encrypted_name));
  cipher->decrypt({&job, 1});
  EXPECT_EQ(text, plain);
}

TEST(StrongswanVectors, cbc_of_3des_camellia_and_aes_agrees) {
  const std::map<std::string, EncryptionId> files{
      {"strongswan/3des_cbc.json", EncryptionId::encr_3des},
      {"strongswan/camellia_cbc.json", EncryptionId::encr_camellia_cbc},
      {"strongswan/aes_cbc.json", EncryptionId::encr_aes_cbc}};
  for (const auto& [file, id] : files) {
    for (const auto& json : vectors_of(file)) {
      SCOPED_TRACE(json.at("name"));
      expect_encrypted_and_decrypted(id, field(json, "key"), json, "plain", "cipher");
    }
  }
}

TEST(LinuxVectors, rfc3686_ctr_agrees) {
  for (const auto& json : vectors_of("linux-testmgr/aes_ctr_rfc3686.json")) {
    expect_encrypted_and_decrypted(EncryptionId::encr_aes_ctr, field(json, "key"), json, "ptext",
                                   "ctext");
  }
}

const std::map<std::string, PrfId> prfs{{"PRF_HMAC_SHA2_256", PrfId::prf_hmac_sha2_256},
                                        {"PRF_HMAC_SHA2_384", PrfId::prf_hmac_sha2_384},
                                        {"PRF_HMAC_SHA2_512", PrfId::prf_hmac_sha2_512},
                                        {"PRF_AES128_CMAC", PrfId::prf_aes128_cmac}};
const std::map<std::string, IntegrityId> integrities{
    {"AUTH_HMAC_SHA2_256_128", IntegrityId::auth_hmac_sha2_256_128},
    {"AUTH_HMAC_SHA2_384_192", IntegrityId::auth_hmac_sha2_384_192},
    {"AUTH_HMAC_SHA2_512_256", IntegrityId::auth_hmac_sha2_512_256},
    {"AUTH_AES_CMAC_96", IntegrityId::auth_aes_cmac_96}};

void expect_prf(PrfId id, const nlohmann::json& json) {
  const auto prf = openssl::provider().make_prf(id, field(json, "key")).value();
  const auto output = prf->compute({field(json, "seed")});
  EXPECT_EQ(core::to_hex(output.reveal()), json.at("out"));
}

void expect_icv(IntegrityId id, const nlohmann::json& json) {
  const auto integrity = openssl::provider().make_integrity(id, field(json, "key")).value();
  const auto data = field(json, "data");
  Bytes icv(find_integrity(id)->icv_size);
  const SignJob job{.data = data, .suffix = {}, .icv = icv};
  integrity->sign({&job, 1});
  EXPECT_EQ(core::to_hex(icv), json.at("mac"));
}

TEST(StrongswanVectors, macs_agree_as_prf_and_as_integrity) {
  for (const auto* file : {"strongswan/sha2_hmac.json", "strongswan/aes_cmac.json"}) {
    for (const auto& json : vectors_of(file)) {
      SCOPED_TRACE(json.at("name"));
      const std::string algorithm = json.at("alg");
      if (prfs.contains(algorithm)) {
        expect_prf(prfs.at(algorithm), json);
      } else {
        expect_icv(integrities.at(algorithm), json);
      }
    }
  }
}

TEST(LinuxVectors, xcbc_agrees) {
  for (const auto& json : vectors_of("linux-testmgr/aes_xcbc128.json")) {
    const auto prf =
        openssl::provider().make_prf(PrfId::prf_aes128_xcbc, field(json, "key")).value();
    const auto output = prf->compute({field(json, "plaintext")});
    EXPECT_EQ(core::to_hex(output.reveal()), json.at("digest"));
  }
}

}  // namespace
}  // namespace esplanade::crypto
