// IP addresses, prefixes and ranges of both families: values with an order and a text form.
//
//   const auto prefix = TRY(Prefix::parse("10.1.0.0/16"));
//   prefix.contains(TRY(Address::parse("10.1.2.3")));
//
// Text: dotted quad for IPv4 without leading zeroes; RFC 4291 in, RFC 5952 out for IPv6.
// Errors: bad_address with the offset of the first character that does not fit.
#pragma once

#include "core/bytes.h"
#include "core/endian.h"
#include "core/result.h"

#include <array>
#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace esplanade::net {

enum class Family : std::uint8_t { ipv4 = 4, ipv6 = 6 };

class Address {
 public:
  /// The IPv4 address 0.0.0.0.
  constexpr Address() noexcept = default;
  /// `bytes` has 4 octets (IPv4) or 16 (IPv6), in network order; anything else is a bug.
  explicit Address(core::View bytes) noexcept
      : family_(bytes.size() == 4 ? ipv4_word : ipv6_word),
        words_(bytes.size() == 4 ? padded(bytes) : words_of(bytes)) {}
  [[nodiscard]] static auto parse(std::string_view text) -> core::Result<Address>;

  [[nodiscard]] auto family() const noexcept -> Family { return static_cast<Family>(family_); }
  /// 4 or 16 octets in network order.
  [[nodiscard]] auto bytes() const noexcept -> core::View {
    return std::as_bytes(std::span(words_)).first(bits() / 8);
  }
  [[nodiscard]] auto bits() const noexcept -> unsigned { return family_ == ipv4_word ? 32 : 128; }
  [[nodiscard]] auto to_string() const -> std::string;
  /// Its first `count` bits, and zeroes behind them; `count` beyond bits() is a bug.
  [[nodiscard]] auto first_bits(unsigned count) const noexcept -> Address {
    core::ensure(count <= bits());
    auto cut = *this;
    cut.words_[0] &= mask_of(count);
    cut.words_[1] &= mask_of(count > 64 ? count - 64 : 0);
    return cut;
  }

  /// IPv4 before IPv6, then numerically.
  auto operator<=>(const Address& other) const noexcept -> std::strong_ordering {
    if (family_ != other.family_) return family_ <=> other.family_;
    if (const auto order = in_order(0) <=> other.in_order(0); order != 0) return order;
    return in_order(1) <=> other.in_order(1);
  }
  auto operator==(const Address&) const -> bool = default;

 private:
  using Words = std::array<std::uint64_t, 2>;
  static constexpr auto ipv4_word = std::uint64_t{std::to_underlying(Family::ipv4)};
  static constexpr auto ipv6_word = std::uint64_t{std::to_underlying(Family::ipv6)};

  static auto padded(core::View four) noexcept -> Words {
    constexpr auto shift = std::endian::native == std::endian::little ? 0 : 32;
    std::uint32_t octets = 0;
    core::ensure(four.size() == sizeof octets);
    std::memcpy(&octets, four.data(), sizeof octets);
    return {std::uint64_t{octets} << shift, 0};
  }
  static auto words_of(core::View sixteen) noexcept -> Words {
    Words words;
    core::ensure(sixteen.size() == sizeof words);
    std::memcpy(words.data(), sixteen.data(), sizeof words);
    return words;
  }
  /// For a word in network order.
  static auto mask_of(unsigned count) noexcept -> std::uint64_t {
    if (count == 0) return 0;
    const auto mask = count >= 64 ? ~std::uint64_t{0} : ~std::uint64_t{0} << (64 - count);
    return std::endian::native == std::endian::little ? __builtin_bswap64(mask) : mask;
  }
  [[nodiscard]] auto in_order(std::size_t i) const noexcept -> std::uint64_t {
    return core::load_be<std::uint64_t>(std::as_bytes(std::span(words_)), i * 8);
  }

  // Whole words, since every packet's addresses are copied and compared at once after they were
  // stored: the processor stalls on a word whose octets are still on their way to memory.
  std::uint64_t family_ = ipv4_word;
  Words words_{};  ///< octets in network order, zero behind an IPv4 address
};

class Prefix {
 public:
  /// Bits of `address` beyond `length` are cleared; `length` beyond the family's is a bug.
  Prefix(Address address, unsigned length) noexcept;
  /// "10.1.0.0/16", or an address alone for one of full length. Bits set beyond the length are
  /// accepted and cleared, as swanctl does.
  [[nodiscard]] static auto parse(std::string_view text) -> core::Result<Prefix>;

  [[nodiscard]] auto first() const noexcept -> Address { return first_; }
  [[nodiscard]] auto last() const noexcept -> Address;
  [[nodiscard]] auto length() const noexcept -> unsigned { return length_; }
  [[nodiscard]] auto family() const noexcept -> Family { return first_.family(); }
  [[nodiscard]] auto contains(const Address& address) const noexcept -> bool;
  [[nodiscard]] auto to_string() const -> std::string;
  auto operator<=>(const Prefix&) const = default;

 private:
  Address first_;
  unsigned length_ = 0;
};

/// All addresses from first to last, both included; one family.
class Range {
 public:
  /// `first` beyond `last`, or mixed families, is a bug.
  Range(Address first, Address last) noexcept;
  explicit Range(const Prefix& prefix) noexcept : Range(prefix.first(), prefix.last()) {}
  /// "10.1.0.5-10.1.0.9", a prefix, or an address.
  [[nodiscard]] static auto parse(std::string_view text) -> core::Result<Range>;

  [[nodiscard]] auto first() const noexcept -> Address { return first_; }
  [[nodiscard]] auto last() const noexcept -> Address { return last_; }
  [[nodiscard]] auto family() const noexcept -> Family { return first_.family(); }
  [[nodiscard]] auto contains(const Address& address) const noexcept -> bool {
    return first_ <= address && address <= last_;
  }
  [[nodiscard]] auto contains(const Range& range) const noexcept -> bool {
    return first_ <= range.first_ && range.last_ <= last_;
  }
  /// The fewest prefixes that cover exactly this range, in order.
  [[nodiscard]] auto to_prefixes() const -> std::vector<Prefix>;
  /// As a prefix where it is one, else "first-last".
  [[nodiscard]] auto to_string() const -> std::string;
  auto operator<=>(const Range&) const = default;

 private:
  Address first_;
  Address last_;
};

}  // namespace esplanade::net
