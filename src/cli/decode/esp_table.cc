#include "cli/decode/esp_table.h"

#include "crypto/registry.h"
#include "sa/wireshark_names.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::cli::decode {
namespace {

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

auto parse_family(const Row& row) -> TableResult<std::optional<net::Family>> {
  const auto text = row.text(protocol);
  if (text == "IPv4") return net::Family::ipv4;
  if (text == "IPv6") return net::Family::ipv6;
  if (text == "Any") return std::nullopt;
  return row.refuse(protocol, fmt::format("the protocol is IPv4, IPv6 or Any, not \"{}\"", text));
}

auto parse_address(const Row& row, Column column, std::optional<net::Family> family)
    -> TableResult<AddressPattern> {
  auto pattern = AddressPattern::parse(row.text(column));
  if (!pattern) return row.refuse(column, pattern.error());
  if (family && pattern->family() && *pattern->family() != *family) {
    return row.refuse(column, fmt::format("\"{}\" is not of the row's protocol, {}",
                                          row.text(column), row.text(protocol)));
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

/// Versions of Wireshark differ in case ("[no checking]").
auto find_names(const Row& row) -> const sa::WiresharkNames* {
  const auto found = std::ranges::find_if(sa::wireshark_names, [&](const auto& names) {
    return equal_but_for_case(names.encryption_name, row.text(encryption)) &&
           equal_but_for_case(names.integrity_name, row.text(authentication));
  });
  return found == sa::wireshark_names.end() ? nullptr : &*found;
}

auto why_unsupported(const Row& row) -> Unsupported {
  std::string provided;
  const sa::WiresharkNames* last = nullptr;
  for (const auto& names : sa::wireshark_names) {
    const auto is_alias = last != nullptr && last->encryption == names.encryption;
    last = &names;
    if (is_alias) continue;
    provided += fmt::format("{}\"{}\" with \"{}\"", provided.empty() ? "" : " and ",
                            names.encryption_name, names.integrity_name);
  }
  const auto is_without_integrity = row.text(authentication) == "NULL";
  return {.column = row.record.fields[encryption].column,
          .why = fmt::format("\"{}\" with \"{}\" is not provided{}; provided are {}",
                             row.text(encryption), row.text(authentication),
                             is_without_integrity ? ", for it would not be authenticated" : "",
                             provided)};
}

auto parse_encryption(const Row& row, const crypto::EncryptionInfo& info, RowKeys& to)
    -> TableResult<void> {
  const auto key = TRY(parse_key(row, encryption_key));
  const auto bits = std::ranges::find_if(info.key_bits, [&](std::uint16_t length) {
    return std::size_t{length} / 8 + info.salt_size == key.size();
  });
  if (bits == info.key_bits.end()) {
    return row.refuse(
        encryption_key,
        fmt::format("{} takes keys of {}, {} or {} octets{}, not {}", info.name,
                    info.key_bits[0] / 8 + info.salt_size, info.key_bits[1] / 8 + info.salt_size,
                    info.key_bits[2] / 8 + info.salt_size,
                    info.salt_size != 0 ? " with their salt" : "", key.size()));
  }
  to.algorithms.encryption = info.id;
  to.algorithms.key_bits = *bits;
  to.keys.encryption = sa::EncryptionKey(key.reveal());
  return {};
}

auto parse_integrity(const Row& row, const crypto::IntegrityInfo& info, RowKeys& to)
    -> TableResult<void> {
  const auto key = TRY(parse_key(row, authentication_key));
  if (key.size() != info.key_size) {
    return row.refuse(authentication_key, fmt::format("{} takes a key of {} octets, not {}",
                                                      info.name, info.key_size, key.size()));
  }
  to.algorithms.integrity = info.id;
  to.keys.integrity = sa::IntegrityKey(key.reveal());
  return {};
}

auto parse_keys(const Row& row) -> TableResult<std::variant<RowKeys, Unsupported>> {
  const auto* names = find_names(row);
  const auto* cipher = names == nullptr ? nullptr : crypto::find_encryption(names->encryption);
  if (cipher == nullptr) return why_unsupported(row);
  RowKeys keys;
  TRY(parse_encryption(row, *cipher, keys));
  if (const auto* mac = crypto::find_integrity(names->integrity); mac != nullptr) {
    TRY(parse_integrity(row, *mac, keys));
  }
  return keys;
}

auto parse_row(const Row& row) -> TableResult<EspTableRow> {
  const auto family = TRY(parse_family(row));
  return EspTableRow{.line = row.record.line,
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
