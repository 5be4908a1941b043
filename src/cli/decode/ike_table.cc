#include "cli/decode/ike_table.h"

#include "crypto/registry.h"
#include "ike/keys/ike_key_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::cli::decode {
namespace {

enum Column : std::size_t {
  spi_i,
  spi_r,
  sk_ei,
  sk_er,
  encryption,
  sk_ai,
  sk_ar,
  integrity,
  count
};

/// A record with enough fields, and how to complain of one.
struct Row {
  UatRecord record;

  [[nodiscard]] auto text(Column column) const -> std::string_view {
    return record.fields[column].text();
  }
  [[nodiscard]] auto refuse(Column column, std::string what) const
      -> std::unexpected<TableProblem> {
    return std::unexpected(
        TableProblem{record.line, record.fields[column].column, std::move(what)});
  }
};

auto checked_row(UatRecord record) -> TableResult<Row> {
  if (record.fields.size() == count) return Row{std::move(record)};
  return std::unexpected(TableProblem{
      record.line, record.fields.back().column,
      fmt::format("a row has {} fields: SPIi, SPIr, SK_ei, SK_er, encryption, SK_ai, SK_ar, "
                  "integrity; this one has {}",
                  std::size_t{count}, record.fields.size())});
}

auto parse_spi(const Row& row, Column column) -> TableResult<ike::IkeSpi> {
  const auto octets = core::from_hex(row.text(column));
  if (!octets || octets->size() != sizeof(ike::IkeSpi)) {
    return row.refuse(column, "the SPI of an IKE SA has 16 hexadecimal digits");
  }
  return ike::IkeSpi{core::load_be<std::uint64_t>(*octets, 0)};
}

/// Of exactly `size` octets. Never quotes the key.
template <std::size_t Max>
auto parse_key(const Row& row, Column column, std::size_t size) -> TableResult<core::Secret<Max>> {
  auto octets = core::from_hex(row.text(column));
  if (!octets) return row.refuse(column, "the key is not hexadecimal in pairs of digits");
  if (octets->size() != size) {
    core::wipe(*octets);
    return row.refuse(column, fmt::format("this key has {} octets, and its algorithm takes {}",
                                          octets->size(), size));
  }
  core::Secret<Max> key{*octets};
  core::wipe(*octets);
  return key;
}

/// What a row's words stand for; nullptr where it is not provided, or is no integrity at all.
struct Algorithms {
  const ike::keys::EncryptionWord* encryption_word = nullptr;
  const ike::keys::IntegrityWord* integrity_word = nullptr;
  const crypto::EncryptionInfo* cipher = nullptr;
  const crypto::IntegrityInfo* mac = nullptr;

  /// Something must authenticate, and only one.
  [[nodiscard]] auto are_provided() const -> bool {
    if (cipher == nullptr || integrity_word == nullptr) return false;
    const bool has_none = integrity_word->id == iana::IntegrityId::none;
    return cipher->is_aead() ? has_none : mac != nullptr;
  }
};

auto algorithms_of(const Row& row) -> Algorithms {
  Algorithms found{.encryption_word = ike::keys::find_encryption_word(row.text(encryption)),
                   .integrity_word = ike::keys::find_integrity_word(row.text(integrity))};
  if (found.encryption_word != nullptr) {
    found.cipher = crypto::find_encryption(found.encryption_word->id);
  }
  if (found.integrity_word != nullptr) {
    found.mac = crypto::find_integrity(found.integrity_word->id);
  }
  return found;
}

auto why_unsupported(const Row& row) -> Unsupported {
  return {.column = row.record.fields[encryption].column,
          .why = fmt::format("\"{}\" with \"{}\" is not provided", row.text(encryption),
                             row.text(integrity))};
}

auto parse_keys(const Row& row) -> TableResult<std::variant<IkeRowKeys, Unsupported>> {
  const auto found = algorithms_of(row);
  if (!found.are_provided()) return why_unsupported(row);
  const auto bits = found.encryption_word->key_bits;
  const std::size_t encryption_size = bits / 8U + found.cipher->salt_size;
  const std::size_t integrity_size = found.mac == nullptr ? 0 : found.mac->key_size;
  return IkeRowKeys{.suite = {.encryption = found.cipher->id,
                              .key_bits = bits,
                              .integrity = found.integrity_word->id},
                    .i = {.sk_e = TRY(parse_key<36>(row, sk_ei, encryption_size)),
                          .sk_a = TRY(parse_key<64>(row, sk_ai, integrity_size)),
                          .sk_p = {}},
                    .r = {.sk_e = TRY(parse_key<36>(row, sk_er, encryption_size)),
                          .sk_a = TRY(parse_key<64>(row, sk_ar, integrity_size)),
                          .sk_p = {}}};
}

auto parse_row(const Row& row) -> TableResult<IkeTableRow> {
  return IkeTableRow{.line = row.record.line,
                     .spis = {.i = TRY(parse_spi(row, spi_i)), .r = TRY(parse_spi(row, spi_r))},
                     .keys = TRY(parse_keys(row))};
}

}  // namespace

auto parse_ike_table(std::string_view text) -> TableResult<IkeTable> {
  IkeTable table;
  UatReader reader{text};
  while (auto record = TRY(reader.next())) {
    const auto row = TRY(checked_row(*std::move(record)));
    table.push_back(TRY(parse_row(row)));
  }
  return table;
}

}  // namespace esplanade::cli::decode
