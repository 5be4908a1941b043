// The keys of IKE SAs and what they open, against NIST's sample for IKEv2 (libreswan), its CAVP
// values (strongSwan) and Wireshark's captures with published keys.
#include "crypto/openssl/provider.h"
#include "crypto/registry.h"
#include "ike/keys/envelope.h"
#include "ike/keys/suite.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace esplanade::ike::keys {
namespace {

using core::Bytes;
using core::View;
using iana::EncryptionId;
using iana::IntegrityId;
using iana::PrfId;

auto folder() -> std::filesystem::path { return ESPLANADE_VECTORS; }
auto provider() -> crypto::Provider& { return crypto::openssl::provider(); }
auto hex(const std::string& text) -> Bytes { return core::from_hex(text).value(); }

// --- NIST's sample ------------------------------------------------------------------------------

struct Sample {
  Bytes ni, nr, shared, fresh;
  IkeSpis spis;
  nlohmann::json expected;
};

auto parameter(const std::string& text, const std::string& name) -> std::string {
  const auto at = text.find("-" + name + " ");
  const auto begin = text.find(' ', at) + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

auto sample() -> Sample {
  const auto place = folder() / "ike-kdf/libreswan";
  std::stringstream text;
  text << std::ifstream(place / "acvp.ikev2.parameters.txt").rdbuf();
  const auto octets = [&](const std::string& name) { return hex(parameter(text.str(), name)); };
  return {.ni = octets("nInit"),
          .nr = octets("nResp"),
          .shared = octets("gir"),
          .fresh = octets("girNew"),
          .spis = {IkeSpi{core::load_be<std::uint64_t>(octets("spiInit"), 0)},
                   IkeSpi{core::load_be<std::uint64_t>(octets("spiResp"), 0)}},
          .expected = nlohmann::json::parse(std::ifstream(place / "acvp.ikev2.json"))};
}

// 132 octets of key material are just what this suite takes.
constexpr IkeSuite sample_suite{.encryption = EncryptionId::encr_aes_cbc,
                                .key_bits = 128,
                                .integrity = IntegrityId::auth_hmac_sha1_96,
                                .prf = PrfId::prf_hmac_sha1};

auto hex_of(const IkeKeys& keys) -> std::string {
  std::string all;
  for (const auto part :
       {keys.sk_d.reveal(), keys.i.sk_a.reveal(), keys.r.sk_a.reveal(), keys.i.sk_e.reveal(),
        keys.r.sk_e.reveal(), keys.i.sk_p.reveal(), keys.r.sk_p.reveal()}) {
    all += core::to_hex(part);
  }
  return all;
}

TEST(IkeKeyVectors, derive_the_keys_of_nists_sample) {
  const auto s = sample();

  const auto keys =
      derive_ike_keys(provider(), sample_suite, {.ni = s.ni, .nr = s.nr}, s.spis, s.shared).value();

  EXPECT_EQ(hex_of(keys), s.expected.at("derivedKeyingMaterial"));
}

void expect_child(const Sample& s, View shared, const std::string& expected) {
  const Nonces nonces{.ni = s.ni, .nr = s.nr};
  const auto keys = derive_ike_keys(provider(), sample_suite, nonces, s.spis, s.shared).value();
  const sa::EspAlgorithms algorithms{.encryption = EncryptionId::encr_aes_cbc,
                                     .key_bits = 256,
                                     .integrity = IntegrityId::auth_hmac_sha1_96};

  const auto child =
      derive_child_keys(provider(), {.prf = sample_suite.prf, .sk_d = keys.sk_d.reveal()},
                        algorithms, nonces, shared)
          .value();

  std::string all;
  for (const auto* half : {&child.initiator_to_responder, &child.responder_to_initiator}) {
    all += core::to_hex(half->encryption.reveal()) + core::to_hex(half->integrity.reveal());
  }
  EXPECT_EQ(all, expected.substr(0, all.size()));
}

TEST(IkeKeyVectors, derive_the_keys_of_nists_children) {
  const auto s = sample();

  expect_child(s, {}, s.expected.at("derivedKeyingMaterialChild"));
  expect_child(s, s.fresh, s.expected.at("derivedKeyingMaterialDh"));
}

// --- captures -----------------------------------------------------------------------------------

auto split(const std::string& line) -> std::vector<std::string> {
  std::vector<std::string> fields;
  std::stringstream stream(line);
  for (std::string field; std::getline(stream, field, '|');) {
    const auto first = field.find_first_not_of(' ');
    const auto last = field.find_last_not_of(' ');
    fields.push_back(first == std::string::npos ? "" : field.substr(first, last - first + 1));
  }
  return fields;
}

struct Capture {
  std::string file;
  Bytes spis;
  IkeSuite suite;
  HalfKeys i, r;
  Bytes auth;  ///< to be found in the text
};

auto key_of(const std::string& text) -> Bytes { return text == "-" ? Bytes{} : hex(text); }

// nullopt for algorithms that this program has not.
auto suite_of(const std::string& encryption, const std::string& integrity)
    -> std::optional<IkeSuite> {
  using enum EncryptionId;
  IkeSuite suite{};
  if (encryption.starts_with("AES-CCM-128 with 12")) suite = {encr_aes_ccm_12, 128};
  if (encryption.starts_with("AES-CBC-256")) suite = {encr_aes_cbc, 256};
  if (encryption.starts_with("AES-GCM-256 with 16")) suite = {encr_aes_gcm_16, 256};
  if (integrity.starts_with("HMAC_SHA2_256_128")) {
    suite.integrity = IntegrityId::auth_hmac_sha2_256_128;
  }
  if (suite.key_bits == 0) return std::nullopt;
  return suite;
}

auto captures() -> std::vector<Capture> {
  std::vector<Capture> all;
  std::ifstream file(folder() / "captures/wireshark/keys-and-expected.txt");
  for (std::string line; std::getline(file, line);) {
    const auto fields = split(line);
    if (fields.empty() || fields[0] != "ikev2") continue;
    const auto suite = suite_of(fields[6], fields[9]);
    if (!suite) continue;
    Capture capture{.file = fields[1], .spis = hex(fields[2] + fields[3]), .suite = *suite};
    capture.i.sk_e = core::Secret<36>(key_of(fields[4]));
    capture.r.sk_e = core::Secret<36>(key_of(fields[5]));
    capture.i.sk_a = core::Secret<64>(key_of(fields[7]));
    capture.r.sk_a = core::Secret<64>(key_of(fields[8]));
    capture.auth = hex(fields[10]);
    all.push_back(std::move(capture));
  }
  return all;
}

auto contents(const std::string& name) -> Bytes {
  std::ifstream file(folder() / "captures/wireshark" / name, std::ios::binary);
  std::stringstream stream;
  stream << file.rdbuf();
  const auto view = core::as_view(stream.view());
  return {view.begin(), view.end()};
}

// Every message of an IKE SA that ends in an SK payload, wherever it stands in the file.
auto messages_in(const Bytes& file, const Bytes& spis) -> std::vector<View> {
  std::vector<View> messages;
  for (auto it = file.begin();;) {
    it = std::search(it, file.end(), spis.begin(), spis.end());
    if (file.end() - it < 32) return messages;
    const auto rest = View(file).subspan(static_cast<std::size_t>(it - file.begin()));
    const auto length = core::load_be<std::uint32_t>(rest, 24);
    if (rest[16] == std::byte{46} && length <= rest.size()) messages.push_back(rest.first(length));
    ++it;
  }
}

auto contains(const Bytes& text, const Bytes& part) -> bool {
  return !std::ranges::search(text, part).empty();
}

TEST(IkeCaptures, open_with_the_published_keys) {
  const auto all = captures();
  ASSERT_EQ(all.size(), 3U);
  for (const auto& capture : all) {
    const auto file = contents(capture.file);
    const auto messages = messages_in(file, capture.spis);
    EXPECT_GE(messages.size(), 2U) << capture.file;
    auto has_auth = false;
    for (const auto message : messages) {
      const auto is_initiators = (message[19] & std::byte{0x08}) != std::byte{0};
      const auto text = open(message, message.subspan(32), capture.suite,
                             is_initiators ? capture.i : capture.r, provider());
      ASSERT_TRUE(text.has_value()) << capture.file;
      has_auth = has_auth || contains(*text, capture.auth);
      EXPECT_TRUE(
          wire::parse_payloads(iana::PayloadType{std::to_integer<std::uint8_t>(message[28])}, *text)
              .has_value());
    }
    EXPECT_TRUE(has_auth) << capture.file;
  }
}

}  // namespace
}  // namespace esplanade::ike::keys
