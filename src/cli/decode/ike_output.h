// IKE messages for people or for programs, payload by payload.
#pragma once

#include "cli/decode/ike_message.h"

#include <string>

namespace esplanade::cli::decode {

/// "IKE_AUTH request 1, 191ccd371a7a1f7b bc123d15e4af593f": what a message is, in one line.
[[nodiscard]] auto ike_summary(const IkeMessage& message) -> std::string;

/// An indented line for each payload, proposal and selector.
[[nodiscard]] auto ike_text(const IkeMessage& message) -> std::string;

/// An object: spi_i, spi_r, version, exchange, is_response, is_from_initiator, message_id, length,
/// payloads. Every payload is an object with a `type` first.
[[nodiscard]] auto ike_json(const IkeMessage& message) -> std::string;

}  // namespace esplanade::cli::decode
