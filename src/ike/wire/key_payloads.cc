// Key Exchange and Nonce payloads (RFC 7296, 3.4 and 3.9).
#include "core/reader.h"
#include "ike/wire/families.h"

namespace esplanade::ike::wire {
namespace {

constexpr std::size_t min_nonce = 16;
constexpr std::size_t max_nonce = 256;

}  // namespace

auto parse_ke(const RawPayload& raw) -> core::Result<Payload> {
  core::Reader r{raw.body};
  KePayload payload{.method = iana::KeyExchangeId{r.u16()}, .data = {}};
  r.skip(2);
  payload.data = owned(r.rest());
  if (!r.finished()) return core::failure(core::Code::too_short, raw.body.size());
  return payload;
}

void write_body(const KePayload& payload, Append& out) {
  out.u16(std::to_underlying(payload.method)).u16(0).octets(payload.data);
}

auto parse_nonce(const RawPayload& raw) -> core::Result<Payload> {
  // IKE2-3.9-01
  if (raw.body.size() < min_nonce) return core::failure(core::Code::bad_length, raw.body.size());
  if (raw.body.size() > max_nonce) return core::failure(core::Code::bad_length, max_nonce);
  return NoncePayload{.data = owned(raw.body)};
}

void write_body(const NoncePayload& payload, Append& out) { out.octets(payload.data); }

}  // namespace esplanade::ike::wire
