// Identification, Certificate, Certificate Request and Authentication payloads (RFC 7296, 3.5 to
// 3.8).
#include "core/reader.h"
#include "ike/wire/families.h"

namespace esplanade::ike::wire {
namespace {

using core::Code;
using core::failure;
using iana::IdType;

constexpr std::size_t authority_hash_size = 20;  // SHA-1 (IKE2-3.7-01)

/// Addresses have one size (IKE2-3.5-01); what a name may look like is for those who compare it.
auto is_id_size(IdType type, std::size_t size) -> bool {
  if (type == IdType::id_ipv4_addr) return size == 4;
  if (type == IdType::id_ipv6_addr) return size == 16;
  return true;
}

struct KindAndData {
  std::uint8_t kind = 0;  ///< an encoding or a method
  core::Bytes data;
};

auto parse_kind_and_data(core::View body, std::size_t reserved) -> core::Result<KindAndData> {
  core::Reader r{body};
  KindAndData parsed{.kind = r.u8(), .data = {}};
  r.skip(reserved);
  parsed.data = owned(r.rest());
  if (!r.finished()) return failure(Code::too_short, body.size());
  return parsed;
}

}  // namespace

auto parse_id(const RawPayload& raw) -> core::Result<Payload> {
  core::Reader r{raw.body};
  const auto type = IdType{r.u8()};
  const auto reserved = r.take(3);
  const auto data = r.rest();
  if (!r.finished()) return failure(Code::too_short, raw.body.size());
  // Type 0 is reserved, and an Identity of it would stand for anybody.
  if (type == IdType{}) return failure(Code::bad_value);
  if (!is_id_size(type, data.size())) return failure(Code::bad_length, 4);
  IdPayload payload{.is_initiator = raw.type == iana::PayloadType::id_i,
                    .id = policy::Identity{type, owned(data)}};
  core::copy(reserved, payload.reserved);
  return payload;
}

void write_body(const IdPayload& payload, Append& out) {
  out.u8(std::to_underlying(payload.id.type())).octets(payload.reserved);
  out.octets(payload.id.data());
}

auto parse_cert(const RawPayload& raw) -> core::Result<Payload> {
  auto [kind, data] = TRY(parse_kind_and_data(raw.body, 0));
  return CertPayload{.encoding = iana::CertificateEncoding{kind}, .data = std::move(data)};
}

void write_body(const CertPayload& payload, Append& out) {
  out.u8(std::to_underlying(payload.encoding)).octets(payload.data);
}

auto parse_cert_req(const RawPayload& raw) -> core::Result<Payload> {
  auto [kind, data] = TRY(parse_kind_and_data(raw.body, 0));
  const auto encoding = iana::CertificateEncoding{kind};
  const bool has_hashes = encoding == iana::CertificateEncoding::x509_signature;
  if (has_hashes && data.size() % authority_hash_size != 0) return failure(Code::bad_length, 1);
  return CertReqPayload{.encoding = encoding, .data = std::move(data)};
}

void write_body(const CertReqPayload& payload, Append& out) {
  out.u8(std::to_underlying(payload.encoding)).octets(payload.data);
}

auto parse_auth(const RawPayload& raw) -> core::Result<Payload> {
  auto [kind, data] = TRY(parse_kind_and_data(raw.body, 3));
  return AuthPayload{.method = iana::AuthMethod{kind}, .data = std::move(data)};
}

void write_body(const AuthPayload& payload, Append& out) {
  out.u8(std::to_underlying(payload.method)).zeroes(3).octets(payload.data);
}

}  // namespace esplanade::ike::wire
