// Messages and chains of payloads, to and from octets (RFC 7296, 3.1 and 3.2).
//
//   auto message = TRY(parse_message(datagram));               // SK stays closed
//   auto inner = TRY(parse_payloads(sk.first_inner, opened));
//
// Errors: too_short, too_long (more payloads, proposals, ... than we bound), bad_length, bad_value,
// bad_version, with the offset of the structure at fault. A payload of unknown type is no error
// here: check_grammar() judges it.
#pragma once

#include "core/result.h"
#include "ike/wire/payloads.h"

#include <expected>
#include <optional>

namespace esplanade::ike::wire {

struct Message {
  Header header;
  Payloads payloads;
};

/// A whole datagram, without non-ESP marker. The length must be the datagram's (IKE2-3.1-06);
/// zeroes that fill a message in clear up to a multiple of four octets are passed over.
[[nodiscard]] auto parse_message(core::View datagram) -> core::Result<Message>;
/// A chain without header: what an SK payload held.
[[nodiscard]] auto parse_payloads(iana::PayloadType first, core::View chain)
    -> core::Result<Payloads>;

/// As much of a chain as can be read, for those who show what they refuse.
struct PartialChain {
  Payloads payloads;
  std::size_t size = 0;              ///< octets of these payloads
  std::optional<core::Error> error;  ///< why the next one cannot be read; none at the chain's end
};
[[nodiscard]] auto parse_partially(iana::PayloadType first, core::View chain) -> PartialChain;

/// The chain in octets; the type of the first payload belongs in the header before it. SK and SKF
/// are not written here: see keys/envelope.h.
[[nodiscard]] auto write_payloads(const Payloads& payloads) -> core::Bytes;
[[nodiscard]] auto first_type(const Payloads& payloads) noexcept -> iana::PayloadType;
/// A message in clear; next payload and length are filled in.
[[nodiscard]] auto write_message(Header header, const Payloads& payloads) -> core::Bytes;

/// The body of an ID payload as AUTH covers it: type, reserved octets, data.
[[nodiscard]] auto id_body(const IdPayload& payload) -> core::Bytes;

/// The first payload of a kind, or nullptr.
template <class T>
[[nodiscard]] auto find(const Payloads& payloads) noexcept -> const T* {
  for (const auto& payload : payloads) {
    if (const auto* found = std::get_if<T>(&payload)) return found;
  }
  return nullptr;
}
[[nodiscard]] auto find_notify(const Payloads& payloads, iana::NotifyType type) noexcept
    -> const NotifyPayload*;
/// The first notify that is an error (RFC 7296, 3.10.1).
[[nodiscard]] auto find_error(const Payloads& payloads) noexcept -> const NotifyPayload*;
[[nodiscard]] auto find_ts(const Payloads& payloads, bool is_initiator) noexcept
    -> const TsPayload*;
[[nodiscard]] auto find_id(const Payloads& payloads, bool is_initiator) noexcept
    -> const IdPayload*;

/// Why a chain does not follow the grammar of its exchange.
struct GrammarFault {
  iana::NotifyType answer{};  ///< unsupported_critical_payload or invalid_syntax
  iana::PayloadType payload{};
};

/// Judges which payloads an exchange may and must have, one way or the other, by a table
/// (RFC 7296, appendix C): at most one SA, KE, Nonce, ...; an unknown critical payload is refused,
/// other unknown ones pass; the order is free (IKE2-1.7-02). What a response may leave out when it
/// carries an error, or an INFORMATIONAL altogether, is not asked for.
[[nodiscard]] auto check_grammar(iana::ExchangeType exchange, bool is_response,
                                 const Payloads& payloads) -> std::expected<void, GrammarFault>;

}  // namespace esplanade::ike::wire
