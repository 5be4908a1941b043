// The configuration as typed values: what `load()` makes of text, and all the daemon ever sees.
#pragma once

#include "config/complaint.h"
#include "crypto/library.h"
#include "policy/connection.h"
#include "policy/credentials.h"
#include "policy/spd.h"
#include "sa/sa_parameters.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace esplanade::config {

/// One direction of a hand-keyed pair: the `in` or `out` section.
struct ManualSa {
  core::Spi spi{};
  sa::Protocol protocol = sa::Protocol::esp;
  sa::EspAlgorithms algorithms;
  sa::EspKeys keys;
  /// Path of the key file the keys came from; absent where they stand in the configuration.
  std::optional<std::string> key_file;
  /// The file was recorded as used by an earlier start (see KeyFile in config/loader.h).
  bool is_used = false;
  Place place;
};

/// One section below `manual`.
struct ManualConnection {
  std::string name;
  sa::Mode mode = sa::Mode::tunnel;
  net::Address ours, theirs;
  std::optional<sa::UdpEncapsulation> encapsulation;
  /// Where `theirs` is a group of hosts: what its inbound SA is found by.
  std::optional<sa::GroupLookup> group;
  sa::Selectors selectors;
  sa::Esn esn = sa::Esn::yes;
  std::uint32_t replay_window = 64;
  sa::DfPolicy df = sa::DfPolicy::copy;
  sa::DscpMap dscp;
  sa::InnerDscp inner_dscp = sa::InnerDscp::keep;
  sa::Ecn ecn = sa::Ecn::normal;
  sa::AhAlignment ah_alignment = sa::AhAlignment::four;
  std::optional<sa::InnerAddresses> inner;  ///< of BEET mode
  sa::Nesting nesting = sa::Nesting::none;
  std::uint16_t pad_to = 0;
  core::Duration dummy_interval{};
  core::Duration keep_alive{};  ///< zero: none are sent
  sa::Lifetime lifetime;
  ManualSa out, in;
  Place place;

  /// What the data plane needs for one direction; keys are cloned.
  [[nodiscard]] auto parameters(sa::Direction direction) const -> sa::SaParameters;
};

/// Behind all others, IKE's children among them.
inline constexpr auto behind_all = static_cast<std::size_t>(-1);

/// What is let through in clear or not at all: `mode = pass` or `mode = drop`.
struct ClearPolicy {
  policy::ClearEntry entry;
  /// How many connections of `manual` stand before it; behind_all: everything does.
  std::size_t place = 0;
};

/// Whether errors that are not authenticated are believed within bounds (RFC 4301, 6.1.1).
enum class IcmpErrors : std::uint8_t { accept, ignore };

/// Whether the system is to hold clear packets to policy that never meet our program.
enum class GuardUse : std::uint8_t { if_possible, required, off };

/// Which ICMP errors from the network get lines of the log (RFC 4301, 6.1).
enum class IcmpLog : std::uint8_t { none, path, all };

/// Whether packets that are dropped get lines of the log, as events to be audited (RFC 4301, 5.2;
/// RFC 4303, 4); they are counted in any case.
enum class Audit : std::uint8_t { off, on };

/// Whether frames that carry no datagrams for policy go through a gateway as they are.
enum class FrameUse : std::uint8_t { discard, bypass };

/// The section `gateway` of `dataplane`: two Ethernet devices; every frame between them meets the
/// SPD (RFC 4301, 3.3: a bump in the wire).
struct Gateway {
  std::string inside, outside;
  FrameUse arp = FrameUse::bypass;
  FrameUse neighbour_discovery = FrameUse::bypass;
  FrameUse other_frames = FrameUse::discard;
  auto operator==(const Gateway&) const -> bool = default;
};

/// The `dataplane` section.
struct Dataplane {
  std::string tun_name = "esp%d";  ///< the kernel fills in the number
  /// Of the TUN; absent: the largest that fits the path of every SA.
  std::optional<std::uint16_t> mtu;
  std::uint16_t path_mtu = 1500;  ///< octets that the links to all peers take
  /// How long a smaller one that was learnt is believed; Duration::max(): for ever.
  core::Duration path_mtu_age = std::chrono::minutes(10);
  sa::Fragmenting fragmenting = sa::Fragmenting::before;
  sa::TcpMss tcp_mss = sa::TcpMss::lower;
  IcmpErrors icmp_errors = IcmpErrors::accept;
  IcmpLog icmp_log = IcmpLog::path;
  sa::IcmpErrorCheck icmp_error_check = sa::IcmpErrorCheck::either;
  bool tells_discards = false;  ///< by ICMP, to whoever sends what policy discards
  Audit audit = Audit::on;
  crypto::Library cryptography = crypto::Library::best;
  std::uint32_t fwmark = 0x4303;  ///< on our own packets, so that they pass the TUN by
  std::uint32_t table = 4303;     ///< routing table with the routes into the TUN
  std::uint32_t priority = 4303;  ///< of the rule `not fwmark M lookup T`
  /// Of the file of sequence numbers; absent: beside the configuration.
  std::optional<std::string> sequence_file;
  GuardUse guard = GuardUse::if_possible;
  bool keeps_guard = false;                ///< after a stop
  std::optional<Gateway> gateway;          ///< absent: this host alone is protected
  std::optional<std::string> esp_key_log;  ///< path of a Wireshark esp_sa table to be written
  std::optional<std::string> ike_key_log;  ///< path of a Wireshark ikev2_decryption_table
};

/// The `ike` section.
struct Ike {
  core::Duration retransmit_timeout = std::chrono::seconds(4);  ///< before the first repetition
  double retransmit_base = 1.8;                                 ///< each wait is so much longer
  std::uint32_t retransmit_tries = 5;
  core::Duration half_open_timeout = std::chrono::seconds(30);
  std::uint32_t cookie_threshold = 30;  ///< half-open SAs from which cookies are asked for
  std::uint32_t block_threshold = 5;    ///< half-open SAs of one address; more are dropped
  std::uint32_t half_open_limit = 10'000;
  std::uint32_t window = 1;
  std::size_t fragment_size = 1280;                      ///< of an IP packet with a message in it
  core::Duration keep_alive = std::chrono::seconds(20);  ///< zero: none are sent
  bool tells_invalid_selectors = false;                  ///< a peer whose packets its SA is not for
  std::uint16_t port = 500;
  std::uint16_t port_nat_t = 4500;
};

struct Configuration {
  std::vector<ManualConnection> manual;
  std::vector<ClearPolicy> clear;  ///< in the order of the SPD
  std::vector<policy::ConnectionPtr> connections;
  std::shared_ptr<const policy::Credentials> credentials =
      std::make_shared<const policy::Credentials>();
  Ike ike;
  Dataplane dataplane;
  Complaints warnings;
};

}  // namespace esplanade::config
