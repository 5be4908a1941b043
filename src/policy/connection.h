// A connection: whom we key with, how each side proves itself, and which traffic it may protect.
// In the words of RFC 4301 a PAD entry (4.4.3) with the SPD entries that name it (4.4.1); in
// strongSwan's a section of `connections`.
//
// Plain values: config/ makes them, ike/ works by them, daemon/ introduces the two.
#pragma once

#include "crypto/certificate.h"
#include "policy/identity.h"
#include "policy/populate.h"
#include "sa/proposal.h"
#include "sa/sa_parameters.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace esplanade::policy {

/// Where a value stands, so that a failed negotiation can name the line to change.
struct Line {
  std::string file;
  std::size_t line = 0;
  [[nodiscard]] auto to_string() const -> std::string;  ///< "FILE:LINE", "" where unknown
};

enum class AuthKind : std::uint8_t { psk, public_key };

/// What every certificate of a chain has to fulfil (`auth = rsa-4096-sha384`); of no concern on the
/// local side.
struct ChainDemands {
  unsigned least_rsa_bits = 0;
  unsigned least_ecdsa_bits = 0;
  /// How issuers may sign; empty: any that verification takes.
  std::vector<crypto::SignatureScheme> schemes;
  auto operator==(const ChainDemands&) const -> bool = default;
};

/// A `local` or `remote` section.
struct Authentication {
  AuthKind kind = AuthKind::public_key;
  /// %any on the remote side: any identity; on the local side: the certificate's subject, or our
  /// address.
  Identity id;
  std::vector<crypto::CertificatePtr> certificates;  ///< `certs`: ours to send, or the only theirs
  std::vector<crypto::CertificatePtr> authorities;   ///< `cacerts`: the chain must end in one
  std::vector<std::shared_ptr<const crypto::PublicKey>> public_keys;  ///< `pubkeys`
  /// Allowed or wanted signatures (`auth = pubkey-sha256-...`, `ike:rsa/pss-sha512`); empty: any
  /// that RFC 8247 does not rule out, the strongest the peer knows.
  std::vector<crypto::SignatureScheme> schemes;
  ChainDemands chain;
  crypto::RevocationPolicy revocation = crypto::RevocationPolicy::relaxed;
  Line line;     ///< of the section
  Line id_line;  ///< of `id`, else of the section
};

/// One of `local_ts` or `remote_ts`.
struct SelectorTemplate {
  /// Absent for `dynamic`: the end's own IKE address.
  std::optional<net::Range> addresses;
  std::optional<iana::IpProtocol> protocol;
  sa::PortRange ports;
  auto operator==(const SelectorTemplate&) const -> bool = default;
};

enum class StartAction : std::uint8_t { none, trap, start, trap_and_start };
/// What follows when the peer closes a child, or is dead.
enum class EndAction : std::uint8_t { none, trap, start };

struct Limits {
  std::optional<core::Duration> rekey_time, life_time, rand_time;
  std::optional<std::uint64_t> rekey_octets, life_octets, rand_octets;
  std::optional<std::uint64_t> rekey_packets, life_packets, rand_packets;
};

/// Keys of the SPD entry a child stands for; unique in a configuration and stable over reloads
/// that leave the child's name alone.
enum class PolicyId : std::uint32_t {};

struct ChildPolicy {
  std::string name;
  PolicyId policy{};
  /// Of ESP, or of AH; never both. Most preferred first.
  std::vector<sa::Proposal> proposals;
  std::vector<SelectorTemplate> ours, theirs;
  /// What asks gets SAs of its own, with its values; without a packet none is made.
  PopulateFromPacket populate;
  sa::Mode mode = sa::Mode::tunnel;
  StartAction start_action = StartAction::none;
  EndAction close_action = EndAction::none;
  EndAction dpd_action = EndAction::none;
  Limits limits;
  std::uint32_t replay_window = 64;
  sa::DfPolicy df = sa::DfPolicy::copy;
  sa::DscpMap dscp;
  sa::InnerDscp inner_dscp = sa::InnerDscp::keep;
  sa::Ecn ecn = sa::Ecn::normal;
  std::uint16_t pad_to = 0;  ///< octets; as sa::SaParameters has it, if the peer takes padding
  Line line, proposals_line, ours_line, theirs_line;
};

enum class Fragmentation : std::uint8_t { yes, no, force, accept };
enum class Uniqueness : std::uint8_t { no, replace, keep, never };
enum class SendCertificate : std::uint8_t { if_asked, always, never };

/// An address, a range of them, or a name to be resolved; %any is the absence of all.
struct PeerAddress {
  std::string text;
  std::optional<net::Range> range;  ///< absent for a name
};

struct Connection {
  std::string name;
  std::vector<PeerAddress> ours, theirs;  ///< empty: %any
  std::uint16_t our_port = 500;
  std::uint16_t their_port = 500;
  std::vector<sa::Proposal> proposals;  ///< most preferred first
  bool forces_encapsulation = false;
  Fragmentation fragmentation = Fragmentation::yes;
  Uniqueness uniqueness = Uniqueness::no;
  SendCertificate send_certificate = SendCertificate::if_asked;
  bool sends_certificate_request = true;
  std::optional<core::Duration> dpd_delay;
  std::uint32_t keying_tries = 1;  ///< 0: for ever
  std::optional<core::Duration> rekey_time, reauth_time, over_time, rand_time;
  Authentication local, remote;
  std::vector<ChildPolicy> children;
  Line line, proposals_line, ours_line, theirs_line;

  [[nodiscard]] auto find_child(std::string_view child) const -> const ChildPolicy*;
};

using ConnectionPtr = std::shared_ptr<const Connection>;

}  // namespace esplanade::policy
