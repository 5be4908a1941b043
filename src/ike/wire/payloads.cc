#include "ike/wire/payloads.h"

namespace esplanade::ike::wire {
namespace {

using enum iana::PayloadType;

auto type_in_chain(const SaPayload&) { return sa; }
auto type_in_chain(const KePayload&) { return ke; }
auto type_in_chain(const IdPayload& payload) { return payload.is_initiator ? id_i : id_r; }
auto type_in_chain(const CertPayload&) { return cert; }
auto type_in_chain(const CertReqPayload&) { return cert_req; }
auto type_in_chain(const AuthPayload&) { return auth; }
auto type_in_chain(const NoncePayload&) { return nonce; }
auto type_in_chain(const NotifyPayload&) { return notify; }
auto type_in_chain(const DeletePayload&) { return delete_; }
auto type_in_chain(const VendorIdPayload&) { return vendor_id; }
auto type_in_chain(const TsPayload& payload) { return payload.is_initiator ? ts_i : ts_r; }
auto type_in_chain(const CpPayload&) { return cp; }
auto type_in_chain(const EapPayload&) { return eap; }
auto type_in_chain(const SkPayload&) { return sk; }
auto type_in_chain(const SkfPayload&) { return skf; }
auto type_in_chain(const UnknownPayload& payload) { return payload.type; }

}  // namespace

auto type_of(const Payload& payload) noexcept -> iana::PayloadType {
  return std::visit([](const auto& one) { return type_in_chain(one); }, payload);
}

}  // namespace esplanade::ike::wire
