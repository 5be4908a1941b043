// SAs with fixed keys: the two ends of one.
//
//   const SaSpec spec{.kind = Kind::aead, .mode = sa::Mode::transport};
//   auto out = make_outbound(spec);         // the sender's
//   auto in = make_inbound(spec);           // the receiver's of the same SA
#pragma once

#include "crypto/openssl/provider.h"
#include "crypto/registry.h"
#include "ipsec/inbound_sa.h"
#include "ipsec/outbound_sa.h"
#include "tests/support/packets.h"

namespace esplanade::test {

enum class Kind : std::uint8_t { aead, aead_256, encrypt_then_mac };

/// Addresses and ports as the sender sees them.
struct SaSpec {
  Kind kind = Kind::aead;
  std::optional<sa::EspAlgorithms> algorithms;  ///< in place of `kind`
  sa::Protocol protocol = sa::Protocol::esp;
  sa::Mode mode = sa::Mode::tunnel;
  sa::Esn esn = sa::Esn::no;
  std::optional<sa::UdpEncapsulation> encapsulation;
  std::uint32_t spi = 0x1001;
  std::string_view ours = "192.0.2.1";
  std::string_view theirs = "198.51.100.1";
  std::uint32_t replay_window = 64;
  sa::DfPolicy df = sa::DfPolicy::copy;
  std::uint16_t path_mtu = 65535;
  sa::Fragmenting fragmenting = sa::Fragmenting::before;
  sa::TcpMss tcp_mss = sa::TcpMss::keep;
  std::uint16_t pad_to = 0;
  core::Duration dummy_interval{};
  sa::IcmpErrorCheck icmp_errors = sa::IcmpErrorCheck::either;
  sa::Lifetime lifetime;
  std::vector<std::string_view> inner_ours = {"0.0.0.0/0", "::/0"};
  std::vector<std::string_view> inner_theirs = {"0.0.0.0/0", "::/0"};
  sa::PortRange their_ports;
  bool carries_later_fragments = false;
};

/// AES-128-GCM, AES-256-GCM, or AES-256-CBC with HMAC-SHA-256.
[[nodiscard]] inline auto algorithms_of(Kind kind) -> sa::EspAlgorithms {
  if (kind == Kind::aead) return {iana::EncryptionId::encr_aes_gcm_16, 128};
  if (kind == Kind::aead_256) return {iana::EncryptionId::encr_aes_gcm_16, 256};
  return {iana::EncryptionId::encr_aes_cbc, 256, iana::IntegrityId::auth_hmac_sha2_256_128};
}

[[nodiscard]] inline auto keys_of(Kind kind) -> sa::EspKeys {
  if (kind == Kind::aead) {
    return {sa::EncryptionKey{hex("404142434445464748494a4b4c4d4e4fd0d1d2d3")}, {}};
  }
  if (kind == Kind::aead_256) return {sa::EncryptionKey{pattern(36)}, {}};
  return {
      sa::EncryptionKey{hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")},
      sa::IntegrityKey{hex("202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f")}};
}

/// Keys of the right length for any algorithms.
[[nodiscard]] inline auto keys_of(const sa::EspAlgorithms& algorithms) -> sa::EspKeys {
  const auto* cipher = crypto::find_encryption(algorithms.encryption);
  const auto* mac = crypto::find_integrity(algorithms.integrity);
  const auto cipher_size = algorithms.key_bits / 8U + (cipher == nullptr ? 0U : cipher->salt_size);
  return {sa::EncryptionKey{pattern(cipher_size)},
          sa::IntegrityKey{pattern(mac == nullptr ? 0 : mac->material_size())}};
}

/// Everything that can be chosen for ESP: every AEAD, and every cipher with every integrity, in
/// every key length.
[[nodiscard]] inline auto all_esp_algorithms() -> std::vector<sa::EspAlgorithms> {
  std::vector<sa::EspAlgorithms> all;
  const auto add = [&](const crypto::EncryptionInfo& cipher, std::uint16_t bits) {
    if (cipher.is_aead()) return all.push_back({cipher.id, bits});
    for (const auto& mac : crypto::integrity_algorithms()) {
      if (!mac.is_gmac()) all.push_back({cipher.id, bits, mac.id});
    }
  };
  for (const auto& cipher : crypto::encryption_algorithms()) {
    if (cipher.key_bits.empty()) add(cipher, 0);
    for (const auto bits : cipher.key_bits) add(cipher, bits);
  }
  return all;
}

/// The same for AH.
[[nodiscard]] inline auto all_ah_algorithms() -> std::vector<sa::EspAlgorithms> {
  std::vector<sa::EspAlgorithms> all;
  for (const auto& mac : crypto::integrity_algorithms()) {
    all.push_back({iana::EncryptionId::encr_null, 0, mac.id});
  }
  return all;
}

[[nodiscard]] inline auto traffic(const std::vector<std::string_view>& ranges,
                                  const sa::PortRange& ports = {})
    -> std::vector<sa::TrafficSelector> {
  std::vector<sa::TrafficSelector> all;
  for (const auto range : ranges) {
    all.push_back({.addresses = net::Range::parse(range).value(), .protocol = {}, .ports = ports});
  }
  return all;
}

[[nodiscard]] inline auto parameters(const SaSpec& spec) -> sa::SaParameters {
  return {.protocol = spec.protocol,
          .direction = sa::Direction::outbound,
          .mode = spec.mode,
          .esn = spec.esn,
          .df = spec.df,
          .fragmenting = spec.fragmenting,
          .tcp_mss = spec.tcp_mss,
          .icmp_errors = spec.icmp_errors,
          .carries_later_fragments = spec.carries_later_fragments,
          .pad_to = spec.pad_to,
          .spi = core::Spi{spec.spi},
          .encapsulation = spec.encapsulation,
          .path_mtu = spec.path_mtu,
          .replay_window = spec.replay_window,
          .ours = address(spec.ours),
          .theirs = address(spec.theirs),
          .algorithms = spec.algorithms.value_or(algorithms_of(spec.kind)),
          .keys = spec.algorithms ? keys_of(*spec.algorithms) : keys_of(spec.kind),
          .dummy_interval = spec.dummy_interval,
          .lifetime = spec.lifetime,
          .selectors = {.ours = traffic(spec.inner_ours),
                        .theirs = traffic(spec.inner_theirs, spec.their_ports)}};
}

/// The same SA as the receiver sees it.
[[nodiscard]] inline auto mirrored(sa::SaParameters of) -> sa::SaParameters {
  of.direction = sa::Direction::inbound;
  std::swap(of.ours, of.theirs);
  if (of.encapsulation) std::swap(of.encapsulation->ours, of.encapsulation->theirs);
  std::swap(of.selectors.ours, of.selectors.theirs);
  return of;
}

[[nodiscard]] inline auto make_outbound(const SaSpec& spec,
                                        crypto::Provider& provider = crypto::openssl::provider()) {
  return ipsec::OutboundSa::make(parameters(spec), provider, {}).value();
}
[[nodiscard]] inline auto make_inbound(const SaSpec& spec,
                                       crypto::Provider& provider = crypto::openssl::provider()) {
  return ipsec::InboundSa::make(mirrored(parameters(spec)), provider, {}).value();
}

}  // namespace esplanade::test
