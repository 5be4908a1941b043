// IANA "Internet Key Exchange Version 2 (IKEv2) Parameters": exchanges, payloads, identities,
// certificates, authentication methods, protocols and selectors. Copied 2026-11-23.
#pragma once

#include "iana/registry.h"

#include <cstdint>

namespace esplanade::iana {

/// ikev2-parameters-1, IKEv2 Exchange Types.
enum class ExchangeType : std::uint8_t {
  ike_sa_init = 34,
  ike_auth = 35,
  create_child_sa = 36,
  informational = 37,
  ike_session_resume = 38,
  gsa_auth = 39,
  gsa_registration = 40,
  gsa_rekey = 41,
  ike_intermediate = 43,
  ike_followup_ke = 44,
};

inline constexpr auto exchange_types = std::to_array<Row<ExchangeType>>({
    {ExchangeType::ike_sa_init, "IKE_SA_INIT", "RFC 7296"},
    {ExchangeType::ike_auth, "IKE_AUTH", "RFC 7296"},
    {ExchangeType::create_child_sa, "CREATE_CHILD_SA", "RFC 7296"},
    {ExchangeType::informational, "INFORMATIONAL", "RFC 7296"},
    {ExchangeType::ike_session_resume, "IKE_SESSION_RESUME", "RFC 5723"},
    {ExchangeType::gsa_auth, "GSA_AUTH", "RFC 9838"},
    {ExchangeType::gsa_registration, "GSA_REGISTRATION", "RFC 9838"},
    {ExchangeType::gsa_rekey, "GSA_REKEY", "RFC 9838"},
    {ExchangeType::ike_intermediate, "IKE_INTERMEDIATE", "RFC 9242"},
    {ExchangeType::ike_followup_ke, "IKE_FOLLOWUP_KE", "RFC 9370"},
});
static_assert(is_sorted_and_unique(exchange_types));

/// ikev2-parameters-2, IKEv2 Payload Types; names are the RFC's notation.
enum class PayloadType : std::uint8_t {
  none = 0,
  sa = 33,
  ke = 34,
  id_i = 35,
  id_r = 36,
  cert = 37,
  cert_req = 38,
  auth = 39,
  nonce = 40,
  notify = 41,
  delete_ = 42,
  vendor_id = 43,
  ts_i = 44,
  ts_r = 45,
  sk = 46,
  cp = 47,
  eap = 48,
  gspm = 49,
  skf = 53,
  ps = 54,
};

inline constexpr auto payload_types = std::to_array<Row<PayloadType>>({
    {PayloadType::none, "NONE", "RFC 7296"},
    {PayloadType::sa, "SA", "RFC 7296"},
    {PayloadType::ke, "KE", "RFC 7296"},
    {PayloadType::id_i, "IDi", "RFC 7296"},
    {PayloadType::id_r, "IDr", "RFC 7296"},
    {PayloadType::cert, "CERT", "RFC 7296"},
    {PayloadType::cert_req, "CERTREQ", "RFC 7296"},
    {PayloadType::auth, "AUTH", "RFC 7296"},
    {PayloadType::nonce, "Nonce", "RFC 7296"},
    {PayloadType::notify, "N", "RFC 7296"},
    {PayloadType::delete_, "D", "RFC 7296"},
    {PayloadType::vendor_id, "V", "RFC 7296"},
    {PayloadType::ts_i, "TSi", "RFC 7296"},
    {PayloadType::ts_r, "TSr", "RFC 7296"},
    {PayloadType::sk, "SK", "RFC 7296"},
    {PayloadType::cp, "CP", "RFC 7296"},
    {PayloadType::eap, "EAP", "RFC 7296"},
    {PayloadType::gspm, "GSPM", "RFC 6467"},
    {PayloadType::skf, "SKF", "RFC 7383"},
    {PayloadType::ps, "PS", "RFC 8019"},
});
static_assert(is_sorted_and_unique(payload_types));

/// ikev2-parameters-18, IKEv2 Security Protocol Identifiers.
enum class SecurityProtocol : std::uint8_t {
  none = 0,  ///< reserved; a notify that speaks of no SA
  ike = 1,
  ah = 2,
  esp = 3,
};

inline constexpr auto security_protocols = std::to_array<Row<SecurityProtocol>>({
    {SecurityProtocol::none, "NONE", "RFC 7296"},
    {SecurityProtocol::ike, "IKE", "RFC 7296"},
    {SecurityProtocol::ah, "AH", "RFC 7296"},
    {SecurityProtocol::esp, "ESP", "RFC 7296"},
});
static_assert(is_sorted_and_unique(security_protocols));

/// ikev2-parameters-10, IKEv2 Identification Payload ID Types.
enum class IdType : std::uint8_t {
  id_ipv4_addr = 1,
  id_fqdn = 2,
  id_rfc822_addr = 3,
  id_ipv6_addr = 5,
  id_der_asn1_dn = 9,
  id_der_asn1_gn = 10,
  id_key_id = 11,
  id_fc_name = 12,
  id_null = 13,
};

inline constexpr auto id_types = std::to_array<Row<IdType>>({
    {IdType::id_ipv4_addr, "ID_IPV4_ADDR", "RFC 7296"},
    {IdType::id_fqdn, "ID_FQDN", "RFC 7296"},
    {IdType::id_rfc822_addr, "ID_RFC822_ADDR", "RFC 7296"},
    {IdType::id_ipv6_addr, "ID_IPV6_ADDR", "RFC 7296"},
    {IdType::id_der_asn1_dn, "ID_DER_ASN1_DN", "RFC 7296"},
    {IdType::id_der_asn1_gn, "ID_DER_ASN1_GN", "RFC 7296"},
    {IdType::id_key_id, "ID_KEY_ID", "RFC 7296"},
    {IdType::id_fc_name, "ID_FC_NAME", "RFC 4595"},
    {IdType::id_null, "ID_NULL", "RFC 7619"},
});
static_assert(is_sorted_and_unique(id_types));

/// ikev2-parameters-11, IKEv2 Certificate Encodings.
enum class CertificateEncoding : std::uint8_t {
  pkcs7_wrapped_x509 = 1,
  pgp = 2,
  dns_signed_key = 3,
  x509_signature = 4,
  kerberos_token = 6,
  crl = 7,
  arl = 8,
  spki = 9,
  x509_attribute = 10,
  raw_rsa_key = 11,
  hash_and_url_of_x509_certificate = 12,
  hash_and_url_of_x509_bundle = 13,
  ocsp_content = 14,
  raw_public_key = 15,
};

inline constexpr auto certificate_encodings = std::to_array<Row<CertificateEncoding>>({
    {CertificateEncoding::pkcs7_wrapped_x509, "PKCS7_WRAPPED_X509", "RFC 7296"},
    {CertificateEncoding::pgp, "PGP", "RFC 7296"},
    {CertificateEncoding::dns_signed_key, "DNS_SIGNED_KEY", "RFC 7296"},
    {CertificateEncoding::x509_signature, "X509_SIGNATURE", "RFC 7296"},
    {CertificateEncoding::kerberos_token, "KERBEROS_TOKEN", "RFC 7296"},
    {CertificateEncoding::crl, "CRL", "RFC 7296"},
    {CertificateEncoding::arl, "ARL", "RFC 7296"},
    {CertificateEncoding::spki, "SPKI", "RFC 7296"},
    {CertificateEncoding::x509_attribute, "X509_ATTRIBUTE", "RFC 7296"},
    {CertificateEncoding::raw_rsa_key, "RAW_RSA_KEY", "RFC 7296"},
    {CertificateEncoding::hash_and_url_of_x509_certificate, "HASH_AND_URL_X509", "RFC 7296"},
    {CertificateEncoding::hash_and_url_of_x509_bundle, "HASH_AND_URL_BUNDLE", "RFC 7296"},
    {CertificateEncoding::ocsp_content, "OCSP_CONTENT", "RFC 4806"},
    {CertificateEncoding::raw_public_key, "RAW_PUBLIC_KEY", "RFC 7670"},
});
static_assert(is_sorted_and_unique(certificate_encodings));

/// ikev2-parameters-12, IKEv2 Authentication Method.
enum class AuthMethod : std::uint8_t {
  rsa_digital_signature = 1,
  shared_key_message_integrity_code = 2,
  dss_digital_signature = 3,
  ecdsa_sha256_p256 = 9,
  ecdsa_sha384_p384 = 10,
  ecdsa_sha512_p521 = 11,
  generic_secure_password = 12,
  null = 13,
  digital_signature = 14,
};

inline constexpr auto auth_methods = std::to_array<Row<AuthMethod>>({
    {AuthMethod::rsa_digital_signature, "RSA_DIGITAL_SIGNATURE", "RFC 7296"},
    {AuthMethod::shared_key_message_integrity_code, "SHARED_KEY_MIC", "RFC 7296"},
    {AuthMethod::dss_digital_signature, "DSS_DIGITAL_SIGNATURE", "RFC 7296"},
    {AuthMethod::ecdsa_sha256_p256, "ECDSA_SHA256_P256", "RFC 4754"},
    {AuthMethod::ecdsa_sha384_p384, "ECDSA_SHA384_P384", "RFC 4754"},
    {AuthMethod::ecdsa_sha512_p521, "ECDSA_SHA512_P521", "RFC 4754"},
    {AuthMethod::generic_secure_password, "GENERIC_SECURE_PASSWORD", "RFC 6467"},
    {AuthMethod::null, "NULL", "RFC 7619"},
    {AuthMethod::digital_signature, "DIGITAL_SIGNATURE", "RFC 7427"},
});
static_assert(is_sorted_and_unique(auth_methods));

/// hash-algorithms, IKEv2 Hash Algorithms (RFC 7427, 7).
enum class HashId : std::uint16_t {
  sha1 = 1,
  sha2_256 = 2,
  sha2_384 = 3,
  sha2_512 = 4,
  identity = 5,
};

inline constexpr auto hash_ids = std::to_array<Row<HashId>>({
    {HashId::sha1, "SHA1", "RFC 7427"},
    {HashId::sha2_256, "SHA2-256", "RFC 7427"},
    {HashId::sha2_384, "SHA2-384", "RFC 7427"},
    {HashId::sha2_512, "SHA2-512", "RFC 7427"},
    {HashId::identity, "IDENTITY", "RFC 8420"},
});
static_assert(is_sorted_and_unique(hash_ids));

/// ikev2-parameters-16, IKEv2 Traffic Selector Types.
enum class TsType : std::uint8_t {
  ts_ipv4_addr_range = 7,
  ts_ipv6_addr_range = 8,
  ts_fc_addr_range = 9,
  ts_seclabel = 10,
};

inline constexpr auto ts_types = std::to_array<Row<TsType>>({
    {TsType::ts_ipv4_addr_range, "TS_IPV4_ADDR_RANGE", "RFC 7296"},
    {TsType::ts_ipv6_addr_range, "TS_IPV6_ADDR_RANGE", "RFC 7296"},
    {TsType::ts_fc_addr_range, "TS_FC_ADDR_RANGE", "RFC 4595"},
    {TsType::ts_seclabel, "TS_SECLABEL", "RFC 9478"},
});
static_assert(is_sorted_and_unique(ts_types));

/// ikev2-parameters-20, IKEv2 Configuration Payload CFG Types.
enum class CfgType : std::uint8_t { request = 1, reply = 2, set = 3, ack = 4 };

inline constexpr auto cfg_types = std::to_array<Row<CfgType>>({
    {CfgType::request, "CFG_REQUEST", "RFC 7296"},
    {CfgType::reply, "CFG_REPLY", "RFC 7296"},
    {CfgType::set, "CFG_SET", "RFC 7296"},
    {CfgType::ack, "CFG_ACK", "RFC 7296"},
});
static_assert(is_sorted_and_unique(cfg_types));

}  // namespace esplanade::iana
