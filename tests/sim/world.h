// Gateways, a virtual clock, and a network between them that loses, doubles, delays, reorders and
// translates addresses. Everything follows from the seed.
//
//   World world({.seed = 7, .loss = 0.3});
//   auto& a = world.add("192.0.2.1");
//   ...
//   world.run_for(60s);
#pragma once

#include "tests/sim/gateway.h"

#include <functional>
#include <queue>

namespace esplanade::sim {

using namespace std::chrono_literals;

struct NetworkOptions {
  std::uint64_t seed = 1;
  double loss = 0.0;       ///< of datagrams
  double duplication = 0.0;
  core::Duration least_delay = 5ms;
  core::Duration most_delay = 5ms;  ///< evenly between: reordering
};

class World {
 public:
  explicit World(NetworkOptions options, ike::EndpointOptions ike = quick())
      : options_(options), ike_(ike), random_(options.seed) {}

  auto add(std::string_view address) -> Gateway&;
  [[nodiscard]] auto at(std::size_t i) -> Gateway& { return *gateways_[i]; }
  [[nodiscard]] auto size() const -> std::size_t { return gateways_.size(); }

  void configure(Gateway& gateway, std::vector<policy::ConnectionPtr> connections,
                 std::shared_ptr<const policy::Credentials> credentials);
  void handle(Gateway& gateway, const ike::Event& event);
  void restart(Gateway& gateway);

  /// Everything that happens in this time, in its order.
  void run_for(core::Duration duration);
  /// Nothing gets through between any two, or again as the options say.
  void cut(bool is_cut) { is_cut_ = is_cut; }
  void set_options(NetworkOptions options) { options_ = options; }
  /// Packets of `inside` leave with another address and port (a NAT); `rebind` forgets them.
  void put_behind_nat(const net::Address& inside, const net::Address& outside);
  void rebind_nat();
  /// Sees each datagram that is sent; false: it is lost.
  std::function<bool(const ike::Send&)> filter = [](const ike::Send&) { return true; };

  [[nodiscard]] auto now() const -> core::Time { return now_; }
  [[nodiscard]] auto wall() const -> core::WallTime {
    return {now_.since_origin + 1'700'000'000s};
  }
  [[nodiscard]] auto random() -> test::SeededRandom& { return random_; }

  /// Retransmissions that do not make tests wait: 500 ms, doubled, six tries, without jitter.
  [[nodiscard]] static auto quick() -> ike::EndpointOptions;

 private:
  struct Flying {
    core::Time arrival{};
    std::uint64_t number = 0;
    ike::Send datagram;
    [[nodiscard]] auto operator>(const Flying& other) const -> bool {
      return std::pair(arrival, number) > std::pair(other.arrival, other.number);
    }
  };

  void collect(Gateway& gateway);
  void launch(ike::Send datagram);
  void deliver(const Flying& flying);
  [[nodiscard]] auto chance(double probability) -> bool;
  [[nodiscard]] auto delay() -> core::Duration;
  /// nullopt: nobody is behind that mapping any more.
  [[nodiscard]] auto translate(net::Path path) -> std::optional<net::Path>;
  [[nodiscard]] auto next_deadline() const -> std::optional<core::Time>;

  NetworkOptions options_;
  ike::EndpointOptions ike_;
  test::SeededRandom random_;
  core::Time now_{1h};
  std::vector<std::unique_ptr<Gateway>> gateways_;
  std::priority_queue<Flying, std::vector<Flying>, std::greater<>> flying_;
  std::uint64_t launched_ = 0;
  bool is_cut_ = false;

  std::map<net::Address, net::Address> nats_;          ///< inside, outside
  std::map<net::Endpoint, net::Endpoint> nat_out_;     ///< inside, outside
  std::map<net::Endpoint, net::Endpoint> nat_back_;    ///< outside, inside
  std::uint16_t next_nat_port_ = 20000;
};

}  // namespace esplanade::sim
