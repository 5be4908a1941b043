// Parsers and writers of the payloads' bodies, one pair a family and one file each. chain.cc holds
// the table that finds them; nobody else calls them.
//
// Errors: offsets count from the body.
#pragma once

#include "ike/wire/append.h"
#include "ike/wire/payloads.h"

namespace esplanade::ike::wire {

/// A payload behind its generic header (RFC 7296, 3.2). The body borrows the message.
struct RawPayload {
  iana::PayloadType type{};
  iana::PayloadType next{};
  bool is_critical = false;
  core::View body;
};

[[nodiscard]] auto parse_sa(const RawPayload& raw) -> core::Result<Payload>;
[[nodiscard]] auto parse_ke(const RawPayload& raw) -> core::Result<Payload>;
[[nodiscard]] auto parse_nonce(const RawPayload& raw) -> core::Result<Payload>;
[[nodiscard]] auto parse_id(const RawPayload& raw) -> core::Result<Payload>;
[[nodiscard]] auto parse_cert(const RawPayload& raw) -> core::Result<Payload>;
[[nodiscard]] auto parse_cert_req(const RawPayload& raw) -> core::Result<Payload>;
[[nodiscard]] auto parse_auth(const RawPayload& raw) -> core::Result<Payload>;
[[nodiscard]] auto parse_notify(const RawPayload& raw) -> core::Result<Payload>;
[[nodiscard]] auto parse_delete(const RawPayload& raw) -> core::Result<Payload>;
[[nodiscard]] auto parse_vendor_id(const RawPayload& raw) -> core::Result<Payload>;
[[nodiscard]] auto parse_ts(const RawPayload& raw) -> core::Result<Payload>;
[[nodiscard]] auto parse_cp(const RawPayload& raw) -> core::Result<Payload>;
[[nodiscard]] auto parse_eap(const RawPayload& raw) -> core::Result<Payload>;
[[nodiscard]] auto parse_sk(const RawPayload& raw) -> core::Result<Payload>;
[[nodiscard]] auto parse_skf(const RawPayload& raw) -> core::Result<Payload>;

void write_body(const SaPayload& payload, Append& out);
void write_body(const KePayload& payload, Append& out);
void write_body(const IdPayload& payload, Append& out);
void write_body(const CertPayload& payload, Append& out);
void write_body(const CertReqPayload& payload, Append& out);
void write_body(const AuthPayload& payload, Append& out);
void write_body(const NoncePayload& payload, Append& out);
void write_body(const NotifyPayload& payload, Append& out);
void write_body(const DeletePayload& payload, Append& out);
void write_body(const VendorIdPayload& payload, Append& out);
void write_body(const TsPayload& payload, Append& out);
void write_body(const CpPayload& payload, Append& out);
void write_body(const EapPayload& payload, Append& out);
void write_body(const SkPayload& payload, Append& out);
void write_body(const SkfPayload& payload, Append& out);
void write_body(const UnknownPayload& payload, Append& out);

/// What a view holds, owned.
[[nodiscard]] inline auto owned(core::View octets) -> core::Bytes {
  return {octets.begin(), octets.end()};
}

/// A number of octets as a field of the wire; too many for one octet is a bug.
[[nodiscard]] inline auto octet_count(std::size_t count) -> std::uint8_t {
  core::ensure(count <= std::numeric_limits<std::uint8_t>::max());
  return static_cast<std::uint8_t>(count);
}

}  // namespace esplanade::ike::wire
