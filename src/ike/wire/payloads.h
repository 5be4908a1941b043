// The payloads of IKEv2 as values (RFC 7296, 3.3 to 3.16). One struct a payload; what a registry
// does not know stays as its number, so that it can be shown and ignored.
#pragma once

#include "core/bytes.h"
#include "core/ids.h"
#include "iana/ikev2_notify.h"
#include "ike/wire/header.h"
#include "policy/identity.h"
#include "sa/proposal.h"
#include "sa/selector.h"

#include <variant>
#include <vector>

namespace esplanade::ike::wire {

struct SaPayload {
  std::vector<sa::Proposal> proposals;
  auto operator==(const SaPayload&) const -> bool = default;
};

struct KePayload {
  iana::KeyExchangeId method{};
  core::Bytes data;
  auto operator==(const KePayload&) const -> bool = default;
};

struct IdPayload {
  bool is_initiator = false;  ///< IDi, else IDr
  policy::Identity id;
  /// The reserved octets as received: they go into AUTH (IKE2-2.15-04).
  std::array<std::byte, 3> reserved{};
  auto operator==(const IdPayload&) const -> bool = default;
};

struct CertPayload {
  iana::CertificateEncoding encoding{};
  core::Bytes data;
  auto operator==(const CertPayload&) const -> bool = default;
};

struct CertReqPayload {
  iana::CertificateEncoding encoding{};
  core::Bytes data;  ///< SHA-1 hashes of 20 octets, one behind the other
  auto operator==(const CertReqPayload&) const -> bool = default;
};

struct AuthPayload {
  iana::AuthMethod method{};
  core::Bytes data;
  auto operator==(const AuthPayload&) const -> bool = default;
};

/// 16 to 256 octets.
struct NoncePayload {
  core::Bytes data;
  auto operator==(const NoncePayload&) const -> bool = default;
};

struct NotifyPayload {
  iana::SecurityProtocol protocol{};
  core::Bytes spi;
  iana::NotifyType type{};
  core::Bytes data;
  auto operator==(const NotifyPayload&) const -> bool = default;
};

struct DeletePayload {
  iana::SecurityProtocol protocol{};
  std::vector<core::Spi> spis;  ///< of ESP or AH; none for IKE
  auto operator==(const DeletePayload&) const -> bool = default;
};

struct VendorIdPayload {
  core::Bytes data;
  auto operator==(const VendorIdPayload&) const -> bool = default;
};

/// Selectors of types we know, in their order; OPAQUE ports are first 65535 and last 0.
/// ICMP type and code stand in the ports' octets as on the wire (RFC 7296, 3.13.1).
struct TsPayload {
  bool is_initiator = false;  ///< TSi, else TSr
  std::vector<sa::TrafficSelector> selectors;
  std::uint8_t unknown = 0;  ///< selectors of types we do not know, left out (IKE2-2.9-10)
  auto operator==(const TsPayload&) const -> bool = default;
};

struct ConfigurationAttribute {
  std::uint16_t type = 0;
  core::Bytes value;
  auto operator==(const ConfigurationAttribute&) const -> bool = default;
};

struct CpPayload {
  iana::CfgType type{};
  std::vector<ConfigurationAttribute> attributes;
  auto operator==(const CpPayload&) const -> bool = default;
};

/// EAP, opaque here.
struct EapPayload {
  core::Bytes message;
  auto operator==(const EapPayload&) const -> bool = default;
};

/// Encrypted and Authenticated: IV, ciphertext and ICV, still closed. Always the last.
struct SkPayload {
  iana::PayloadType first_inner{};
  core::Bytes body;
  auto operator==(const SkPayload&) const -> bool = default;
};

/// One fragment of an SK payload (RFC 7383, 2.5). Numbers count from 1.
struct SkfPayload {
  iana::PayloadType first_inner{};  ///< of fragment 1; none in the others
  std::uint16_t number = 0;
  std::uint16_t total = 0;
  core::Bytes body;
  auto operator==(const SkfPayload&) const -> bool = default;
};

/// Of a type this file does not know.
struct UnknownPayload {
  iana::PayloadType type{};
  bool is_critical = false;
  core::Bytes body;
  auto operator==(const UnknownPayload&) const -> bool = default;
};

using Payload =
    std::variant<SaPayload, KePayload, IdPayload, CertPayload, CertReqPayload, AuthPayload,
                 NoncePayload, NotifyPayload, DeletePayload, VendorIdPayload, TsPayload, CpPayload,
                 EapPayload, SkPayload, SkfPayload, UnknownPayload>;
using Payloads = std::vector<Payload>;

[[nodiscard]] auto type_of(const Payload& payload) noexcept -> iana::PayloadType;

}  // namespace esplanade::ike::wire
