// What can happen to IKE, and what it asks of the world: the contract with the daemon (and with
// the simulation, which is another one).
//
// Events come in one at a time with an Env; actions come out in the order they are to be performed.
// Nothing here reads a clock, opens a socket or starts a thread.
#pragma once

#include "core/random.h"
#include "core/time.h"
#include "crypto/provider.h"
#include "ike/notice.h"
#include "ike/wire/header.h"
#include "net/endpoint.h"
#include "policy/connection.h"
#include "policy/credentials.h"
#include "sa/sa_parameters.h"

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace esplanade::ike {

/// An IKE SA of ours, for as long as the program runs; survives its rekeying.
enum class SessionId : std::uint64_t {};
/// One pair of ESP SAs.
enum class ChildId : std::uint64_t {};

/// Hands out inbound SPIs that nothing else uses (RFC 4301, 4.1: 0 to 255 never).
class SpiSource {
 public:
  SpiSource() = default;
  SpiSource(const SpiSource&) = delete;
  auto operator=(const SpiSource&) -> SpiSource& = delete;
  virtual ~SpiSource() = default;
  [[nodiscard]] virtual auto reserve(core::Random& random) -> core::Spi = 0;
  virtual void release(core::Spi spi) = 0;
};

/// Which of our addresses packets to a peer leave from, where the configuration leaves it open.
class SourceAddresses {
 public:
  SourceAddresses() = default;
  SourceAddresses(const SourceAddresses&) = delete;
  auto operator=(const SourceAddresses&) -> SourceAddresses& = delete;
  virtual ~SourceAddresses() = default;
  /// nullopt: no route.
  [[nodiscard]] virtual auto source_for(const net::Address& theirs)
      -> std::optional<net::Address> = 0;
};

/// What the world lends for one step.
struct Env {
  core::Time now;
  core::WallTime wall;
  core::Random& random;
  crypto::Provider& crypto;
  SpiSource& spis;
  SourceAddresses& sources;
};

// --- events ------------------------------------------------------------------------------------

/// An IKE message, without non-ESP marker: to any port of ours but 500 it came behind one.
struct Datagram {
  net::Path path;
  core::View message;
};
/// A deadline may have passed: Endpoint::next_deadline().
struct Tick {};
/// A packet met a policy that has no SA (RFC 4301, 4.4.1). Its selectors are the first to be
/// offered (RFC 7296, 2.9).
struct Acquire {
  policy::PolicyId policy{};
  sa::TrafficSelector ours, theirs;  ///< one address each
};
/// By the operator; an empty child means the IKE SA alone with all `start` children.
struct Initiate {
  std::string connection, child;
};
struct Terminate {
  std::string connection, child;  ///< an empty child: the IKE SAs of the connection
};
struct Rekey {
  std::string connection, child;  ///< an empty child: the IKE SAs of the connection
};
struct Reauthenticate {
  std::string connection;
};
/// The data plane counted an SA over a limit in octets or packets.
enum class Reached : std::uint8_t { soft, hard };
struct LifetimeReached {
  core::Spi inbound{};  ///< names the child
  Reached limit{};
};
/// Authentic ESP came in on this child since it was last said; for liveness and for moving to a
/// new SA.
struct TrafficSeen {
  core::Spi inbound{};
};
/// Authentic ESP in UDP came from another address or port (RFC 7296, 2.23).
struct PeerMoved {
  core::Spi inbound{};
  net::Endpoint theirs;
};
/// ESP with an SPI nobody has (RFC 7296, 1.5).
struct StrayEsp {
  net::Path path;
  core::Spi spi{};
};
/// An authentic packet was none of its child's selectors (RFC 4301, 5.2 step 4).
struct SelectorMismatch {
  core::Spi inbound{};
  core::Bytes start;  ///< of the packet inside
};
/// The answer to ResolveName; no addresses: it failed.
struct Resolved {
  std::string name;
  std::vector<net::Address> addresses;
};
/// The answer to Fetch; no body: it failed, and `why` says how.
struct Fetched {
  std::string url;
  core::Bytes body;
  std::string why;
};

using Event = std::variant<Datagram, Tick, Acquire, Initiate, Terminate, Rekey, Reauthenticate,
                           LifetimeReached, TrafficSeen, PeerMoved, StrayEsp, SelectorMismatch,
                           Resolved, Fetched>;

// --- actions -----------------------------------------------------------------------------------

/// From any port of ours but 500 the daemon puts the non-ESP marker in front.
struct Send {
  net::Path path;
  core::Bytes message;
};
/// Puts an inbound SA in place; it takes packets from now on.
struct InstallInbound {
  ChildId child{};
  policy::PolicyId policy{};
  std::shared_ptr<const sa::SaParameters> parameters;
};
/// Puts the outbound SA of the same child in place; it sends nothing yet.
struct InstallOutbound {
  ChildId child{};
  policy::PolicyId policy{};
  std::shared_ptr<const sa::SaParameters> parameters;
};
/// Packets of its selectors leave by this child's outbound SA from now on, those that were held
/// first.
struct Activate {
  ChildId child{};
};
/// The outbound SA sends no more; what its policy protects and no other child carries is held or
/// dropped, never sent in clear. The inbound SA still takes packets.
struct Deactivate {
  ChildId child{};
};
/// Both SAs go.
struct Remove {
  ChildId child{};
};
/// The peer's address or port has changed (RFC 7296, 2.23).
struct Move {
  ChildId child{};
  net::Path path;
};
/// What Acquire asked for will not come: packets held for the policy are dropped and counted.
struct DropHeld {
  policy::PolicyId policy{};
};
/// The child is down, and the next packet its policy protects shall ask for it (Acquire), even if
/// such packets were dropped before.
struct Trap {
  policy::PolicyId policy{};
};
/// A NAT keep-alive: one octet 0xff (RFC 3948, 2.3).
struct SendKeepAlive {
  net::Path path;
};
struct ResolveName {
  std::string name;
};
/// By HTTP: GET, or POST of `body` as `content_type`. Bounded by the daemon in size and time.
struct Fetch {
  std::string url;
  std::string content_type;
  core::Bytes body;
};
/// Keys of an IKE SA for the key log: Wireshark's ikev2_decryption_table.
struct LogKeys {
  std::string row;
};
/// For the log.
struct Note {
  Notice notice;
};

using Action = std::variant<Send, InstallInbound, InstallOutbound, Activate, Deactivate, Remove,
                            Move, DropHeld, Trap, SendKeepAlive, ResolveName, Fetch, LogKeys, Note>;
using Actions = std::vector<Action>;

}  // namespace esplanade::ike
