// Gateways, a virtual clock, and a network between them that loses, doubles, delays, reorders and
// translates addresses. Everything follows from the seed.
//
//   World world({.seed = 7, .loss = 0.3});
//   auto& a = world.add("192.0.2.1");
//   ...
//   world.run_for(60s);
//
// Always checked, whatever happens: no key is installed outbound twice by anybody, no sequence
// number is taken twice, no packet is taken twice, and time goes on.
#pragma once

#include "tests/sim/gateway.h"

#include <functional>
#include <queue>

namespace esplanade::sim {

using namespace std::chrono_literals;

struct NetworkOptions {
  std::uint64_t seed = 1;
  double loss = 0.0;  ///< of datagrams
  double duplication = 0.0;
  core::Duration least_delay = 5ms;
  core::Duration most_delay = 5ms;  ///< evenly between: reordering
};

/// A packet of a host, as it was given to a gateway.
struct Sent {
  core::Time at;
  Payload payload;
};
/// What became of the packets of hosts.
struct Ledger {
  std::map<std::uint64_t, Sent> sent;
  std::set<std::uint64_t> delivered, strayed;

  /// Those that did not arrive.
  [[nodiscard]] auto lost() const -> std::vector<std::uint64_t>;
  /// "packet 7 of 10.1.0.7, sent at 12.345".
  [[nodiscard]] auto describe(std::uint64_t number) const -> std::string;
};

class World {
 public:
  explicit World(NetworkOptions options, ike::EndpointOptions ike = quick())
      : options_(options), ike_(ike), random_(options.seed) {}

  auto add(std::string_view address) -> Gateway&;
  [[nodiscard]] auto at(std::size_t i) -> Gateway& { return *gateways_[i]; }
  [[nodiscard]] auto at(std::size_t i) const -> const Gateway& { return *gateways_[i]; }
  [[nodiscard]] auto size() const -> std::size_t { return gateways_.size(); }
  /// Who is at this address, as seen from outside; nullptr behind a NAT.
  [[nodiscard]] auto find(const net::Address& address) const -> const Gateway*;

  void configure(Gateway& gateway, std::vector<policy::ConnectionPtr> connections,
                 std::shared_ptr<const policy::Credentials> credentials);
  void handle(Gateway& gateway, const ike::Event& event);
  void restart(Gateway& gateway);
  void close_all(Gateway& gateway);
  /// A packet of a host behind `gateway`, for a host on the other side of this policy. Its number.
  auto send(Gateway& gateway, policy::PolicyId policy, const net::Address& source,
            const net::Address& destination) -> std::uint64_t;

  /// Everything that happens in this time, in its order.
  void run_for(core::Duration duration);
  /// Nothing gets through between any two, or again as the options say.
  void cut(bool is_cut) { is_cut_ = is_cut; }
  /// Nothing gets through to and from these.
  void isolate(const Gateway& gateway) { isolated_.insert(&gateway); }
  void reconnect() { isolated_.clear(); }
  /// The machine sleeps: what comes is lost, and when it wakes its clock has gone on.
  void freeze(const Gateway& gateway) { frozen_.insert(&gateway); }
  void thaw() { frozen_.clear(); }
  void shift_wall(core::Duration by) { wall_shift_ += by; }
  void set_options(NetworkOptions options) { options_ = options; }
  /// Packets of `inside` leave with another address and port (a NAT); `rebind` forgets them.
  void put_behind_nat(const net::Address& inside, const net::Address& outside);
  void rebind_nat();
  /// Sees each datagram that is sent; false: it is lost.
  std::function<bool(const ike::Send&)> filter = [](const ike::Send&) { return true; };
  /// Puts a datagram on the wire as if it had been sent.
  void inject(ike::Send datagram);

  [[nodiscard]] auto now() const -> core::Time { return now_; }
  [[nodiscard]] auto clock() const -> Clock {
    return {.now = now_, .wall = {now_.since_origin + 1'700'000'000s + wall_shift_}};
  }
  [[nodiscard]] auto random() -> test::SeededRandom& { return random_; }
  [[nodiscard]] auto ledger() const -> const Ledger& { return ledger_; }
  [[nodiscard]] auto has_reused_key() const -> bool { return has_reused_key_; }

  /// When every world begins.
  static constexpr core::Time origin{1h};

  /// Retransmissions that do not make tests wait: 500 ms, doubled, six tries, without jitter.
  [[nodiscard]] static auto quick() -> ike::EndpointOptions;

 private:
  struct Flying {
    core::Time arrival{};
    std::uint64_t number = 0;
    net::Path path;
    std::variant<core::Bytes, EspPacket> what;
    [[nodiscard]] auto operator>(const Flying& other) const -> bool {
      return std::pair(arrival, number) > std::pair(other.arrival, other.number);
    }
  };

  void collect(Gateway& gateway);
  void collect_data(Gateway& gateway);
  [[nodiscard]] auto is_lost(const Gateway& sender) -> bool;
  void launch(const net::Path& path, std::variant<core::Bytes, EspPacket> what);
  void deliver(const Flying& flying);
  void deliver_to(Gateway& gateway, const net::Path& path, const Flying& flying);
  void tick_due();
  [[nodiscard]] auto is_away(const Gateway& gateway) const -> bool {
    return isolated_.contains(&gateway) || frozen_.contains(&gateway);
  }
  [[nodiscard]] auto chance(double probability) -> bool;
  [[nodiscard]] auto delay() -> core::Duration;
  /// nullopt: nobody is behind that mapping any more.
  [[nodiscard]] auto translate(net::Path path) -> std::optional<net::Path>;
  [[nodiscard]] auto next_deadline() const -> std::optional<core::Time>;

  NetworkOptions options_;
  ike::EndpointOptions ike_;
  test::SeededRandom random_;
  core::Time now_ = origin;
  core::Duration wall_shift_{};
  std::vector<std::unique_ptr<Gateway>> gateways_;
  std::priority_queue<Flying, std::vector<Flying>, std::greater<>> flying_;
  std::uint64_t launched_ = 0;
  std::uint64_t packets_ = 0;
  std::uint64_t steps_at_once_ = 0;
  bool is_cut_ = false;
  std::set<const Gateway*> isolated_, frozen_;

  Ledger ledger_;
  std::set<std::string> keys_;
  bool has_reused_key_ = false;

  std::map<net::Address, net::Address> nats_;        ///< inside, outside
  std::map<net::Endpoint, net::Endpoint> nat_out_;   ///< inside, outside
  std::map<net::Endpoint, net::Endpoint> nat_back_;  ///< outside, inside
  std::uint16_t next_nat_port_ = 20000;
};

}  // namespace esplanade::sim
