// What a gateway of the simulation does with packets: seals them for the SA that carries their
// policy, holds them while there is none, and opens what comes. There is no way for a packet to
// leave in clear.
//
// A packet proves by the key it names what a real one proves by its ICV.
#pragma once

#include "ike/event.h"

#include <deque>
#include <map>
#include <set>

namespace esplanade::sim {

/// A packet as the hosts behind the gateways see it.
struct Payload {
  std::uint64_t number = 0;  ///< unique in a world
  net::Address source, destination;
};

/// The same, protected.
struct EspPacket {
  core::Spi spi{};
  std::string key;
  std::uint64_t sequence = 0;
  Payload payload;
};

struct OutgoingEsp {
  net::Path path;
  EspPacket packet;
};

/// A pair of SAs as the data plane holds it.
struct InstalledChild {
  policy::PolicyId policy{};
  std::shared_ptr<const sa::SaParameters> inbound, outbound;
  bool is_active = false;
  net::Path path;  ///< ports 0 without encapsulation
  std::uint64_t sent = 0;
  std::set<std::uint64_t> seen;  ///< sequence numbers taken
  std::optional<core::Time> traffic_told;
  std::uint8_t limits_told = 0;  ///< 1: soft, 2: hard
};

[[nodiscard]] auto key_of(const sa::SaParameters& parameters) -> std::string;

class DataPlane {
 public:
  enum class Taken : std::uint8_t { opened, replayed, stray, refused };

  [[nodiscard]] auto children() const -> const std::map<ike::ChildId, InstalledChild>& {
    return children_;
  }
  /// The child that packets of this policy leave by now; nullptr: they are held or dropped.
  [[nodiscard]] auto carrier(policy::PolicyId policy) const -> const InstalledChild*;
  [[nodiscard]] auto takes(core::Spi inbound) const -> bool;

  // actions
  void install_inbound(const ike::InstallInbound& action);
  void install_outbound(const ike::InstallOutbound& action);
  void activate(ike::ChildId child);
  void deactivate(ike::ChildId child);
  void remove(ike::ChildId child) { children_.erase(child); }
  void move(const ike::Move& action);
  void drop_held(policy::PolicyId policy);
  /// As after kill -9.
  void clear();

  // packets
  /// Seals it, or holds it and says that somebody should negotiate.
  void send(policy::PolicyId policy, const Payload& payload);
  [[nodiscard]] auto take(const EspPacket& packet, const net::Path& path, core::Time now) -> Taken;

  /// What has come up since it was last asked.
  [[nodiscard]] auto take_outgoing() { return std::exchange(outgoing_, {}); }
  [[nodiscard]] auto take_events() { return std::exchange(events_, {}); }
  [[nodiscard]] auto take_opened() { return std::exchange(opened_, {}); }

  /// Policies whose held packets were dropped.
  [[nodiscard]] auto dropped() const -> const std::vector<policy::PolicyId>& { return dropped_; }
  /// Numbers of packets that were dropped while they were held, or had no room to be held.
  [[nodiscard]] auto given_up() const -> const std::set<std::uint64_t>& { return given_up_; }
  [[nodiscard]] auto held() const -> std::size_t;

 private:
  [[nodiscard]] auto find_carrier(policy::PolicyId policy) -> InstalledChild*;
  void seal(InstalledChild& child, const Payload& payload);
  void look_at_limits(InstalledChild& child);

  std::map<ike::ChildId, InstalledChild> children_;
  std::vector<ike::ChildId> order_;  ///< of activation
  std::map<policy::PolicyId, std::deque<Payload>> held_;
  std::vector<OutgoingEsp> outgoing_;
  std::vector<ike::Event> events_;
  std::vector<Payload> opened_;
  std::vector<policy::PolicyId> dropped_;
  std::set<std::uint64_t> given_up_;
};

}  // namespace esplanade::sim
