#include "cli/decode/patterns.h"

#include <charconv>
#include <utility>

namespace esplanade::cli::decode {
namespace {

auto refuse(std::string_view text, std::string_view why) -> std::unexpected<std::string> {
  return std::unexpected("\"" + std::string(text) + "\" is no " + std::string(why));
}

/// `text` with each `*` replaced.
auto with_stars_as(std::string_view text, std::string_view replacement) -> std::string {
  std::string replaced;
  for (const auto c : text) {
    if (c == '*') {
      replaced += replacement;
    } else {
      replaced += c;
    }
  }
  return replaced;
}

template <class Combine>
auto combine(const net::Address& a, const net::Address& b, Combine combine_octets) -> net::Address {
  std::array<std::byte, 16> octets{};
  for (std::size_t i = 0; i < a.bytes().size(); ++i) {
    octets[i] = combine_octets(a.bytes()[i], b.bytes()[i]);
  }
  return net::Address(core::View(octets).first(a.bytes().size()));
}

/// Bits that are the same in the lowest and the highest address a pattern stands for are those that
/// it fixes.
auto fixed_bits(const net::Address& lowest, const net::Address& highest) -> net::Address {
  return combine(lowest, highest, [](std::byte a, std::byte b) { return ~(a ^ b); });
}

auto masked(const net::Address& address, const net::Address& mask) -> net::Address {
  return combine(address, mask, [](std::byte a, std::byte b) { return a & b; });
}

auto parse_number(std::string_view digits, int base) -> std::optional<std::uint32_t> {
  std::uint32_t value = 0;
  const auto* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
  if (digits.empty() || error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace

auto AddressPattern::parse(std::string_view text) -> std::expected<AddressPattern, std::string> {
  AddressPattern pattern;
  if (text == "*") return pattern;
  const auto is_ipv6 = text.find(':') != std::string_view::npos;
  const auto lowest = net::Prefix::parse(with_stars_as(text, "0"));
  const auto highest = net::Prefix::parse(with_stars_as(text, is_ipv6 ? "ffff" : "255"));
  if (!lowest || !highest) return refuse(text, "IP address, prefix or pattern of one");
  pattern.mask_ = fixed_bits(lowest->first(), highest->last());
  pattern.value_ = masked(lowest->first(), *pattern.mask_);
  return pattern;
}

auto AddressPattern::matches(const net::Address& address) const noexcept -> bool {
  if (!value_) return true;
  return address.family() == value_->family() && masked(address, *mask_) == *value_;
}

auto SpiPattern::parse(std::string_view text) -> std::expected<SpiPattern, std::string> {
  SpiPattern pattern;
  if (text == "*") return pattern;
  const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
  const auto digits = is_hex ? text.substr(2) : text;
  const auto lowest =
      parse_number(is_hex ? with_stars_as(digits, "0") : std::string(digits), is_hex ? 16 : 10);
  const auto highest =
      parse_number(is_hex ? with_stars_as(digits, "f") : std::string(digits), is_hex ? 16 : 10);
  if (!lowest || !highest) return refuse(text, "SPI, such as 0x00001001, 4097 or *");
  pattern.mask_ = ~(*lowest ^ *highest);
  pattern.value_ = *lowest & pattern.mask_;
  return pattern;
}

auto SpiPattern::matches(core::Spi spi) const noexcept -> bool {
  return (std::to_underlying(spi) & mask_) == value_;
}

}  // namespace esplanade::cli::decode
