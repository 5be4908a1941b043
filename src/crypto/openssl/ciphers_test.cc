// Every cipher of the registry: figures of the RFCs, and what holds for all of them.
#include "crypto/openssl/provider.h"
#include "crypto/openssl/test_data.h"
#include "crypto/registry.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace esplanade::crypto::openssl {
namespace {

using core::Bytes;
using core::View;
using iana::EncryptionId;

struct Vector {
  EncryptionId id;
  std::string_view key, iv, plain, encrypted;
};

// RFC 3686, section 6, cases 1, 3, 5 and 9: key with nonce. RFC 3713, appendix A and NIST SP
// 800-67 as single blocks, which with an IV of zeroes are CBC too.
const auto vectors = std::to_array<Vector>({
    {.id = EncryptionId::encr_aes_ctr,
     .key = "ae6852f8121067cc4bf7a5765577f39e00000030",
     .iv = "0000000000000000",
     .plain = "53696e676c6520626c6f636b206d7367",
     .encrypted = "e4095d4fb7a7b3792d6175a3261311b8"},
    {.id = EncryptionId::encr_aes_ctr,
     .key = "7691be035e5020a8ac6e618529f9a0dc00e0017b",
     .iv = "27777f3f4a1786f0",
     .plain = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223",
     .encrypted = "c1cf48a89f2ffdd9cf4652e9efdb72d74540a42bde6d7836d59a5ceaaef3105325b2072f"},
    {.id = EncryptionId::encr_aes_ctr,
     .key = "7c5cb2401b3dc33c19e7340819e0f69c678c3db8e6f6a91a0096b03b",
     .iv = "020c6eadc2cb500d",
     .plain = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
     .encrypted = "453243fc609b23327edfaafa7131cd9f8490701c5ad4a79cfc1fe0ff42f4fb00"},
    {.id = EncryptionId::encr_aes_ctr,
     .key = "ff7a617ce69148e4f1726e2f43581de2aa62d9f805532edff1eed687fb54153d001cc5b7",
     .iv = "51a51d70a1c11148",
     .plain = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223",
     .encrypted = "eb6c52821d0bbbf7ce7594462aca4faab407df866569fd07f48cc0b583d6071f1ec0e6b8"},
    {.id = EncryptionId::encr_camellia_cbc,
     .key = "0123456789abcdeffedcba9876543210",
     .iv = "00000000000000000000000000000000",
     .plain = "0123456789abcdeffedcba9876543210",
     .encrypted = "67673138549669730857065648eabe43"},
    {.id = EncryptionId::encr_camellia_cbc,
     .key = "0123456789abcdeffedcba987654321000112233445566778899aabbccddeeff",
     .iv = "00000000000000000000000000000000",
     .plain = "0123456789abcdeffedcba9876543210",
     .encrypted = "9acc237dff16d76c20ef7c919e3a7509"},
    {.id = EncryptionId::encr_3des,
     .key = "0123456789abcdef23456789abcdef01456789abcdef0123",
     .iv = "0000000000000000",
     .plain = "5468652071756663",
     .encrypted = "a826fd8ce53b855f"},
});

auto through(const Vector& v, View key, View iv) -> std::pair<Bytes, Bytes> {
  const auto cipher = provider().make_cipher(v.id, key).value();
  auto text = hex(v.plain);
  const CipherJob job{.iv = iv, .in = text, .out = text};
  cipher->encrypt({&job, 1});
  auto encrypted = text;
  cipher->decrypt({&job, 1});
  return {encrypted, text};
}

TEST(Ciphers, agree_with_published_figures) {
  for (const auto& v : vectors) {
    const auto [encrypted, plain] = through(v, hex(v.key), hex(v.iv));
    EXPECT_EQ(core::to_hex(encrypted), v.encrypted) << find_encryption(v.id)->name;
    EXPECT_EQ(core::to_hex(plain), v.plain);
  }
}

TEST(Ciphers, take_the_salt_of_ctr_in_front_of_the_iv_too) {
  const auto& v = vectors[1];
  const auto key_and_salt = hex(v.key);
  const View whole(key_and_salt);
  Bytes iv(whole.end() - 4, whole.end());
  const auto rest = hex(v.iv);
  iv.insert(iv.end(), rest.begin(), rest.end());

  EXPECT_EQ(core::to_hex(through(v, whole.first(16), iv).first), v.encrypted);
}

// RFC 7634, appendix A: ESP with ChaCha20-Poly1305; SPI and sequence number are authenticated.
TEST(Ciphers, seal_as_rfc_7634_has_it) {
  const auto key = hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
  const auto nonce = hex("a0a1a2a31011121314151617");
  const auto aad = hex("0102030400000005");
  const auto plain =
      hex("45000054a6f200004001e778c6336405c000020508005b7a3a080000553bec100007362708090a0b0c0d0e0f"
          "101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f30313233343536370102020"
          "4");
  Bytes out(plain.size());
  Bytes tag(16);
  SealJob job{.nonce = nonce, .aad = aad, .in = plain, .out = out, .tag = tag};

  provider().make_aead(EncryptionId::encr_chacha20_poly1305, key).value()->seal({&job, 1});

  EXPECT_EQ(
      core::to_hex(out),
      "24039428b97f417e3c13753a4f05087b67c352e6a7fab1b982d466ef407ae5c614ee8099d52844eb61aa95df"
      "ab4c02f72aa71e7c4c4f64c9befe2facc638e8f3cbec163fac469b502773f6fb94e664da9165b82829f641e"
      "0");
  EXPECT_EQ(core::to_hex(tag), "76aaa8266b7fb0f7b11b369907e1ad43");
}

struct Sealed {
  Bytes key, nonce, aad, text, tag;
};

auto seal(const EncryptionInfo& info, std::uint16_t bits, Noise& noise, View plain) -> Sealed {
  Sealed s{.key = noise.bytes(bits / 8U),
           .nonce = noise.bytes(info.nonce_size),
           .aad = noise.bytes(1 + noise.below(40)),
           .text = Bytes(plain.begin(), plain.end()),
           .tag = Bytes(info.icv_size)};
  SealJob job{.nonce = s.nonce, .aad = s.aad, .in = s.text, .out = s.text, .tag = s.tag};
  provider().make_aead(info.id, s.key).value()->seal({&job, 1});
  return s;
}

auto opened(const EncryptionInfo& info, const Sealed& s) -> std::optional<Bytes> {
  Bytes out(s.text.size());
  OpenJob job{.nonce = s.nonce, .aad = s.aad, .in = s.text, .tag = s.tag, .out = out};
  provider().make_aead(info.id, s.key).value()->open({&job, 1});
  return job.is_authentic ? std::optional(out) : std::nullopt;
}

TEST(Ciphers, open_what_they_sealed_and_nothing_with_a_flipped_bit) {
  ASSERT_TRUE(rc::check("round trip", [](std::uint32_t seed) {
    Noise noise(seed);
    const auto plain = noise.bytes(noise.below(2000));
    for (const auto& info : encryption_algorithms()) {
      if (!info.is_aead()) continue;
      for (const auto bits : info.key_bits) {
        auto sealed = seal(info, bits, noise, plain);
        RC_ASSERT(opened(info, sealed) == plain);
        auto& part =
            *std::to_array<Bytes*>({&sealed.aad, &sealed.tag, &sealed.nonce})[noise.below(3)];
        part[noise.below(part.size())] ^= std::byte{1};
        RC_ASSERT(!opened(info, sealed));
      }
    }
  }));
}

// NIST SP 800-38D, 5.2.1.2: a short tag is the beginning of the whole one.
TEST(Ciphers, cut_the_tag_of_gcm) {
  const auto plain = hex("00112233");
  const auto tag_of = [&](EncryptionId id) {
    Noise noise(1);
    return core::to_hex(seal(*find_encryption(id), 128, noise, plain).tag);
  };
  const auto whole = tag_of(EncryptionId::encr_aes_gcm_16);

  EXPECT_EQ(tag_of(EncryptionId::encr_aes_gcm_12), whole.substr(0, 24));
  EXPECT_EQ(tag_of(EncryptionId::encr_aes_gcm_8), whole.substr(0, 16));
}

TEST(Ciphers, take_packets_without_associated_data_or_without_text) {
  Noise noise(1);
  for (const auto& info : encryption_algorithms()) {
    if (!info.is_aead()) continue;
    auto sealed = seal(info, info.key_bits[0], noise, {});
    EXPECT_TRUE(opened(info, sealed)) << info.name;
    const auto aead = provider().make_aead(info.id, sealed.key).value();
    Bytes text(5);
    SealJob job{.nonce = sealed.nonce, .aad = {}, .in = text, .out = text, .tag = sealed.tag};
    aead->seal({&job, 1});
    sealed.aad.clear();
    sealed.text = text;
    EXPECT_EQ(opened(info, sealed), Bytes(5)) << info.name;
  }
}

TEST(Ciphers, serve_many_packets_with_one_object) {
  Noise noise(1);
  for (const auto& info : encryption_algorithms()) {
    if (!info.is_aead()) continue;
    const auto aead = provider().make_aead(info.id, noise.bytes(info.key_bits[0] / 8U)).value();
    for (int i = 0; i < 20; ++i) {
      const auto nonce = noise.bytes(info.nonce_size);
      const auto plain = noise.bytes(1 + noise.below(100));
      Bytes text(plain.size());
      Bytes tag(info.icv_size);
      SealJob seal_job{.nonce = nonce, .aad = plain, .in = plain, .out = text, .tag = tag};
      aead->seal({&seal_job, 1});
      if (i % 3 == 0) tag[0] ^= std::byte{1};
      OpenJob job{.nonce = nonce, .aad = plain, .in = text, .tag = tag, .out = text};
      aead->open({&job, 1});
      EXPECT_EQ(job.is_authentic, i % 3 != 0) << info.name;
      EXPECT_EQ(text, i % 3 == 0 ? Bytes(plain.size()) : plain) << info.name;
    }
  }
}

}  // namespace
}  // namespace esplanade::crypto::openssl
