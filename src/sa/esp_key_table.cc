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

auto encryption_name(const EspAlgorithms& algorithms) -> std::string_view {
  const auto* const row = std::ranges::find(wireshark::encryption, algorithms.encryption,
                                            &WiresharkName<iana::EncryptionId>::id);
  core::ensure(row != wireshark::encryption.end());
  return row->name;
}

auto integrity_name(const EspAlgorithms& algorithms) -> std::string_view {
  if (algorithms.integrity == iana::IntegrityId::none) return wireshark::null;
  const auto* const row = std::ranges::find(wireshark::integrity, algorithms.integrity,
                                            &WiresharkName<iana::IntegrityId>::id);
  core::ensure(row != wireshark::integrity.end());
  return row->name;
}

auto protocol_name(Protocol protocol, net::Family family) -> std::string_view {
  const bool is_ipv4 = family == net::Family::ipv4;
  if (protocol == Protocol::ah) return is_ipv4 ? "AH-IPv4" : "AH-IPv6";
  return is_ipv4 ? "IPv4" : "IPv6";
}

struct Ends {
  std::string src, dst;
};

/// On the wire; of a group anybody may send, and it is nobody's own address.
auto ends_of(const SaParameters& parameters) -> Ends {
  if (const auto& group = parameters.group) {
    return {group->source ? group->source->to_string() : "*", group->destination.to_string()};
  }
  Ends ends{parameters.ours.to_string(), parameters.theirs.to_string()};
  if (parameters.direction == Direction::inbound) std::swap(ends.src, ends.dst);
  return ends;
}

auto octets_of(core::Spi spi) -> std::array<std::byte, 4> {
  const auto value = std::to_underlying(spi);
  return {std::byte(value >> 24), std::byte(value >> 16), std::byte(value >> 8), std::byte(value)};
}

}  // namespace

auto esp_key_table_row(const SaParameters& parameters) -> EspKeyTableRow {
  const auto [src, dst] = ends_of(parameters);
  Row row;
  row.word(protocol_name(parameters.protocol, parameters.theirs.family()))
      .word(src)
      .word(dst)
      .hex(octets_of(parameters.spi))
      .word(encryption_name(parameters.algorithms))
      .hex(parameters.keys.encryption.reveal())
      .word(integrity_name(parameters.algorithms))
      .hex(parameters.keys.integrity.reveal());
  return row.finish();
}

}  // namespace esplanade::sa
