// The IKE header (RFC 7296, 3.1): 28 octets in front of every message.
//
//    SPIi (8) | SPIr (8) | next payload, version, exchange, flags | message ID | length
#pragma once

#include "core/bytes.h"
#include "core/result.h"
#include "iana/ikev2_messages.h"

#include <cstdint>

namespace esplanade::ike {

/// One end's SPI of an IKE SA, host order; 0 is none.
enum class IkeSpi : std::uint64_t {};

/// Both, in the order of the header: the original initiator's first.
struct IkeSpis {
  IkeSpi i{}, r{};
  auto operator<=>(const IkeSpis&) const = default;
};

}  // namespace esplanade::ike

namespace esplanade::ike::wire {

inline constexpr std::size_t header_size = 28;

struct Header {
  IkeSpis spis;
  iana::PayloadType next_payload{};
  std::uint8_t major_version = 2;
  std::uint8_t minor_version = 0;
  iana::ExchangeType exchange{};
  bool is_from_initiator = false;  ///< I: of the original initiator of the IKE SA
  bool is_higher_version = false;  ///< V
  bool is_response = false;        ///< R
  std::uint32_t message_id = 0;
  std::uint32_t length = 0;
  auto operator==(const Header&) const -> bool = default;

  /// The first octets of a message. Errors: too_short. Judges nothing but the size.
  [[nodiscard]] static auto parse(core::View message) -> core::Result<Header>;
  /// Writes 28 octets; anything else is a bug.
  void write(core::MutableView to) const;
};

}  // namespace esplanade::ike::wire
