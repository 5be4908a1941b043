#include "sa/esp_key_table.h"

#include "sa/wireshark_names.h"

#include <algorithm>
#include <utility>

namespace esplanade::sa {
namespace {

constexpr std::size_t row_max = 512;

/// Text that holds keys, in one place from the beginning so that all of it is wiped.
class Row {
 public:
  Row() { text_.reserve(row_max); }
  Row(const Row&) = delete;
  auto operator=(const Row&) -> Row& = delete;
  ~Row() { core::wipe(std::as_writable_bytes(std::span(text_))); }

  auto word(std::string_view text) -> Row& {
    open_field();
    text_.append(text);
    text_ += '"';
    return *this;
  }
  auto hex(core::View octets) -> Row& {
    constexpr std::string_view digits = "0123456789abcdef";
    open_field();
    if (!octets.empty()) text_.append("0x");
    for (const auto octet : octets) {
      text_ += digits[std::to_integer<std::size_t>(octet >> 4)];
      text_ += digits[std::to_integer<std::size_t>(octet & std::byte{0x0f})];
    }
    text_ += '"';
    return *this;
  }
  auto finish() -> EspKeyTableRow {
    text_ += '\n';
    return EspKeyTableRow(core::as_view(text_));
  }

 private:
  void open_field() { text_.append(text_.empty() ? "\"" : ",\""); }

  std::string text_;
};

auto names_of(const EspAlgorithms& algorithms) -> const WiresharkNames& {
  const auto row = std::ranges::find_if(wireshark_names, [&](const WiresharkNames& names) {
    return names.encryption == algorithms.encryption && names.integrity == algorithms.integrity;
  });
  core::ensure(row != wireshark_names.end());
  return *row;
}

auto octets_of(core::Spi spi) -> std::array<std::byte, 4> {
  const auto value = std::to_underlying(spi);
  return {std::byte(value >> 24), std::byte(value >> 16), std::byte(value >> 8), std::byte(value)};
}

}  // namespace

auto esp_key_table_row(const SaParameters& parameters) -> EspKeyTableRow {
  const bool is_outbound = parameters.direction == Direction::outbound;
  const auto& src = is_outbound ? parameters.ours : parameters.theirs;
  const auto& dst = is_outbound ? parameters.theirs : parameters.ours;
  const auto& names = names_of(parameters.algorithms);
  Row row;
  row.word(src.family() == net::Family::ipv4 ? "IPv4" : "IPv6")
      .word(src.to_string())
      .word(dst.to_string())
      .hex(octets_of(parameters.spi))
      .word(names.encryption_name)
      .hex(parameters.keys.encryption.reveal())
      .word(names.integrity_name)
      .hex(parameters.keys.integrity.reveal());
  return row.finish();
}

}  // namespace esplanade::sa
