// Expected messages are RFC 7634's, and others made with Python's cryptography.
#include "ike/keys/envelope.h"

#include "crypto/openssl/provider.h"
#include "ike/keys/keys_test_support.h"
#include "tests/support/random.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace esplanade::ike::keys {
namespace {

using core::Bytes;
using core::Code;
using core::View;
using esplanade::test::SeededRandom;
using iana::EncryptionId;
using iana::IntegrityId;
using test::hex;
using test::octets_from;

constexpr std::uint64_t first_counter = 0x1011121314151617;
constexpr std::size_t sk_front = 32;
constexpr std::size_t skf_front = 36;

struct Peer {
  IkeSuite suite;
  HalfKeys keys;
  std::uint64_t counter = first_counter;

  auto protection() -> Protection { return {crypto::openssl::provider(), suite, keys, counter}; }
  [[nodiscard]] auto open_text(View message, std::size_t front = sk_front) const
      -> core::Result<Bytes> {
    return open(message, message.subspan(front), suite, keys, crypto::openssl::provider());
  }
};

auto peer(EncryptionId id, std::uint16_t bits, std::size_t salt,
          IntegrityId integrity = IntegrityId::none, std::size_t mac = 0) -> Peer {
  Peer made{.suite = {.encryption = id, .key_bits = bits, .integrity = integrity}, .keys = {}};
  auto key = octets_from(0x80, bits / 8U);
  const auto salt_octets = octets_from(0xa0, salt);
  key.insert(key.end(), salt_octets.begin(), salt_octets.end());
  made.keys.sk_e = core::Secret<36>(key);
  made.keys.sk_a = core::Secret<64>(octets_from(0x40, mac));
  return made;
}
auto chacha() -> Peer { return peer(EncryptionId::encr_chacha20_poly1305, 256, 4); }
auto gcm() -> Peer { return peer(EncryptionId::encr_aes_gcm_16, 256, 4); }
auto ccm() -> Peer { return peer(EncryptionId::encr_aes_ccm_12, 128, 3); }
auto cbc() -> Peer {
  return peer(EncryptionId::encr_aes_cbc, 256, 0, IntegrityId::auth_hmac_sha2_256_128, 32);
}
auto ctr() -> Peer {
  return peer(EncryptionId::encr_aes_ctr, 128, 4, IntegrityId::auth_hmac_sha2_512_256, 64);
}

const wire::Header header{.spis = {IkeSpi{0xc0c1c2c3c4c5c6c7}, IkeSpi{0xd0d1d2d3d4d5d6d7}},
                          .exchange = iana::ExchangeType::informational,
                          .message_id = 9};

// A SET_WINDOW_SIZE of 10, as in RFC 7634, appendix B.
const wire::Payloads payloads{
    wire::NotifyPayload{.type = iana::NotifyType::set_window_size, .data = hex("0000000a")}};
constexpr std::string_view text_hex = "0000000c000040010000000a";

// RFC 7634, appendix B. Its header has neither the I nor the R flag.
constexpr std::string_view chacha_hex =
    "c0c1c2c3c4c5c6c7d0d1d2d3d4d5d6d72e202500000000090000004529000029"
    "1011121314151617610394701f8d017f7c129248896b71bfe25236efd7cdc670"
    "66906315b2";
constexpr std::string_view gcm_hex =
    "c0c1c2c3c4c5c6c7d0d1d2d3d4d5d6d72e2025000000000900000045290000291011121314151617"
    "9440c4dcb893200cfb55f6fdcc30045d78376cd938f8f24d89b4ab48f2";
constexpr std::string_view ccm_hex =
    "c0c1c2c3c4c5c6c7d0d1d2d3d4d5d6d72e2025000000000900000041290000251011121314151617"
    "8d3e9c398c2c1c273fbf9b723aa6b9663093ced2b2815f4a28";
// Padding of zeroes, as few as fill a block; the IV is 10 to 1f.
constexpr std::string_view cbc_hex =
    "c0c1c2c3c4c5c6c7d0d1d2d3d4d5d6d72e2025000000000900000050290000341011121314151617"
    "18191a1b1c1d1e1f33c5424c06b72578caad1ebb0765f1028681bb7b9b31fea1003b75445c75c455";
constexpr std::string_view ctr_hex =
    "c0c1c2c3c4c5c6c7d0d1d2d3d4d5d6d72e2025000000000900000055290000391011121314151617"
    "52cbf873cac0a57587418494c3862938f4ae8abeaab0ef5f336aa09f9db178ca9078e684b9015c21"
    "1b507d47d4";

auto sealed_hex(Peer of, core::Random& random) -> std::string {
  return core::to_hex(seal(header, payloads, of.protection(), random));
}

TEST(Seal, writes_the_message_others_write) {
  esplanade::test::FixedRandom iv(octets_from(0x10, 16));

  EXPECT_EQ(sealed_hex(chacha(), iv), chacha_hex);
  EXPECT_EQ(sealed_hex(gcm(), iv), gcm_hex);
  EXPECT_EQ(sealed_hex(ccm(), iv), ccm_hex);
  EXPECT_EQ(sealed_hex(cbc(), iv), cbc_hex);
  EXPECT_EQ(sealed_hex(ctr(), iv), ctr_hex);
}

auto opened_hex(const Peer& of, std::string_view message) -> std::string {
  const auto text = of.open_text(hex(message));
  return text ? core::to_hex(*text) : std::string(core::name_of(text.error().code));
}

TEST(Open, reads_the_message_others_wrote) {
  EXPECT_EQ(opened_hex(chacha(), chacha_hex), text_hex);
  EXPECT_EQ(opened_hex(gcm(), gcm_hex), text_hex);
  EXPECT_EQ(opened_hex(ccm(), ccm_hex), text_hex);
  EXPECT_EQ(opened_hex(cbc(), cbc_hex), text_hex);
  EXPECT_EQ(opened_hex(ctr(), ctr_hex), text_hex);
}

TEST(Open, takes_padding_of_any_length_and_content) {
  EXPECT_EQ(opened_hex(gcm(),
                       "c0c1c2c3c4c5c6c7d0d1d2d3d4d5d6d72e20250000000009000000482900"
                       "002c10111213141516179440c4dcb893200cfb55f6fdcd1c913594f516ef"
                       "79f695ca126e399a5c585add"),
            text_hex);
  EXPECT_EQ(opened_hex(cbc(),
                       "c0c1c2c3c4c5c6c7d0d1d2d3d4d5d6d72e20250000000009000000602900"
                       "0044101112131415161718191a1b1c1d1e1f15dccd3b53b4615d767310b2"
                       "a5c55a840e9040edc51f4dc0f6cf2b90a77a77e5c8ac9246ca80563f2299"
                       "f6918a38798b"),
            text_hex);
}

TEST(Open, takes_a_message_without_payloads) {
  EXPECT_EQ(opened_hex(gcm(),
                       "c0c1c2c3c4c5c6c7d0d1d2d3d4d5d6d72e20250000000009000000450000"
                       "002910111213141516179440c4d0b893600dfb55f6f7c00b12dd83faaca3"
                       "1524fd2101a77f8dde"),
            "");
}

TEST(Open, refuses_padding_longer_than_the_text) {
  EXPECT_EQ(opened_hex(gcm(),
                       "c0c1c2c3c4c5c6c7d0d1d2d3d4d5d6d72e20250000000009000000452900"
                       "002910111213141516179440c4dcb893200cfb55f6fdc1583469a0a07c4c"
                       "d9b3d84d378ab20701"),
            "bad_length");
}

TEST(Open, refuses_every_flipped_bit) {
  const auto all = {std::pair{chacha(), chacha_hex},
                    {gcm(), gcm_hex},
                    {ccm(), ccm_hex},
                    {cbc(), cbc_hex},
                    {ctr(), ctr_hex}};
  for (const auto& [of, text] : all) {
    auto message = hex(text);
    for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
      message[bit / 8] ^= std::byte{1} << bit % 8;
      const auto opened = of.open_text(message);
      ASSERT_FALSE(opened.has_value()) << "bit " << bit;
      EXPECT_EQ(opened.error().code, Code::not_authentic) << "bit " << bit;
      message[bit / 8] ^= std::byte{1} << bit % 8;
    }
  }
}

TEST(Open, refuses_every_shorter_message) {
  const auto all = {std::pair{chacha(), chacha_hex},
                    {gcm(), gcm_hex},
                    {ccm(), ccm_hex},
                    {cbc(), cbc_hex},
                    {ctr(), ctr_hex}};
  for (const auto& [of, text] : all) {
    const auto message = hex(text);
    for (auto size = sk_front; size < message.size(); ++size) {
      EXPECT_FALSE(of.open_text(View(message).first(size)).has_value()) << size;
    }
  }
}

TEST(Open, refuses_text_that_is_no_whole_blocks_or_none) {
  const auto message = hex(cbc_hex);

  EXPECT_EQ(cbc().open_text(View(message).first(message.size() - 1)).error().code,
            Code::bad_length);
  EXPECT_EQ(cbc().open_text(View(message).first(sk_front + 32)).error().code, Code::bad_length);
  EXPECT_EQ(gcm().open_text(View(message).first(sk_front + 24)).error().code, Code::bad_length);
  EXPECT_EQ(gcm().open_text(View(message).first(sk_front)).error().code, Code::bad_length);
}

TEST(Open, refuses_the_keys_of_the_other_direction) {
  auto other = gcm();
  other.keys.sk_e = core::Secret<36>(octets_from(0x81, 36));

  EXPECT_EQ(other.open_text(hex(gcm_hex)).error().code, Code::not_authentic);
}

TEST(Seal, never_uses_a_counter_twice) {
  auto of = gcm();
  SeededRandom random(1);

  const auto first = seal(header, payloads, of.protection(), random);
  const auto second = seal(header, payloads, of.protection(), random);

  EXPECT_EQ(core::to_hex(View(first).subspan(sk_front, 8)), "1011121314151617");
  EXPECT_EQ(core::to_hex(View(second).subspan(sk_front, 8)), "1011121314151618");
}

// --- fragments ----------------------------------------------------------------------------------

TEST(SealInFragments, leaves_a_message_whole_that_fits) {
  auto of = gcm();
  SeededRandom random(1);

  const auto messages =
      seal_in_fragments(header, payloads, of.protection(), random, gcm_hex.size() / 2);

  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(core::to_hex(messages.front()), gcm_hex);
}

TEST(SealInFragments, writes_fragments_others_write) {
  EXPECT_EQ(
      core::to_hex(
          gcm()
              .open_text(hex("c0c1c2c3c4c5c6c7d0d1d2d3d4d5d6d73520250000000009000000492900002d00010"
                             "00210111213"
                             "141516179440c4dcb893200cfb55f6fdccbd619cf7c8b8022af9fa5bef34c0b5d2"),
                         skf_front)
              .value()),
      text_hex);
  auto of = gcm();
  SeededRandom random(1);
  auto longer = payloads;
  longer.push_back(wire::VendorIdPayload{.data = octets_from(0, 20)});

  const auto messages = seal_in_fragments(header, longer, of.protection(), random, 73);

  ASSERT_EQ(messages.size(), 3U);
  EXPECT_EQ(core::to_hex(View(messages[0]).first(skf_front)),
            "c0c1c2c3c4c5c6c7d0d1d2d3d4d5d6d735202500000000090000004929"
            "00002d00010003");
  EXPECT_EQ(core::to_hex(View(messages[2]).subspan(28, 8)), "0000002d00030003");
}

auto joined_text(const Peer& of, const std::vector<Bytes>& fragments) -> Bytes {
  Bytes text;
  for (const auto& fragment : fragments) {
    const auto part = of.open_text(fragment, skf_front).value();
    text.insert(text.end(), part.begin(), part.end());
  }
  return text;
}

RC_GTEST_PROP(SealInFragments, give_the_text_back_and_stay_within_the_limit, ()) {
  auto of = *rc::gen::inRange(0, 2) == 0 ? gcm() : cbc();
  const auto largest = *rc::gen::inRange<std::size_t>(110, 600);
  const auto size = *rc::gen::inRange<std::size_t>(600, 4000);
  const wire::Payloads big{wire::VendorIdPayload{.data = octets_from(7, size)}};
  SeededRandom random(size);

  const auto fragments = seal_in_fragments(header, big, of.protection(), random, largest);

  RC_ASSERT(fragments.size() > 1U);
  for (const auto& fragment : fragments) RC_ASSERT(fragment.size() <= largest);
  RC_ASSERT(joined_text(of, fragments) == wire::write_payloads(big));
}

TEST(Open, refuses_a_fragment_with_another_number) {
  auto of = gcm();
  SeededRandom random(1);
  const wire::Payloads big{wire::VendorIdPayload{.data = octets_from(7, 600)}};
  auto fragments = seal_in_fragments(header, big, of.protection(), random, 200);

  fragments[1][33] ^= std::byte{1};

  EXPECT_EQ(of.open_text(fragments[1], skf_front).error().code, Code::not_authentic);
}

}  // namespace
}  // namespace esplanade::ike::keys
