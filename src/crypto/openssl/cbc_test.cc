#include "crypto/openssl/provider.h"
#include "crypto/openssl/test_data.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace esplanade::crypto::openssl {
namespace {

using core::Bytes;
using iana::EncryptionId;

auto cbc(core::View key) -> std::unique_ptr<Cipher> {
  return provider().make_cipher(EncryptionId::encr_aes_cbc, key).value();
}

auto text(std::string_view characters) -> Bytes {
  const auto view = core::as_view(characters);
  return {view.begin(), view.end()};
}

struct Vector {
  std::string_view name;
  Bytes key, iv, plain, encrypted;
};

// RFC 3602, section 4: cases 1 to 4 are plain AES-CBC, 5 to 8 the payloads of ESP packets.
auto rfc_3602_vectors() -> std::vector<Vector> {
  return {
      {.name = "case 1",
       .key = hex("06a9214036b8a15b512e03d534120006"),
       .iv = hex("3dafba429d9eb430b422da802c9fac41"),
       .plain = text("Single block msg"),
       .encrypted = hex("e353779c1079aeb82708942dbe77181a")},
      {.name = "case 2",
       .key = hex("c286696d887c9aa0611bbb3e2025a45a"),
       .iv = hex("562e17996d093d28ddb3ba695a2e6f58"),
       .plain = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
       .encrypted = hex("d296cd94c2cccf8a3a863028b5e1dc0a7586602d253cfff91b8266bea6d61ab1")},
      {.name = "case 3",
       .key = hex("6c3ea0477630ce21a2ce334aa746c2cd"),
       .iv = hex("c782dc4c098c66cbd9cd27d825682c81"),
       .plain = text("This is a 48-byte message (exactly 3 AES blocks)"),
       .encrypted = hex("d0a02b3836451753d493665d33f0e8862dea54cdb293abc7506939276772f8d5"
                        "021c19216bad525c8579695d83ba2684")},
      {.name = "case 4",
       .key = hex("56e47a38c5598974bc46903dba290349"),
       .iv = hex("8ce82eefbea0da3c44699ed7db51b7d9"),
       .plain = hex("a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
                    "c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf"),
       .encrypted = hex("c30e32ffedc0774e6aff6af0869f71aa0f3af07a9a31a9c684db207eb0ef8e4e"
                        "35907aa632c3ffdf868bb7b29d3d46ad83ce9f9a102ee99d49a53e87f4c3da55")},
      {.name = "case 5",
       .key = hex("90d382b410eeba7ad938c46cec1a82bf"),
       .iv = hex("e96e8c08ab465763fd098d45dd3ff893"),
       .plain = hex("08000ebda70a00008e9c083db95b070008090a0b0c0d0e0f1011121314151617"
                    "18191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637"
                    "0102030405060708090a0b0c0d0e0e01"),
       .encrypted = hex("f663c25d325c18c6a9453e194e120849a4870b66cc6b9965330013b4898dc856"
                        "a4699e523a55db080b59ec3a8e4b7e52775b07d1db34ed9c538ab50c551b874a"
                        "a269add047ad2d5913ac19b7cfbad4a6")},
      {.name = "case 6",
       .key = hex("90d382b410eeba7ad938c46cec1a82bf"),
       .iv = hex("69d08df7d203329db093fc4924e5bd80"),
       .plain = hex("0800b5e8a80a0500a69c083d0b660e0077777777777777777777777701020201"),
       .encrypted = hex("f51995881ec4e0c4488987ce742e8109689bb379d2d750c0d915dca346a89f75")},
      {.name = "case 7",
       .key = hex("0123456789abcdef0123456789abcdef"),
       .iv = hex("f4e765244f6407adf13dc1380f673f37"),
       .plain = hex("45000054090400004001f988c0a87b03c0a87bc808009f76a90a0100b49c083d"
                    "02a2040008090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223"
                    "2425262728292a2b2c2d2e2f30313233343536370102030405060708090a0a04"),
       .encrypted = hex("773b5241a4c449225e4f3ce5ed611b0c237ca96cf74a93013c1b0ea1a0cf70f8"
                        "e4ecaec78ac53aad7a0f022b859243c647752e94a859352b8a4d4d2decd136e5"
                        "c177f132ad3fbfb2201ac9904c74ee0a109e0ca1e4dfe9d5a100b842f1c22f0d")},
      {.name = "case 8",
       .key = hex("0123456789abcdef0123456789abcdef"),
       .iv = hex("85d47224b5f3dd5d2101d4ea8dffab22"),
       .plain = hex("45000044090c00004001f990c0a87b03c0a87bc80800d63caa0a0200c69c083d"
                    "a3de0300ffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
                    "ffffffff0102030405060708090a0a04"),
       .encrypted = hex("15b92683819596a8047232cc00f7048fe45318e11f8a0f62ede3c3fc61203bb5"
                        "0f980a08c9843fd3a1b06d5c07ff9639b7eb7dfb3512e5de435e7207ed971ef3"
                        "d2726d9b5ef6affc6d17a0decbb13892")},
  };
}

TEST(Cbc, encrypts_the_vectors_of_rfc_3602) {
  for (const auto& v : rfc_3602_vectors()) {
    Bytes out(v.plain.size());
    const CipherJob job{.iv = v.iv, .in = v.plain, .out = out};

    cbc(v.key)->encrypt({&job, 1});

    EXPECT_EQ(out, v.encrypted) << v.name;
  }
}

TEST(Cbc, decrypts_the_vectors_of_rfc_3602) {
  for (const auto& v : rfc_3602_vectors()) {
    Bytes out(v.plain.size());
    const CipherJob job{.iv = v.iv, .in = v.encrypted, .out = out};

    cbc(v.key)->decrypt({&job, 1});

    EXPECT_EQ(out, v.plain) << v.name;
  }
}

struct Packet {
  Bytes iv;
  Bytes text;
};

auto random_batch(Noise& noise) -> std::vector<Packet> {
  std::vector<Packet> batch(1 + noise.below(64));
  for (auto& packet : batch) packet = {noise.bytes(16), noise.bytes(16 * noise.below(563))};
  return batch;
}

auto jobs_into(std::vector<Packet>& from, std::vector<Packet>& to) -> std::vector<CipherJob> {
  std::vector<CipherJob> jobs;
  jobs.reserve(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    jobs.push_back({.iv = from[i].iv, .in = from[i].text, .out = to[i].text});
  }
  return jobs;
}

TEST(Cbc, decrypts_in_place_what_it_encrypted_in_place) {
  ASSERT_TRUE(rc::check("decrypt(encrypt(batch)) == batch, in place", [](std::uint32_t seed) {
    Noise noise(seed);
    const auto cipher = cbc(noise.bytes(16 + 8 * noise.below(3)));
    auto batch = random_batch(noise);
    const auto before = batch;

    const auto jobs = jobs_into(batch, batch);
    cipher->encrypt(jobs);
    cipher->decrypt(jobs);

    for (std::size_t i = 0; i < batch.size(); ++i) RC_ASSERT(batch[i].text == before[i].text);
  }));
}

TEST(Cbc, decrypts_elsewhere_what_it_encrypted_elsewhere) {
  ASSERT_TRUE(rc::check("decrypt(encrypt(batch)) == batch, out of place", [](std::uint32_t seed) {
    Noise noise(seed);
    const auto cipher = cbc(noise.bytes(32));
    auto clear = random_batch(noise);
    const auto before = clear;
    auto encrypted = clear;
    auto decrypted = clear;
    for (auto& packet : decrypted) packet.text.assign(packet.text.size(), std::byte{0xaa});

    cipher->encrypt(jobs_into(clear, encrypted));
    cipher->decrypt(jobs_into(encrypted, decrypted));

    for (std::size_t i = 0; i < clear.size(); ++i) {
      RC_ASSERT(clear[i].text == before[i].text);
      RC_ASSERT(decrypted[i].text == before[i].text);
    }
  }));
}

TEST(CbcDeathTest, aborts_on_a_text_that_ends_inside_a_block) {
  Noise noise(1);
  const auto cipher = cbc(noise.bytes(16));
  const auto iv = noise.bytes(16);
  auto ragged = noise.bytes(17);
  const CipherJob job{.iv = iv, .in = ragged, .out = ragged};

  EXPECT_DEATH(cipher->encrypt({&job, 1}), "bug at");
}

}  // namespace
}  // namespace esplanade::crypto::openssl
