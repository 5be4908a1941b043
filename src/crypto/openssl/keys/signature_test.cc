#include "crypto/signature.h"

#include "crypto/openssl/keys/evp_key.h"
#include "crypto/openssl/test_data.h"
#include "crypto/openssl/test_pki.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace esplanade::crypto::openssl {
namespace {

using core::as_view;
using core::Bytes;
using core::Code;
using core::View;
using iana::HashId;

constexpr auto key_types = std::to_array({KeyType::rsa, KeyType::ecdsa_p256, KeyType::ecdsa_p384,
                                          KeyType::ecdsa_p521, KeyType::ed25519, KeyType::ed448});

auto schemes() -> std::vector<SignatureScheme> {
  std::vector<SignatureScheme> all{{SignatureKind::eddsa, HashId::identity}};
  for (const auto hash : {HashId::sha2_256, HashId::sha2_384, HashId::sha2_512}) {
    for (const auto kind : {SignatureKind::rsa_pkcs1, SignatureKind::rsa_pss, SignatureKind::ecdsa})
      all.push_back({kind, hash});
  }
  return all;
}

auto fresh(KeyType type) -> std::shared_ptr<const PrivateKey> {
  return parse_private_key(private_der(*make_test_key(type))).value();
}

TEST(Signature, is_verified_by_the_public_key_and_by_no_other_scheme) {
  const auto message = hex("00112233");
  for (const auto type : key_types) {
    const auto key = fresh(type);
    const auto published = parse_public_key(key->public_key().spki()).value();
    ASSERT_EQ(published->type(), type);
    for (const auto& scheme : schemes()) {
      const auto signature = key->sign(scheme, message);
      const auto is_known = algorithm_identifier(type, scheme).has_value();
      ASSERT_EQ(signature.has_value(), is_known) << to_text(scheme);
      if (!signature) continue;
      for (const auto& other : schemes()) {
        EXPECT_EQ(published->verifies(other, message, *signature), other == scheme)
            << to_text(scheme) << " as " << to_text(other);
      }
    }
  }
}

TEST(Signature, is_refused_with_any_bit_flipped) {
  for (const auto type : {KeyType::ecdsa_p256, KeyType::ed25519, KeyType::rsa}) {
    const auto key = fresh(type);
    const SignatureScheme scheme =
        type == KeyType::rsa       ? SignatureScheme{SignatureKind::rsa_pss, HashId::sha2_256}
        : type == KeyType::ed25519 ? SignatureScheme{SignatureKind::eddsa, HashId::identity}
                                   : SignatureScheme{SignatureKind::ecdsa, HashId::sha2_256};
    const auto message = hex("00112233");
    const auto signature = key->sign(scheme, message).value();
    ASSERT_TRUE(rc::check("a flipped bit spoils it", [&](std::uint16_t at, std::uint8_t bit) {
      auto changed = signature;
      changed[at % changed.size()] ^= std::byte{1} << (bit % 8);
      RC_ASSERT(!key->public_key().verifies(scheme, message, changed));
    }));
    EXPECT_FALSE(key->public_key().verifies(scheme, hex("00112234"), signature));
    EXPECT_FALSE(key->public_key().verifies(scheme, message, {}));
  }
}

// RFC 8032, 7.1, test 2.
TEST(Signature, agrees_with_rfc_8032) {
  const auto pkcs8 = hex("302e020100300506032b657004220420");
  auto der = pkcs8;
  const auto secret = hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  der.insert(der.end(), secret.begin(), secret.end());

  const auto key = parse_private_key(der).value();

  const auto signature = key->sign({SignatureKind::eddsa, HashId::identity}, hex("72")).value();
  EXPECT_EQ(core::to_hex(signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_EQ(core::to_hex(View(key->public_key().spki()).last(32)),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
}

// SHA-1 serves authentication method 1 alone: method 14 has no place for it (RFC 8247, 3.2).
TEST(Signature, takes_sha1_only_without_an_algorithm_identifier) {
  const SignatureScheme scheme{SignatureKind::rsa_pkcs1, HashId::sha1};
  const auto key = fresh(KeyType::rsa);
  const auto signature = key->sign(scheme, hex("00")).value();

  EXPECT_TRUE(key->public_key().verifies(scheme, hex("00"), signature));
  EXPECT_FALSE(algorithm_identifier(KeyType::rsa, scheme));
  // RFC 7427, A.1.1 and A.3.1.
  EXPECT_EQ(
      parse_algorithm_identifier(KeyType::rsa, hex("300d06092a864886f70d0101050500")).error().code,
      Code::unsupported);
  EXPECT_EQ(
      parse_algorithm_identifier(KeyType::ecdsa_p256, hex("300906072a8648ce3d0401")).error().code,
      Code::unsupported);
}

struct Identifier {
  KeyType key;
  SignatureScheme scheme;
  std::string_view der;
};

// RFC 7427, appendix A; RFC 8420, appendix A.
const auto identifiers = std::to_array<Identifier>({
    {KeyType::rsa, {SignatureKind::rsa_pkcs1, HashId::sha2_256}, "300d06092a864886f70d01010b0500"},
    {KeyType::rsa, {SignatureKind::rsa_pkcs1, HashId::sha2_384}, "300d06092a864886f70d01010c0500"},
    {KeyType::rsa, {SignatureKind::rsa_pkcs1, HashId::sha2_512}, "300d06092a864886f70d01010d0500"},
    {KeyType::ecdsa_p256, {SignatureKind::ecdsa, HashId::sha2_256}, "300a06082a8648ce3d040302"},
    {KeyType::ecdsa_p384, {SignatureKind::ecdsa, HashId::sha2_384}, "300a06082a8648ce3d040303"},
    {KeyType::ecdsa_p521, {SignatureKind::ecdsa, HashId::sha2_512}, "300a06082a8648ce3d040304"},
    {KeyType::ed25519, {SignatureKind::eddsa, HashId::identity}, "300506032b6570"},
    {KeyType::ed448, {SignatureKind::eddsa, HashId::identity}, "300506032b6571"},
});

TEST(AlgorithmIdentifier, is_written_and_read_as_the_rfcs_have_it) {
  for (const auto& row : identifiers) {
    EXPECT_EQ(core::to_hex(algorithm_identifier(row.key, row.scheme).value()), row.der);
    EXPECT_EQ(parse_algorithm_identifier(row.key, hex(row.der)).value(), row.scheme);
  }
}

// RFC 7427, A.4.3 names the trailer field too; DER leaves a default out. Both are about, as are
// hashes with and without NULL (RFC 4055, 2.1).
TEST(AlgorithmIdentifier, takes_pss_in_every_form) {
  const SignatureScheme scheme{SignatureKind::rsa_pss, HashId::sha2_256};
  const auto written = core::to_hex(algorithm_identifier(KeyType::rsa, scheme).value());

  for (const std::string_view form : {
           std::string_view(written),
           std::string_view("304606092a864886f70d01010a3039a00f300d06096086480165030402010500a11c30"
                            "1a06092a864886f70d010108300d06096086480165030402010500a203020120"
                            "a303020101"),
           std::string_view("303d06092a864886f70d01010a3030a00d300b0609608648016503040201a11a30"
                            "1806092a864886f70d010108300b0609608648016503040201a203020120"),
       }) {
    const auto parsed = parse_algorithm_identifier(KeyType::rsa, hex(form));
    ASSERT_TRUE(parsed) << form;
    EXPECT_EQ(*parsed, scheme);
  }
}

TEST(AlgorithmIdentifier, refuses_pss_with_defaults_or_an_odd_salt) {
  // RFC 7427, A.4.1: empty parameters, which stand for SHA-1.
  EXPECT_EQ(
      parse_algorithm_identifier(KeyType::rsa, hex("300d06092a864886f70d01010a3000")).error().code,
      Code::unsupported);
  auto der = algorithm_identifier(KeyType::rsa, {SignatureKind::rsa_pss, HashId::sha2_256}).value();
  der.back() = std::byte{0x14};
  EXPECT_EQ(parse_algorithm_identifier(KeyType::rsa, der).error().code, Code::unsupported);
}

TEST(AlgorithmIdentifier, refuses_what_does_not_fit_the_key_and_what_is_damaged) {
  for (const auto& row : identifiers) {
    for (const auto type : key_types) {
      const auto is_ecdsa = row.scheme.kind == SignatureKind::ecdsa &&
                            type >= KeyType::ecdsa_p256 && type <= KeyType::ecdsa_p521;
      const auto parsed = parse_algorithm_identifier(type, hex(row.der));
      EXPECT_EQ(parsed.has_value(), type == row.key || is_ecdsa);
    }
    const auto der = hex(row.der);
    EXPECT_EQ(parse_algorithm_identifier(row.key, View(der).first(4)).error().code,
              Code::bad_value);
  }
}

TEST(PrivateKey, is_read_in_every_form) {
  const auto rsa = make_test_key(KeyType::rsa);
  const auto ec = make_test_key(KeyType::ecdsa_p384);
  for (const auto* key : {rsa.get(), ec.get()}) {
    const auto traditional = to_der<EVP_PKEY>(i2d_PrivateKey, key);
    const auto pkcs8 = private_der(*key);
    const auto* const label = key == rsa.get() ? "RSA PRIVATE KEY" : "EC PRIVATE KEY";
    const auto type = key_type_of(*key).value();
    for (const auto& text : {to_pem(pkcs8, "PRIVATE KEY"), to_pem(traditional, label)}) {
      const auto parsed = parse_private_key(as_view(text));
      ASSERT_TRUE(parsed) << text;
      EXPECT_EQ((*parsed)->public_key().type(), type);
    }
    EXPECT_TRUE(parse_private_key(pkcs8));
    EXPECT_TRUE(parse_private_key(traditional));
  }
}

// As `openssl ecparam -genkey` writes it.
TEST(PrivateKey, is_found_behind_its_parameters) {
  const auto key = make_test_key(KeyType::ecdsa_p384);
  const auto text = "-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n" +
                    to_pem(to_der<EVP_PKEY>(i2d_PrivateKey, key.get()), "EC PRIVATE KEY");

  EXPECT_TRUE(parse_private_key(as_view(text)));
}

auto encrypted(const EVP_PKEY& key, std::string_view passphrase) -> std::string {
  const X509Handle<BIO> bio(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_PKCS8PrivateKey(bio.get(), &key, EVP_aes_256_cbc(), passphrase.data(),
                                     static_cast<int>(passphrase.size()), nullptr, nullptr) == 1);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

TEST(PrivateKey, is_decrypted_with_its_passphrase_only) {
  const auto text = encrypted(*make_test_key(KeyType::ed25519), "open sesame");

  EXPECT_TRUE(parse_private_key(as_view(text), as_view("open sesame")));
  EXPECT_EQ(parse_private_key(as_view(text), as_view("sesame")).error().code, Code::bad_value);
  EXPECT_EQ(parse_private_key(as_view(text)).error().code, Code::bad_value);
}

TEST(PrivateKey, is_refused_if_damaged_or_of_a_type_we_have_not) {
  const Handle<EVP_PKEY> odd_curve(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "secp256k1"));
  const auto der = private_der(*make_test_key(KeyType::ecdsa_p256));
  auto longer = der;
  longer.push_back({});

  EXPECT_EQ(parse_private_key(private_der(*odd_curve)).error().code, Code::unsupported);
  EXPECT_EQ(parse_private_key(View(der).first(20)).error().code, Code::bad_value);
  EXPECT_EQ(parse_private_key(longer).error().code, Code::bad_value);
  EXPECT_EQ(parse_private_key({}).error().code, Code::bad_value);
  EXPECT_EQ(parse_private_key(fresh(KeyType::rsa)->public_key().spki()).error().code,
            Code::bad_value);
}

TEST(PublicKey, is_read_from_der_and_pem) {
  for (const auto type : key_types) {
    const auto spki = fresh(type)->public_key().spki();
    EXPECT_EQ(parse_public_key(spki).value()->spki(), spki);
    EXPECT_EQ(parse_public_key(as_view(to_pem(spki, "PUBLIC KEY"))).value()->spki(), spki);
  }
  const auto rsa = make_test_key(KeyType::rsa);
  const auto pkcs1 = to_pem(to_der<EVP_PKEY>(i2d_PublicKey, rsa.get()), "RSA PUBLIC KEY");
  EXPECT_EQ(parse_public_key(as_view(pkcs1)).value()->bits(), 2048U);
  EXPECT_EQ(parse_public_key(hex("3000")).error().code, Code::bad_value);
}

// TRAP-SIG-01: r and s are as long as the order, zeroes in front.
TEST(EcdsaForm, goes_from_der_to_raw_and_back) {
  const auto der = hex("30080202008102020102");
  const auto raw = ecdsa_to_raw(der, KeyType::ecdsa_p256).value();

  EXPECT_EQ(core::to_hex(raw), std::string(62, '0') + "81" + std::string(60, '0') + "0102");
  EXPECT_EQ(ecdsa_from_raw(raw, KeyType::ecdsa_p256).value(), der);
  EXPECT_EQ(ecdsa_to_raw(der, KeyType::ecdsa_p521).value().size(), 132U);
}

TEST(EcdsaForm, refuses_other_lengths_damage_and_other_keys) {
  EXPECT_EQ(ecdsa_from_raw(Bytes(63), KeyType::ecdsa_p256).error().code, Code::bad_length);
  EXPECT_EQ(ecdsa_from_raw(Bytes(64), KeyType::rsa).error().code, Code::unsupported);
  EXPECT_EQ(ecdsa_to_raw(hex("3008020200810202"), KeyType::ecdsa_p256).error().code,
            Code::bad_value);
  EXPECT_EQ(ecdsa_to_raw(hex("3006020181020101"), KeyType::ecdsa_p256).error().code,
            Code::bad_value);
  EXPECT_EQ(ecdsa_to_raw(hex("302602210100000000000000000000000000000000000000000000000000000000"
                             "00000000020101"),
                         KeyType::ecdsa_p256)
                .error()
                .code,
            Code::bad_value);
}

// FIPS 180: "abc".
TEST(Sha1, agrees_with_fips_180) {
  EXPECT_EQ(core::to_hex(sha1(as_view("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(core::to_hex(sha1({})), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

}  // namespace
}  // namespace esplanade::crypto::openssl
