#include "ike/keys/ike_key_table.h"

#include <algorithm>

namespace esplanade::ike::keys {
namespace {

// The longest line: two SPIs, keys of HalfKeys twice, the longest words, commas and marks.
constexpr std::size_t row_max = 640;

auto word_of(const IkeSuite& suite) -> const EncryptionWord& {
  const auto* const found = std::ranges::find_if(encryption_words, [&](const EncryptionWord& row) {
    return row.id == suite.encryption && row.key_bits == suite.key_bits;
  });
  core::ensure(found != encryption_words.end());
  return *found;
}

auto word_of(iana::IntegrityId integrity) -> const IntegrityWord& {
  const auto* const found = std::ranges::find(integrity_words, integrity, &IntegrityWord::id);
  core::ensure(found != integrity_words.end());
  return *found;
}

/// Hexadecimal stands without quotes: between quotes Wireshark reads the digits themselves as key.
/// Digit by digit, so that no copy of a key is left behind.
void append_hex(core::View octets, std::string& to) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const auto octet : octets) {
    to += digits[std::to_integer<std::size_t>(octet >> 4)];
    to += digits[std::to_integer<std::size_t>(octet & std::byte{0x0f})];
  }
  to += ',';
}

void append_spi(IkeSpi spi, std::string& to) {
  std::array<std::byte, sizeof spi> octets;
  core::store_be(std::to_underlying(spi), octets);
  append_hex(octets, to);
}

void append_word(std::string_view word, std::string& to) { to.append("\"").append(word) += '"'; }

}  // namespace

auto find_encryption_word(std::string_view word) noexcept -> const EncryptionWord* {
  const auto* const found = std::ranges::find(encryption_words, word, &EncryptionWord::word);
  return found == encryption_words.end() ? nullptr : found;
}

auto find_integrity_word(std::string_view word) noexcept -> const IntegrityWord* {
  const auto* const found = std::ranges::find(integrity_words, word, &IntegrityWord::word);
  return found == integrity_words.end() ? nullptr : found;
}

auto ike_key_table_row(const IkeSuite& suite, const IkeKeys& keys, const IkeSpis& spis)
    -> std::string {
  const auto& encryption = word_of(suite);
  const auto& integrity = word_of(suite.integrity);
  const bool is_for_wireshark =
      encryption.known_to == KnownTo::wireshark && integrity.known_to == KnownTo::wireshark;
  std::string row;
  row.reserve(row_max);
  if (!is_for_wireshark) row += "# ";
  append_spi(spis.i, row);
  append_spi(spis.r, row);
  append_hex(keys.i.sk_e.reveal(), row);
  append_hex(keys.r.sk_e.reveal(), row);
  append_word(encryption.word, row);
  row += ',';
  append_hex(keys.i.sk_a.reveal(), row);
  append_hex(keys.r.sk_a.reveal(), row);
  append_word(integrity.word, row);
  row += '\n';
  core::ensure(row.size() <= row_max);
  return row;
}

}  // namespace esplanade::ike::keys
