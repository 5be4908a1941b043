// All there is to know of one IKE SA. The files beside this one are what can happen to it:
//
//   initiator, responder      from nothing to established (RFC 7296, 1.2)
//   establish                 what both do when they are
//   children                  making, installing and finding child SAs (2.9, 2.17)
//   create_child, rekey_ike, informational   the exchanges afterwards (1.3, 1.4, 2.8, 2.25)
//   traffic                   protected messages in and out: SK, fragments, message IDs
//
// An IKE SA belongs to its endpoint, which finds it by our SPI.
#pragma once

#include "ike/endpoint.h"
#include "ike/exchange/exchanges.h"
#include "ike/exchange/reassembly.h"
#include "ike/keys/envelope.h"
#include "ike/session/handshake/revocation.h"
#include "ike/session/job.h"

#include <deque>
#include <map>

namespace esplanade::ike::session {

/// Why something failed, for a person: the sentence, what to change, and where.
struct Reason {
  std::string why;
  std::string hint;
  policy::Line line;
};

// --- what can be true before it is established ---------------------------------------------------

/// The initiator waits for the response to IKE_SA_INIT.
struct AwaitSaInit {
  core::Bytes ni;
  std::unique_ptr<crypto::KeyExchange> ke;
  core::Bytes cookie;   ///< that the responder wants to see; goes first
  core::Bytes request;  ///< as last sent: AUTH covers it (TRAP-IKE2-01)
  std::uint32_t restarts = 0;
  /// What an unauthenticated error said; it counts only if nothing better comes (2.21.1).
  std::optional<Reason> refusal;
};

/// Both sides' IKE_SA_INIT, for AUTH and for the keys of the first child.
struct Prelude {
  core::Bytes request, response;  ///< RealMessage1 and 2
  core::Bytes ni, nr;
  std::vector<iana::HashId> their_hashes;  ///< SIGNATURE_HASH_ALGORITHMS (RFC 7427, 4)
};

/// The initiator waits for the response to IKE_AUTH.
struct AwaitAuth {
  Prelude prelude;
  std::optional<ChildOffer> offer;
  std::optional<Acquire> packet;
};

/// The responder waits for the request of IKE_AUTH.
struct AwaitAuthRequest {
  Prelude prelude;
  std::vector<policy::ConnectionPtr> candidates;  ///< whose addresses and proposals fit
};

/// IKE_AUTH has come, but revocation data is on its way.
struct AwaitRevocation {
  Prelude prelude;
  std::vector<policy::ConnectionPtr> candidates;
  std::optional<ChildOffer> offer;
  std::optional<Acquire> packet;
  wire::Payloads message;
  std::uint32_t message_id = 0;
  std::vector<std::string> urls;  ///< not yet answered
};

struct Established {};

/// Nothing is left to be done; the endpoint forgets it when its last answer need not be sent again
/// any more and its children take nothing any more.
struct Closed {
  std::optional<core::Time> lingers_until;
};

/// How an IKE SA ends.
enum class Ending : std::uint8_t {
  asked,         ///< we wanted it
  by_peer,       ///< the peer wanted it
  peer_is_dead,  ///< it answers no more
  failed,        ///< authentication or the protocol
  stopped,       ///< so do we
};

using State =
    std::variant<AwaitSaInit, AwaitAuth, AwaitAuthRequest, AwaitRevocation, Established, Closed>;

/// Why it exists, where that is not plain.
struct Purpose {
  std::string child;              ///< to be made with it; empty: all that start
  std::optional<Acquire> packet;  ///< that asked for it
  policy::Populated populated = {};
  /// The IKE SA it shall take the place of, when its children stand (reauthentication).
  std::optional<SessionId> reauthenticates;
};

struct NatFindings {
  bool is_ours = false;    ///< we are behind one
  bool is_theirs = false;  ///< the peer is
  [[nodiscard]] auto any() const noexcept -> bool { return is_ours || is_theirs; }
};

/// What becomes of an IKE SA that a successor of the same peer stands beside.
enum class Standing : std::uint8_t {
  current,
  replaced,  ///< rekeyed; only its deletion is left
  deleting,
};

struct IkeSa {
  SessionId id{};
  bool is_original_initiator = false;
  IkeSpis spis;
  net::Path path;
  policy::ConnectionPtr connection;  ///< absent for a responder before IKE_AUTH
  keys::IkeSuite suite;
  keys::IkeKeys keys;
  std::uint64_t send_counter = 0;
  exchange::Exchanges exchanges;
  exchange::Reassembly reassembly;
  bool has_fragmentation = false;  ///< both sides said so (RFC 7383, 2.3)
  NatFindings nat;
  policy::Identity our_id, their_id;

  State state = Closed{};
  Standing standing = Standing::current;
  Purpose purpose;
  std::vector<Child> children;
  std::deque<Job> jobs;
  std::map<std::uint32_t, Moving> moves;  ///< by message ID

  /// Children the peer deleted before its answer said that it had made them.
  std::vector<core::Spi> deleted_early;
  /// The IKE SA that it replaces for the peer, while for us that is not decided: we have asked to
  /// rekey that one as well (RFC 7296, 2.8.2).
  std::optional<SessionId> collides_over;
  /// The IKE SA that will take its place (reauthentication).
  std::optional<SessionId> heir;
  /// It has been rekeyed, and what it had is its successor's.
  bool has_successor = false;
  /// NO_ADDITIONAL_SAS: new children need another IKE SA (RFC 7296, 1.3).
  bool takes_no_more = false;
  /// The configuration has changed since it was made.
  bool has_old_connection = false;
  /// Where the request that is being answered came from; the answer goes there (RFC 7296, 2.11).
  net::Path asked_from;

  core::Time created{};
  core::Time last_heard{};
  std::optional<core::Time> rekey_at, reauth_at, end_at, keep_alive_at, pfs_check_at;
  /// What proved the peer, or us to it, is good for so long: only another proof, so another IKE SA,
  /// goes on (RFC 4301, 4.4.2.1). A successor inherits it.
  std::optional<core::Time> proof_ends_at;
  /// After TEMPORARY_FAILURE: not before this (RFC 7296, 2.25).
  std::optional<core::Time> not_before;
  std::uint32_t temporary_failures = 0;

  IkeSa(SessionId session, const exchange::RetransmitPolicy& policy) noexcept
      : id(session), exchanges(policy) {}

  [[nodiscard]] auto our_spi() const noexcept -> IkeSpi {
    return is_original_initiator ? spis.i : spis.r;
  }
  [[nodiscard]] auto our_keys() const noexcept -> const keys::HalfKeys& {
    return is_original_initiator ? keys.i : keys.r;
  }
  [[nodiscard]] auto their_keys() const noexcept -> const keys::HalfKeys& {
    return is_original_initiator ? keys.r : keys.i;
  }
  [[nodiscard]] auto is_established() const noexcept -> bool {
    return std::holds_alternative<Established>(state);
  }
  [[nodiscard]] auto is_closed() const noexcept -> bool {
    return std::holds_alternative<Closed>(state);
  }
  [[nodiscard]] auto find_child(ChildId child) noexcept -> Child*;
  [[nodiscard]] auto find_inbound(core::Spi spi) noexcept -> Child*;
  [[nodiscard]] auto find_outbound(core::Spi spi) noexcept -> Child*;
  /// ESP and AH count their SPIs apart (RFC 4301, 4.1): of the peer's, one may be of both.
  [[nodiscard]] auto find_outbound(iana::SecurityProtocol protocol, core::Spi spi) noexcept
      -> Child*;
};

/// What an IKE SA was when it ended.
struct Closing {
  Ending ending{};
  std::vector<std::string> children;  ///< that were up
};

/// What an IKE SA may ask of its endpoint.
class Host {
 public:
  Host() = default;
  Host(const Host&) = delete;
  auto operator=(const Host&) -> Host& = delete;
  virtual ~Host() = default;

  [[nodiscard]] virtual auto fresh_spi(core::Random& random) -> IkeSpi = 0;
  [[nodiscard]] virtual auto fresh_child_id() -> ChildId = 0;
  [[nodiscard]] virtual auto fresh_session_id() -> SessionId = 0;
  /// Connections a stranger on this path may mean, most specific first.
  [[nodiscard]] virtual auto candidates(const net::Path& path)
      -> std::vector<policy::ConnectionPtr> = 0;
  /// Takes over an IKE SA that a rekeying made. Valid until it closes.
  virtual auto adopt(std::unique_ptr<IkeSa> sa) -> IkeSa& = 0;
  [[nodiscard]] virtual auto find(SessionId session) -> IkeSa* = 0;
  /// Other established IKE SAs with the same two identities.
  [[nodiscard]] virtual auto others_with(const IkeSa& sa) -> std::vector<IkeSa*> = 0;
  /// An IKE SA of this connection is established.
  [[nodiscard]] virtual auto is_connected(const policy::Connection& connection) -> bool = 0;
  /// What came of it, for whoever wanted it: retries, reauthentication, dead peers.
  virtual void established(IkeSa& sa) = 0;
  virtual void child_established(IkeSa& sa, const std::string& child) = 0;
  virtual void child_failed(IkeSa& sa, const std::string& child) = 0;
  /// By the peer, or because its time was over.
  virtual void child_closed(IkeSa& sa, const std::string& child) = 0;
  virtual void closed(IkeSa& sa, const Closing& closing) = 0;
};

/// One step's world.
struct Context {
  Env& env;
  const EndpointOptions& options;
  const policy::Credentials& credentials;
  Revocation& revocation;
  Host& host;
  Actions& out;
};

}  // namespace esplanade::ike::session
