// What a row of Wireshark's esp_sa table says of addresses and SPIs, with its wildcards.
//
//   10.1.2.3   10.1.*.*   10.0.0.0/8   2001:db8::*   *        addresses
//   0x00001001   0x000010**   4097   *                        SPIs
//
// Errors: sentences to stand behind the name of the field.
#pragma once

#include "core/ids.h"
#include "net/address.h"

#include <expected>
#include <optional>

namespace esplanade::cli::decode {

class AddressPattern {
 public:
  /// An octet of IPv4, or a group of IPv6, may be `*`; so may the whole.
  [[nodiscard]] static auto parse(std::string_view text)
      -> std::expected<AddressPattern, std::string>;

  [[nodiscard]] auto matches(const net::Address& address) const noexcept -> bool;
  /// None for `*`.
  [[nodiscard]] auto family() const noexcept -> std::optional<net::Family> {
    return value_ ? std::optional(value_->family()) : std::nullopt;
  }

 private:
  /// Of equal family; an address matches if it equals `value_` in all bits that `mask_` has.
  std::optional<net::Address> value_, mask_;
};

class SpiPattern {
 public:
  /// Hexadecimal digits may be `*`; so may the whole.
  [[nodiscard]] static auto parse(std::string_view text) -> std::expected<SpiPattern, std::string>;

  [[nodiscard]] auto matches(core::Spi spi) const noexcept -> bool;

 private:
  std::uint32_t value_ = 0;
  std::uint32_t mask_ = 0;
};

}  // namespace esplanade::cli::decode
