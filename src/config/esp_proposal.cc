#include "config/esp_proposal.h"

#include "config/syntax/nearest.h"
#include "crypto/registry.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace esplanade::config {
namespace {

using iana::EncryptionId;
using iana::IntegrityId;

struct EncryptionWord {
  std::string_view word;
  EncryptionId id;
  std::uint16_t key_bits;
};

// strongSwan's words; the first of each algorithm is the one we write.
constexpr auto encryption_words = std::to_array<EncryptionWord>({
    {"aes128gcm16", EncryptionId::encr_aes_gcm_16, 128},
    {"aes192gcm16", EncryptionId::encr_aes_gcm_16, 192},
    {"aes256gcm16", EncryptionId::encr_aes_gcm_16, 256},
    {"aes128", EncryptionId::encr_aes_cbc, 128},
    {"aes192", EncryptionId::encr_aes_cbc, 192},
    {"aes256", EncryptionId::encr_aes_cbc, 256},
    {"aes128gcm", EncryptionId::encr_aes_gcm_16, 128},
    {"aes192gcm", EncryptionId::encr_aes_gcm_16, 192},
    {"aes256gcm", EncryptionId::encr_aes_gcm_16, 256},
    {"aes128gcm128", EncryptionId::encr_aes_gcm_16, 128},
    {"aes192gcm128", EncryptionId::encr_aes_gcm_16, 192},
    {"aes256gcm128", EncryptionId::encr_aes_gcm_16, 256},
    {"aes", EncryptionId::encr_aes_cbc, 128},
});

struct IntegrityWord {
  std::string_view word;
  IntegrityId id;
};

constexpr auto integrity_words = std::to_array<IntegrityWord>({
    {"sha256", IntegrityId::auth_hmac_sha2_256_128},
    {"sha2_256", IntegrityId::auth_hmac_sha2_256_128},
    {"sha256_128", IntegrityId::auth_hmac_sha2_256_128},
});

using Done = std::expected<void, std::string>;

auto refuse(std::string why) -> std::unexpected<std::string> {
  return std::unexpected(std::move(why));
}

auto unknown(std::string_view word) -> std::unexpected<std::string> {
  std::vector<std::string_view> words;
  for (const auto& row : encryption_words) words.push_back(row.word);
  for (const auto& row : integrity_words) words.push_back(row.word);
  const auto near = syntax::nearest(word, words);
  if (near) return refuse(fmt::format("`{}` is no algorithm; did you mean `{}`?", word, *near));
  return refuse(fmt::format("`{}` is no algorithm of this version, which has {}", word,
                            fmt::join(std::span(words).first(6), ", ")) +
                " and sha256");
}

auto add_encryption(const EncryptionWord& row, sa::EspAlgorithms& to) -> Done {
  if (to.key_bits != 0) {
    return refuse(fmt::format("`{}` is a second encryption algorithm; an SA has one", row.word));
  }
  to.encryption = row.id;
  to.key_bits = row.key_bits;
  return {};
}

auto add_integrity(const IntegrityWord& row, sa::EspAlgorithms& to) -> Done {
  if (to.integrity != IntegrityId::none) {
    return refuse(fmt::format("`{}` is a second integrity algorithm; an SA has one", row.word));
  }
  to.integrity = row.id;
  return {};
}

auto add_word(std::string_view word, sa::EspAlgorithms& to) -> Done {
  const auto encryption = std::ranges::find(encryption_words, word, &EncryptionWord::word);
  if (encryption != encryption_words.end()) return add_encryption(*encryption, to);
  const auto integrity = std::ranges::find(integrity_words, word, &IntegrityWord::word);
  if (integrity != integrity_words.end()) return add_integrity(*integrity, to);
  return unknown(word);
}

auto check_pair(std::string_view text, const sa::EspAlgorithms& algorithms) -> Done {
  if (algorithms.key_bits == 0) return refuse(fmt::format("`{}` has no encryption", text));
  const auto* info = crypto::find_encryption(algorithms.encryption);
  const auto is_aead = info != nullptr && info->is_aead();
  const auto has_integrity = algorithms.integrity != IntegrityId::none;
  if (is_aead && has_integrity) {
    return refuse(fmt::format("`{}` has integrity twice: AES-GCM brings its own", text));
  }
  // RFC 4301, 4.2 (ARCH-4.2-01): encryption without integrity is not offered.
  if (!is_aead && !has_integrity) {
    return refuse(fmt::format(
        "`{0}` has no integrity, and without it encryption protects nothing; write `{0}-sha256`",
        text));
  }
  return {};
}

}  // namespace

auto parse_esp_proposal(std::string_view text) -> std::expected<sa::EspAlgorithms, std::string> {
  if (text.find(',') != std::string_view::npos) {
    return refuse(
        "there is nobody to choose among several proposals with keys set by hand; "
        "write the one that both ends use");
  }
  sa::EspAlgorithms algorithms;
  auto rest = text;
  while (true) {
    const auto dash = std::min(rest.find('-'), rest.size());
    TRY(add_word(rest.substr(0, dash), algorithms));
    if (dash == rest.size()) break;
    rest.remove_prefix(dash + 1);
  }
  TRY(check_pair(text, algorithms));
  return algorithms;
}

auto to_string(const sa::EspAlgorithms& algorithms) -> std::string {
  const auto encryption = std::ranges::find_if(encryption_words, [&](const EncryptionWord& row) {
    return row.id == algorithms.encryption && row.key_bits == algorithms.key_bits;
  });
  const auto integrity =
      std::ranges::find(integrity_words, algorithms.integrity, &IntegrityWord::id);
  core::ensure(encryption != encryption_words.end());
  if (integrity == integrity_words.end()) return std::string(encryption->word);
  return fmt::format("{}-{}", encryption->word, integrity->word);
}

}  // namespace esplanade::config
