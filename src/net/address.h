// IP addresses, prefixes and ranges of both families: values with an order and a text form.
//
//   const auto prefix = TRY(Prefix::parse("10.1.0.0/16"));
//   prefix.contains(TRY(Address::parse("10.1.2.3")));
//
// Text: dotted quad for IPv4 without leading zeroes; RFC 4291 in, RFC 5952 out for IPv6.
// Errors: bad_address with the offset of the first character that does not fit.
#pragma once

#include "core/bytes.h"
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
      : family_(bytes.size() == 4 ? Family::ipv4 : Family::ipv6) {
    core::ensure(bytes.size() == 4 || bytes.size() == 16);
    core::copy(bytes, bytes_);
  }
  [[nodiscard]] static auto parse(std::string_view text) -> core::Result<Address>;

  [[nodiscard]] auto family() const noexcept -> Family { return family_; }
  /// 4 or 16 octets in network order.
  [[nodiscard]] auto bytes() const noexcept -> core::View {
    return core::View{bytes_}.first(bits() / 8);
  }
  [[nodiscard]] auto bits() const noexcept -> unsigned {
    return family_ == Family::ipv4 ? 32 : 128;
  }
  [[nodiscard]] auto to_string() const -> std::string;

  /// IPv4 before IPv6, then numerically.
  auto operator<=>(const Address&) const = default;

 private:
  Family family_ = Family::ipv4;
  std::array<std::byte, 16> bytes_{};
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
