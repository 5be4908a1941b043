// Padding, pad length and next header at the end of ESP's plaintext (RFC 4303, 2.4 to 2.6).
#pragma once

#include "core/bytes.h"
#include "iana/ip_protocol.h"
#include "ipsec/esp_suite.h"
#include "ipsec/tunnel.h"
#include "net/verdict.h"

#include <expected>

namespace esplanade::esp {

/// Octets of padding, pad length and next header behind `payload` octets, so that all of it is a
/// multiple of `align` (ESP-2.4-02).
[[nodiscard]] auto trailer_size_for(std::size_t payload, std::size_t align) noexcept -> std::size_t;

/// Fills `trailer` with 1, 2, 3, ..., the pad length and `next` (ESP-2.4-04).
void write_trailer(core::MutableView trailer, iana::IpProtocol next) noexcept;

using ipsec::Payload;

/// `plaintext` without its trailer. Errors: bad_padding where the pad length exceeds the
/// plaintext or the padding is not 1, 2, 3, ... (ESP-2.4-05, ESP-3.4.4.1-07).
[[nodiscard]] auto strip_trailer(core::MutableView plaintext) noexcept
    -> std::expected<Payload, net::Verdict>;

}  // namespace esplanade::esp
