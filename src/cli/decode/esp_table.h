// Wireshark's esp_sa table as keys to decode with. Columns: protocol, source, destination, SPI,
// encryption, its key, authentication, its key; columns of newer versions behind them are ignored.
//
//   "IPv4","192.0.2.1","192.0.2.2","0x00001001","AES-GCM with 16 octet ICV
//   [RFC4106]","0x..","NULL",""
//   "AH-IPv4","*","*","0x00002001","NULL","","HMAC-SHA-256-128 [RFC4868]","0x.."
//
// Rows of AH, which Wireshark's table has none of, begin with AH-IPv4, AH-IPv6 or AH-Any. Keys are
// hexadecimal behind 0x, else the text itself. Where an algorithm has a salt, it follows the key.
//
// Errors: one for a line that cannot be what its writer meant. A row whose algorithms we do not
// provide is kept, with the reason, so that its frames are not said to have no row.
#pragma once

#include "cli/decode/patterns.h"
#include "cli/decode/uat_reader.h"
#include "sa/sa_parameters.h"

#include <variant>

namespace esplanade::cli::decode {

struct RowKeys {
  sa::EspAlgorithms algorithms;
  sa::EspKeys keys;
};

/// A sentence without its full stop.
struct Unsupported {
  std::size_t column = 0;
  std::string why;
};

struct EspTableRow {
  std::size_t line = 0;
  sa::Protocol protocol = sa::Protocol::esp;
  std::optional<net::Family> family;  ///< none for either
  AddressPattern src, dst;
  SpiPattern spi;
  std::variant<RowKeys, Unsupported> keys;

  [[nodiscard]] auto matches(const net::Address& from, const net::Address& to,
                             core::Spi index) const noexcept -> bool {
    const auto is_of_family = !family || *family == from.family();
    return is_of_family && src.matches(from) && dst.matches(to) && spi.matches(index);
  }
};

using EspTable = std::vector<EspTableRow>;

[[nodiscard]] auto parse_esp_table(std::string_view text) -> TableResult<EspTable>;

}  // namespace esplanade::cli::decode
