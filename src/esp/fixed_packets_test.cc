// Whole packets whose every octet others computed: the ciphertexts of RFC 3602, section 4 (cases
// 5 to 8), here with HMAC-SHA-256-128 behind them; and an AES-GCM packet by Python's cryptography.
#include "tests/support/esp.h"

#include <gtest/gtest.h>

namespace esplanade::esp {
namespace {

using core::Seq64;
using test::hex;
using test::Slot;

struct Published {
  int number;
  sa::Mode mode;
  const char* key;
  const char* iv;
  std::uint32_t spi;
  std::uint64_t seq;
  const char* clear;
  const char* ip_header;        ///< of the protected packet; total length and checksum with ICV
  const char* esp;              ///< SPI to ciphertext
  const char* icv;              ///< under the key of tests/support/sas.h
  const char* icv_with_high_3;  ///< the same with ESN and 3 above the number on the wire
};

constexpr Published published[] = {
    {.number = 5,
     .mode = sa::Mode::transport,
     .key = "90d382b410eeba7ad938c46cec1a82bf",
     .iv = "e96e8c08ab465763fd098d45dd3ff893",
     .spi = 0x4321,
     .seq = 1,
     .clear = "4500005408f200004001f9fec0a87b03c0a87b6408000ebda70a00008e9c083db95b0700"
              "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b"
              "2c2d2e2f3031323334353637",
     .ip_header = "4500008c08f200004032f995c0a87b03c0a87b64",
     .esp = "0000432100000001e96e8c08ab465763fd098d45dd3ff893f663c25d325c18c6a9453e19"
            "4e120849a4870b66cc6b9965330013b4898dc856a4699e523a55db080b59ec3a8e4b7e52"
            "775b07d1db34ed9c538ab50c551b874aa269add047ad2d5913ac19b7cfbad4a6",
     .icv = "69d9cd39200e45eaceabeb3137577aa1",
     .icv_with_high_3 = "d8783ba2de84f570af84fee29203cd21"},
    {.number = 6,
     .mode = sa::Mode::transport,
     .key = "90d382b410eeba7ad938c46cec1a82bf",
     .iv = "69d08df7d203329db093fc4924e5bd80",
     .spi = 0x4321,
     .seq = 8,
     .clear = "4500003008fe00004001fa16c0a87b03c0a87b640800b5e8a80a0500a69c083d0b660e00"
              "777777777777777777777777",
     .ip_header = "4500005c08fe00004032f9b9c0a87b03c0a87b64",
     .esp = "000043210000000869d08df7d203329db093fc4924e5bd80f51995881ec4e0c4488987ce"
            "742e8109689bb379d2d750c0d915dca346a89f75",
     .icv = "b746a1717fb833feace3e889c6c82373",
     .icv_with_high_3 = "80fbc29f085f7a4b3d22867c632ff195"},
    {.number = 7,
     .mode = sa::Mode::tunnel,
     .key = "0123456789abcdef0123456789abcdef",
     .iv = "f4e765244f6407adf13dc1380f673f37",
     .spi = 0x8765,
     .seq = 2,
     .clear = "45000054090400004001f988c0a87b03c0a87bc808009f76a90a0100b49c083d02a20400"
              "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b"
              "2c2d2e2f3031323334353637",
     .ip_header = "4500009c090500004032f90ec0a87b03c0a87bc8",
     .esp = "0000876500000002f4e765244f6407adf13dc1380f673f37773b5241a4c449225e4f3ce5"
            "ed611b0c237ca96cf74a93013c1b0ea1a0cf70f8e4ecaec78ac53aad7a0f022b859243c6"
            "47752e94a859352b8a4d4d2decd136e5c177f132ad3fbfb2201ac9904c74ee0a109e0ca1"
            "e4dfe9d5a100b842f1c22f0d",
     .icv = "2a741ae179b6f8d9365156b636cebbc5",
     .icv_with_high_3 = "9bbff0e51b66421500dde6bc5ceebfd3"},
    {.number = 8,
     .mode = sa::Mode::tunnel,
     .key = "0123456789abcdef0123456789abcdef",
     .iv = "85d47224b5f3dd5d2101d4ea8dffab22",
     .spi = 0x8765,
     .seq = 5,
     .clear = "45000044090c00004001f990c0a87b03c0a87bc80800d63caa0a0200c69c083da3de0300"
              "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
     .ip_header = "4500008c090d00004032f916c0a87b03c0a87bc8",
     .esp = "000087650000000585d47224b5f3dd5d2101d4ea8dffab2215b92683819596a8047232cc"
            "00f7048fe45318e11f8a0f62ede3c3fc61203bb50f980a08c9843fd3a1b06d5c07ff9639"
            "b7eb7dfb3512e5de435e7207ed971ef3d2726d9b5ef6affc6d17a0decbb13892",
     .icv = "1eac65cee92db2792005ba97c661eb39",
     .icv_with_high_3 = "e16752c8d93b9d610abbe8d488b2e716"},
};

auto parameters_of(const Published& one, sa::Esn esn) -> sa::SaParameters {
  auto all = test::parameters({.kind = test::Kind::encrypt_then_mac,
                               .mode = one.mode,
                               .esn = esn,
                               .spi = one.spi,
                               .ours = "192.168.123.3",
                               .theirs = one.number < 7 ? "192.168.123.100" : "192.168.123.200"});
  all.algorithms.key_bits = 128;
  all.keys.encryption = sa::EncryptionKey{hex(one.key)};
  return all;
}

auto sealed_as_published(const Published& one, sa::Esn esn, std::uint64_t high) -> std::string {
  auto sa =
      ipsec::OutboundSa::make(parameters_of(one, esn), crypto::openssl::provider(), {}).value();
  sa->continue_from(Seq64{(high << 32 | one.seq) - 1});
  Slot slot(hex(one.clear));
  auto* packet = &slot.packet;
  test::FixedRandom iv(hex(one.iv));
  seal(*sa, {&packet, 1}, {.now = {}, .random = iv});
  return core::to_hex(slot.bytes());
}

class PublishedCbc : public ::testing::TestWithParam<Published> {};

INSTANTIATE_TEST_SUITE_P(FixedPackets, PublishedCbc, ::testing::ValuesIn(published),
                         [](const auto& one) {
                           return "case_" + std::to_string(one.param.number);
                         });

TEST_P(PublishedCbc, is_sealed_octet_by_octet) {
  const auto& one = GetParam();

  const auto sealed = sealed_as_published(one, sa::Esn::no, 0);

  EXPECT_EQ(sealed.substr(40), std::string(one.esp) + one.icv);
  // In tunnel mode identification and checksum are ours to choose.
  const auto known = one.mode == sa::Mode::tunnel ? 8U : 40U;
  EXPECT_EQ(sealed.substr(0, known), std::string(one.ip_header).substr(0, known));
  EXPECT_EQ(sealed.substr(24, 16), std::string(one.ip_header).substr(24, 16));
}

TEST_P(PublishedCbc, has_the_high_half_of_its_number_in_the_icv_alone) {
  const auto& one = GetParam();

  const auto sealed = sealed_as_published(one, sa::Esn::yes, 3);

  EXPECT_EQ(sealed.substr(40), std::string(one.esp) + one.icv_with_high_3);
}

TEST_P(PublishedCbc, is_opened_to_the_clear_packet) {
  const auto& one = GetParam();
  auto sa = ipsec::InboundSa::make(test::mirrored(parameters_of(one, sa::Esn::no)),
                                   crypto::openssl::provider(), {})
                .value();

  const auto outcome = test::opened(*sa, hex(std::string(one.ip_header) + one.esp + one.icv));

  EXPECT_EQ(outcome.verdict, net::Verdict::pass);
  EXPECT_EQ(core::to_hex(outcome.bytes), one.clear);
}

// UDP 4500 to 4501, ESN with number 2^32 + 1, DF and DSCP 46 with ECT(1) copied.
constexpr auto gcm_clear = "45b90021123440003f1114db0a0100010a02000103e807d0000d00000001020304";
constexpr auto gcm_sealed =
    "45b900600000400040114d9ec0000201c633640111941195004c000000001001000000010000000100000001"
    "63ba26b66b7f2ecba2774a7a75a6b776fb5a92999abd6af257e50dfd8bd67c9d96957f593aa93a31086736ed"
    "b5b76193163d28bb";

const test::SaSpec gcm_spec{.esn = sa::Esn::yes, .encapsulation = sa::UdpEncapsulation{4500, 4501}};

TEST(FixedPackets, gcm_is_sealed_octet_by_octet) {
  auto sa = test::make_outbound(gcm_spec);
  sa->continue_from(Seq64{1ULL << 32});

  EXPECT_EQ(core::to_hex(test::sealed(*sa, hex(gcm_clear))), gcm_sealed);
}

TEST(FixedPackets, gcm_is_opened_to_the_clear_packet) {
  auto sa = test::make_inbound(gcm_spec);
  (void)sa->commit(Seq64{(1ULL << 32) - 5});

  const auto outcome = test::opened(*sa, hex(gcm_sealed));

  EXPECT_EQ(outcome.verdict, net::Verdict::pass);
  EXPECT_EQ(core::to_hex(outcome.bytes), gcm_clear);
}

}  // namespace
}  // namespace esplanade::esp
