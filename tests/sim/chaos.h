// What operators, hosts and the world do to gateways, drawn step by step from a seed.
#pragma once

#include "tests/sim/topology.h"

namespace esplanade::sim {

class Chaos {
 public:
  Chaos(World& world, const std::vector<Link>& links, const Plan& plan, test::SeededRandom& random,
        NetworkOptions network)
      : world_(world), links_(links), plan_(plan), random_(random), network_(network) {}

  /// One thing that happens, perhaps some packets, and a while.
  void step();
  /// From now on nothing goes wrong any more.
  void end();
  /// A packet of each host of every lane to its opposite; their numbers.
  auto send_everywhere() -> std::vector<std::uint64_t>;

  /// What was done, line by line.
  [[nodiscard]] auto story() const -> const std::vector<std::string>& { return story_; }

 private:
  void act();
  void disturb(std::uint64_t draw);
  void command(std::uint64_t draw);
  void command_both(std::uint64_t draw);
  void disrupt(std::uint64_t draw);
  void send_some();
  [[nodiscard]] auto pick_link() -> const Link&;
  [[nodiscard]] auto pick_gateway() -> Gateway&;
  void tell(std::string_view what, const std::string& whom = {});
  void tell(std::string_view what, const Gateway& gateway, const std::string& whom = {});

  World& world_;
  const std::vector<Link>& links_;
  const Plan& plan_;
  test::SeededRandom& random_;
  NetworkOptions network_;
  std::vector<std::string> story_;
};

}  // namespace esplanade::sim
