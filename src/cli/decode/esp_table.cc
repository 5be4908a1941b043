#include "cli/decode/esp_table.h"

#include "crypto/registry.h"
#include "sa/wireshark_names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

namespace esplanade::cli::decode {
namespace {

using iana::EncryptionId;

enum Column : std::size_t {
  protocol,
  source,
  destination,
  spi,
  encryption,
  encryption_key,
  authentication,
  authentication_key,
  columns_min,
  columns_max = columns_min + 2,  // sequence number length and its high half, since version 4.2
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
  const auto count = record.fields.size();
  if (count >= columns_min && count <= columns_max) return Row{std::move(record)};
  return std::unexpected(TableProblem{
      record.line, record.fields.back().column,
      fmt::format("a row has {} fields: protocol, source, destination, SPI, encryption, key, "
                  "authentication, key; this one has {}",
                  std::size_t{columns_min}, count)});
}

constexpr std::string_view ah_mark = "AH-";

/// The first column without its mark of AH.
auto family_text(const Row& row) -> std::string_view {
  const auto text = row.text(protocol);
  return text.starts_with(ah_mark) ? text.substr(ah_mark.size()) : text;
}

auto parse_protocol(const Row& row) -> sa::Protocol {
  return row.text(protocol).starts_with(ah_mark) ? sa::Protocol::ah : sa::Protocol::esp;
}

auto parse_family(const Row& row) -> TableResult<std::optional<net::Family>> {
  const auto text = family_text(row);
  if (text == "IPv4") return net::Family::ipv4;
  if (text == "IPv6") return net::Family::ipv6;
  if (text == "Any") return std::nullopt;
  return row.refuse(protocol, fmt::format("the protocol is IPv4, IPv6 or Any, with AH- before it "
                                          "for AH, not \"{}\"",
                                          row.text(protocol)));
}

auto parse_address(const Row& row, Column column, std::optional<net::Family> family)
    -> TableResult<AddressPattern> {
  auto pattern = AddressPattern::parse(row.text(column));
  if (!pattern) return row.refuse(column, pattern.error());
  if (family && pattern->family() && *pattern->family() != *family) {
    return row.refuse(column, fmt::format("\"{}\" is not of the row's protocol, {}",
                                          row.text(column), family_text(row)));
  }
  return *pattern;
}

auto parse_spi(const Row& row) -> TableResult<SpiPattern> {
  auto pattern = SpiPattern::parse(row.text(spi));
  if (!pattern) return row.refuse(spi, pattern.error());
  return *pattern;
}

/// Never quotes the key.
auto parse_key(const Row& row, Column column) -> TableResult<core::Secret<field_max>> {
  const auto text = row.text(column);
  if (!text.starts_with("0x") && !text.starts_with("0X")) {
    return core::Secret<field_max>(core::as_view(text));
  }
  auto octets = core::from_hex(text);
  if (!octets) return row.refuse(column, "the key is not hexadecimal in pairs of digits");
  core::Secret<field_max> key{*octets};
  core::wipe(*octets);
  return key;
}

auto equal_but_for_case(std::string_view a, std::string_view b) -> bool {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  return std::ranges::equal(a, b, {}, lower, lower);
}

/// The value of `name` in a table of names. Versions of Wireshark differ in case
/// ("[no checking]").
template <class Id, std::size_t N>
auto find_name(const std::array<sa::WiresharkName<Id>, N>& table, std::string_view name)
    -> std::optional<Id> {
  const auto* const found = std::ranges::find_if(
      table, [&](const auto& row) { return equal_but_for_case(row.name, name); });
  return found == table.end() ? std::nullopt : std::optional(found->id);
}

auto gcm_with(std::uint8_t icv_size) -> std::optional<EncryptionId> {
  if (icv_size == 8) return EncryptionId::encr_aes_gcm_8;
  if (icv_size == 12) return EncryptionId::encr_aes_gcm_12;
  if (icv_size == 16) return EncryptionId::encr_aes_gcm_16;
  return std::nullopt;
}

auto find_encryption(const Row& row) -> const crypto::EncryptionInfo* {
  auto id = find_name(sa::wireshark::encryption, row.text(encryption));
  if (equal_but_for_case(row.text(encryption), sa::wireshark::any_gcm)) {
    id = gcm_with(find_name(sa::wireshark::any_icv, row.text(authentication)).value_or(16));
  }
  return id ? crypto::find_encryption(*id) : nullptr;
}

/// Does the authentication's column leave an AEAD alone?
auto is_fit_for_aead(const Row& row, const crypto::EncryptionInfo& aead) -> bool {
  if (equal_but_for_case(row.text(authentication), sa::wireshark::null)) return true;
  return find_name(sa::wireshark::any_icv, row.text(authentication)) == aead.icv_size;
}

/// The MAC of a row, GMAC as that of the key's length.
auto find_mac(const Row& row) -> TableResult<const crypto::IntegrityInfo*> {
  auto id = find_name(sa::wireshark::integrity, row.text(authentication));
  if (!id) return nullptr;
  if (!crypto::find_integrity(*id)->is_gmac()) return crypto::find_integrity(*id);
  const auto size = TRY(parse_key(row, authentication_key)).size();
  if (size == 28) id = iana::IntegrityId::auth_aes_192_gmac;
  if (size == 36) id = iana::IntegrityId::auth_aes_256_gmac;
  return crypto::find_integrity(*id);
}

auto not_provided(const Row& row, std::string_view more) -> Unsupported {
  return {.column = row.record.fields[encryption].column,
          .why = fmt::format("\"{}\" with \"{}\" is not provided{}", row.text(encryption),
                             row.text(authentication), more)};
}

/// "16, 24 or 32"
auto lengths_of(const crypto::EncryptionInfo& info) -> std::string {
  std::vector<std::size_t> sizes;
  for (const auto bits : info.key_bits) sizes.push_back(bits / 8U + info.salt_size);
  if (sizes.size() == 1) return std::to_string(sizes.front());
  const auto last = sizes.back();
  sizes.pop_back();
  return fmt::format("{} or {}", fmt::join(sizes, ", "), last);
}

auto parse_encryption(const Row& row, const crypto::EncryptionInfo& info, RowKeys& to)
    -> TableResult<void> {
  to.algorithms.encryption = info.id;
  if (info.key_bits.empty()) return {};
  const auto key = TRY(parse_key(row, encryption_key));
  const auto bits = std::ranges::find_if(info.key_bits, [&](std::uint16_t length) {
    return std::size_t{length} / 8 + info.salt_size == key.size();
  });
  if (bits == info.key_bits.end()) {
    return row.refuse(
        encryption_key,
        fmt::format("{} takes a key of {} octets{}, not {}", info.name, lengths_of(info),
                    info.salt_size != 0 ? " with its salt" : "", key.size()));
  }
  to.algorithms.key_bits = *bits;
  to.keys.encryption = sa::EncryptionKey(key.reveal());
  return {};
}

auto parse_integrity(const Row& row, const crypto::IntegrityInfo& info, RowKeys& to)
    -> TableResult<void> {
  const auto key = TRY(parse_key(row, authentication_key));
  constexpr std::size_t longest_hmac_key = 64;
  const bool fits = info.is_hmac() ? !key.empty() && key.size() <= longest_hmac_key
                                   : key.size() == info.material_size();
  if (!fits) {
    return row.refuse(authentication_key, fmt::format("{} takes a key of {} octets, not {}",
                                                      info.name, info.material_size(), key.size()));
  }
  to.algorithms.integrity = info.id;
  to.keys.integrity = sa::IntegrityKey(key.reveal());
  return {};
}

using ParsedKeys = TableResult<std::variant<RowKeys, Unsupported>>;

auto parse_ah_keys(const Row& row) -> ParsedKeys {
  const auto* const mac = TRY(find_mac(row));
  const bool has_encryption = !equal_but_for_case(row.text(encryption), sa::wireshark::null);
  if (mac == nullptr || has_encryption) {
    return not_provided(row, " for AH, which authenticates and does not encrypt");
  }
  RowKeys keys;
  keys.algorithms.encryption = EncryptionId::encr_null;
  TRY(parse_integrity(row, *mac, keys));
  return keys;
}

auto parse_esp_keys(const Row& row) -> ParsedKeys {
  const auto* const cipher = find_encryption(row);
  const auto* const mac = TRY(find_mac(row));
  if (cipher == nullptr) return not_provided(row, "");
  if (cipher->is_aead() && !is_fit_for_aead(row, *cipher)) {
    return not_provided(row, ", for an AEAD brings its own authentication");
  }
  if (!cipher->is_aead() && mac == nullptr) {
    return not_provided(row, ", for it would not be authenticated");
  }
  if (!cipher->is_aead() && mac->is_gmac()) return not_provided(row, " for ESP");
  RowKeys keys;
  TRY(parse_encryption(row, *cipher, keys));
  if (!cipher->is_aead()) TRY(parse_integrity(row, *mac, keys));
  return keys;
}

auto parse_keys(const Row& row) -> ParsedKeys {
  const auto protocol = parse_protocol(row);
  return protocol == sa::Protocol::ah ? parse_ah_keys(row) : parse_esp_keys(row);
}

auto parse_row(const Row& row) -> TableResult<EspTableRow> {
  const auto family = TRY(parse_family(row));
  return EspTableRow{.line = row.record.line,
                     .protocol = parse_protocol(row),
                     .family = family,
                     .src = TRY(parse_address(row, source, family)),
                     .dst = TRY(parse_address(row, destination, family)),
                     .spi = TRY(parse_spi(row)),
                     .keys = TRY(parse_keys(row))};
}

}  // namespace

auto parse_esp_table(std::string_view text) -> TableResult<EspTable> {
  EspTable table;
  UatReader reader{text};
  while (auto record = TRY(reader.next())) {
    const auto row = TRY(checked_row(*std::move(record)));
    table.push_back(TRY(parse_row(row)));
  }
  return table;
}

}  // namespace esplanade::cli::decode
