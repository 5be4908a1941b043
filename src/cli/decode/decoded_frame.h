// What `esplanade decode` knows of one captured frame.
#pragma once

#include "cli/decode/ike_message.h"
#include "core/bytes.h"
#include "core/ids.h"
#include "core/time.h"
#include "iana/ip_protocol.h"
#include "net/address.h"

#include <optional>
#include <string>

namespace esplanade::cli::decode {

enum class Protocol : std::uint8_t { esp, ah, ike, clear };
/// verified: AH whose ICV is right, as opened is for ESP.
enum class Status : std::uint8_t { opened, verified, clear, no_key, refused };
inline constexpr std::size_t status_count = 5;

[[nodiscard]] auto name_of(Protocol protocol) noexcept -> std::string_view;
[[nodiscard]] auto name_of(Status status) noexcept -> std::string_view;

/// What does not apply is absent; a `reason` that there is none for is empty.
struct DecodedFrame {
  std::size_t number = 0;
  core::WallTime captured_at;
  Protocol protocol = Protocol::clear;
  std::optional<net::Address> src, dst;  ///< of the outer header
  std::optional<core::Spi> spi;
  std::optional<core::Seq64> seq;  ///< all 64 bits where the SA was found to use ESN
  Status status = Status::clear;
  std::string reason;
  std::optional<iana::IpProtocol> next_header;
  /// The inner packet, or in transport mode what follows the header of ESP or AH; without padding.
  /// Of IKE the payloads that an SK payload held, or a fragment's part of them.
  std::optional<core::Bytes> inner;
  std::optional<IkeMessage> ike;
};

/// Seconds since 1970 with as many digits behind the point, at most 9.
[[nodiscard]] auto seconds_text(core::WallTime time, int digits) -> std::string;

}  // namespace esplanade::cli::decode
