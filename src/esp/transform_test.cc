// The cryptographic step against packets that others made: draft-mcgrew-gcm-test-01, section 4
// (AES-GCM in ESP, three key lengths, with and without ESN).
#include "esp/transform.h"

#include "crypto/openssl/provider.h"
#include "tests/support/packets.h"

#include <gtest/gtest.h>

namespace esplanade::esp {
namespace {

using core::Bytes;
using test::hex;

struct Published {
  int number;
  const char* key;
  const char* salt;
  core::Seq64 seq;
  sa::Esn esn;
  const char* plaintext;  ///< with its trailer
  const char* packet;     ///< SPI to ICV
};

constexpr Published published[] = {
    {.number = 1,
     .key = "4c80cdefbb5d10da906ac73c3613a634",
     .salt = "2e443b68",
     .seq = {0x8765432100000000},
     .esn = sa::Esn::yes,
     .plaintext = "45000048699a000080114db7c0a80102c0a801010a9bf15638d301000001000000000000045f"
                  "736970045f756470037369700963796265726369747902646b000021000101020201",
     .packet = "00004321000000004956ed7e3b244cfefecf537e729d5b07dc30df528dd22b768d1b98736696"
               "a6fd348509fa13ceac34cfa2436f14a3f3cf65925bf1f4a13c5d15b21e1884f5ff6247aeabb7"
               "86b93bce61bc17d768fd9732459018148f6cbe722fd04796562dfdb4"},
    {.number = 2,
     .key = "feffe9928665731c6d6a8f9467308308",
     .salt = "cafebabe",
     .seq = {0x0000000a},
     .esn = sa::Esn::no,
     .plaintext = "4500003e698f000080114dccc0a80102c0a801010a980035002a2343b2d00100000100000000"
                  "0000037369700963796265726369747902646b00000100010001",
     .packet = "0000a5f80000000afacedbaddecaf888deb22cd9b07c72c16e3a65beeb8df304a5a5897d33ae"
               "530f1ba76d5d114d2a5c3de81827c10e9a4f51330d0eec416642cfbb85a5b47e48a4ec3b9ba9"
               "5d918bd183b70d3aa8bc6ee4c309e9d85a41ad4a"},
    {.number = 3,
     .key = "abbccddef00112233445566778899aababbccddef00112233445566778899aab",
     .salt = "11223344",
     .seq = {0x00000002},
     .esn = sa::Esn::no,
     .plaintext = "4500003069a6400080062690c0a801029389155e0a9e008b2dc57ee0000000007002400020bf"
                  "0000020405b40101040201020201",
     .packet = "4a2cbfe3000000020102030405060708ff425c9b724599df7a3bcd510194e00d6a78107f1b0b"
               "1cbf06efae9d65a5d763748a637985771d347f0545659f14e99def842d8eb335f4eecfdbf831"
               "824b4c4915956c96"},
    {.number = 5,
     .key = "3de09874b388e6491988d0c3607eae1f",
     .salt = "57690e43",
     .seq = {0x1010101010101010},
     .esn = sa::Esn::yes,
     .plaintext = "4500003c99c300008001cb7c40679318010101010800085c020043006162636465666768696a"
                  "6b6c6d6e6f707172737475767761626364656667686901020201",
     .packet = "42f67e3f101010104e280000a2fca1a3fba2caa4853cf9f0f22cb10d86dd83b0fec75691cf1a"
               "04b00d1138ec9c35791765acbd8701ad79845bf9fe3fba487bc91755e6662b4c8d0d1f5e2273"
               "9530320ae0d731cc978ecafaeae88f00e80d6e48"},
    {.number = 6,
     .key = "3de09874b388e6491988d0c3607eae1f",
     .salt = "57690e43",
     .seq = {0x1010101010101010},
     .esn = sa::Esn::yes,
     .plaintext = "4500001c42a200008001441f406793b6e00000020a00f5ff01020201",
     .packet = "42f67e3f101010104e280000a2fca1a3fba2ca845e5df9f0f22c3e6e86dd831e1fc65792cd1a"
               "f9130e1379ed369f071f35e034be95f112e4e7d05d35"},
    {.number = 7,
     .key = "feffe9928665731c6d6a8f9467308308feffe9928665731c",
     .salt = "cafebabe",
     .seq = {0x0000000a},
     .esn = sa::Esn::no,
     .plaintext = "45000028a4ad4000400678800a01038f0a010612802306b8cb712602dd6bb03e501016d07568"
                  "0001",
     .packet = "0000a5f80000000afacedbaddecaf888a5b1f8066029aea40e598b8122de02420938b3ab33f8"
               "28e687b8858b5bfbdbd0315b27452144cc7795457b9652037f5318027b5b4cd7a636"},
    {.number = 8,
     .key = "abbccddef00112233445566778899aab",
     .salt = "decaf888",
     .seq = {0x0000000000000001},
     .esn = sa::Esn::yes,
     .plaintext = "4500004933ba00007f119106c3fb1d10c2b1d326c02831ce0035dd7b800302d500004e20001e"
                  "8c18d75b81dc91baa0476b91b924b280389d92c963bac046ec959b6266c04722b14923010101",
     .packet = "0000010000000001cafedebaceface7418a6fd42f72cbf4ab2a2ea901f73d814e3e7f243d954"
               "12e1c349c1d2fbec168f9190feebaf2cb01984e65863965d7472b79da345e0e780191f0d2f0e"
               "0f496c226f2127b27db35724e7845d68651f57e65f354f75ff17015769623436"},
    {.number = 9,
     .key = "abbccddef00112233445566778899aababbccddef00112233445566778899aab",
     .salt = "73616c74",
     .seq = {0x156f3126dd0db99b},
     .esn = sa::Esn::yes,
     .plaintext = "45080028732c00004006e9f90a0106120a01038f06b88023dd6bafbecb71260250101f646d54"
                  "0001",
     .packet = "17405e67dd0db99b616e640169766563f2d69ecdbd5a0d5b8d5ef38bad4da58d1f278fde98ef"
               "67549d524a3018d9a57ff4d3a31ce673119e451626c2415771e3b7eebca614c89b35"},
};

auto suite_of(const Published& one) -> ipsec::EspSuite {
  auto key = hex(one.key);
  const auto bits = static_cast<std::uint16_t>(key.size() * 8);
  test::append(key, hex(one.salt));
  return ipsec::EspSuite::make(sa::Protocol::esp, {iana::EncryptionId::encr_aes_gcm_16, bits},
                               {sa::EncryptionKey{key}, {}}, crypto::openssl::provider())
      .value();
}

/// Header and IV as published, the plaintext, and no ICV yet.
auto unprotected(const Published& one) -> Bytes {
  auto octets = hex(one.packet);
  const auto plaintext = hex(one.plaintext);
  core::copy(plaintext, core::MutableView(octets).subspan(16));
  for (std::size_t i = 0; i < 16; ++i) octets[octets.size() - 1 - i] = std::byte{0};
  return octets;
}

class PublishedPacket : public ::testing::TestWithParam<Published> {};

INSTANTIATE_TEST_SUITE_P(Transform, PublishedPacket, ::testing::ValuesIn(published),
                         [](const auto& one) {
                           return "case_" + std::to_string(one.param.number);
                         });

TEST_P(PublishedPacket, is_made_octet_by_octet) {
  auto suite = suite_of(GetParam());
  auto octets = unprotected(GetParam());
  Frame frame{.octets = octets, .seq = GetParam().seq};

  protect(suite, GetParam().esn, {&frame, 1});

  EXPECT_EQ(core::to_hex(octets), GetParam().packet);
}

TEST_P(PublishedPacket, is_opened_to_its_plaintext) {
  auto suite = suite_of(GetParam());
  auto octets = hex(GetParam().packet);
  Frame frame{.octets = octets, .seq = GetParam().seq};

  unprotect(suite, GetParam().esn, {&frame, 1});

  EXPECT_TRUE(frame.is_authentic);
  EXPECT_EQ(core::to_hex(frame.ciphertext(suite.sizes)), GetParam().plaintext);
}

TEST_P(PublishedPacket, is_refused_under_another_high_half_only_with_esn) {
  auto suite = suite_of(GetParam());
  auto octets = hex(GetParam().packet);
  Frame frame{.octets = octets, .seq = {GetParam().seq.value + (1ULL << 32)}};

  unprotect(suite, GetParam().esn, {&frame, 1});

  EXPECT_EQ(frame.is_authentic, GetParam().esn == sa::Esn::no);
}

TEST_P(PublishedPacket, leaves_no_plaintext_where_its_icv_is_wrong) {
  auto suite = suite_of(GetParam());
  auto octets = hex(GetParam().packet);
  octets.back() ^= std::byte{1};
  Frame frame{.octets = octets, .seq = GetParam().seq};

  unprotect(suite, GetParam().esn, {&frame, 1});

  EXPECT_FALSE(frame.is_authentic);
  EXPECT_NE(core::to_hex(frame.ciphertext(suite.sizes)), GetParam().plaintext);
  EXPECT_EQ(core::to_hex(frame.header()), std::string_view(GetParam().packet).substr(0, 16));
}

}  // namespace
}  // namespace esplanade::esp
