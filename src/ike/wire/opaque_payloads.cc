// Payloads this layer carries without a look inside: Vendor ID, EAP, unknown ones, and the
// encrypted ones (RFC 7296, 3.12, 3.14 and 3.16; RFC 7383, 2.5).
#include "core/reader.h"
#include "ike/wire/families.h"

namespace esplanade::ike::wire {
namespace {

using core::Code;
using core::failure;

// RFC 3748, 4.
constexpr std::uint8_t eap_success = 3;
constexpr std::uint8_t eap_failure = 4;
constexpr std::size_t eap_header_size = 4;

}  // namespace

auto parse_vendor_id(const RawPayload& raw) -> core::Result<Payload> {
  return VendorIdPayload{.data = owned(raw.body)};
}

void write_body(const VendorIdPayload& payload, Append& out) { out.octets(payload.data); }

auto parse_eap(const RawPayload& raw) -> core::Result<Payload> {
  core::Reader r{raw.body};
  const auto code = r.u8();
  r.skip(1);
  const std::size_t length = r.u16();
  if (r.failed()) return failure(Code::too_short, raw.body.size());
  // IKE2-3.16-01
  if (length != raw.body.size()) return failure(Code::bad_length, 2);
  const bool is_verdict = code == eap_success || code == eap_failure;
  if (is_verdict && length != eap_header_size) return failure(Code::bad_length, 2);
  return EapPayload{.message = owned(raw.body)};
}

void write_body(const EapPayload& payload, Append& out) { out.octets(payload.message); }

auto parse_sk(const RawPayload& raw) -> core::Result<Payload> {
  return SkPayload{.first_inner = raw.next, .body = owned(raw.body)};
}

auto parse_skf(const RawPayload& raw) -> core::Result<Payload> {
  core::Reader r{raw.body};
  SkfPayload payload{.first_inner = raw.next, .number = r.u16(), .total = r.u16(), .body = {}};
  payload.body = owned(r.rest());
  if (!r.finished()) return failure(Code::too_short, raw.body.size());
  // RFC 7383, 2.5: from 1 to the total.
  if (payload.number == 0 || payload.number > payload.total) return failure(Code::bad_value);
  return payload;
}

// The ICV covers the message before them, so that only keys/envelope can write these.
void write_body(const SkPayload&, Append&) { core::bug(); }
void write_body(const SkfPayload&, Append&) { core::bug(); }

void write_body(const UnknownPayload& payload, Append& out) { out.octets(payload.body); }

}  // namespace esplanade::ike::wire
