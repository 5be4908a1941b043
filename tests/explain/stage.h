// IKE as two daemons have it, alice and bob, by the configurations of the manual: what each writes
// to its log, and a capture of what passed between them, with the keys.
//
//   Stage stage({.folder = "...", .network = {"bob drops UDP port 4500"}});
//   stage.play();
//   stage.log(End::bob); stage.write_capture();
//
// A virtual clock; everything follows from the configurations and the network.
#pragma once

#include "config/load.h"
#include "crypto/openssl/provider.h"
#include "ike/endpoint.h"
#include "tests/support/random.h"

#include <array>
#include <filesystem>
#include <queue>

namespace esplanade::explain_test {

using namespace std::chrono_literals;

enum class End : std::uint8_t { alice, bob };

/// What stands between them, each of: "bob drops UDP port N", "the way drops packets above N
/// octets", "bob's clock is N days slow", "bob's clock is N days fast", "the way drops ESP of bob".
using Network = std::vector<std::string>;

/// One end: an endpoint and the world it wants.
class Player final : public ike::SpiSource, public ike::SourceAddresses {
 public:
  Player(net::Address address, std::uint64_t seed, const config::Configuration& configuration);

  [[nodiscard]] auto address() const -> const net::Address& { return address_; }
  [[nodiscard]] auto next_deadline() const { return endpoint_.next_deadline(); }
  [[nodiscard]] auto has_child() const -> bool { return has_child_; }
  void configure(const config::Configuration& configuration, core::Time now);
  void handle(const ike::Event& event, core::Time now);
  [[nodiscard]] auto take_sent() -> std::vector<ike::Send> { return std::exchange(sent_, {}); }
  [[nodiscard]] auto wall(core::Time now) const -> core::WallTime;

  core::Duration clock_error{};
  std::string log;   ///< failures, as the daemon's text log has them without time; each once
  std::string keys;  ///< ikev2_decryption_table

  [[nodiscard]] auto reserve(core::Random& random) -> core::Spi override;
  void release(core::Spi) override {}
  [[nodiscard]] auto source_for(const net::Address&) -> std::optional<net::Address> override {
    return address_;
  }

 private:
  void perform(ike::Actions actions);
  void note(const ike::Notice& notice);

  net::Address address_;
  test::SeededRandom random_;
  ike::Endpoint endpoint_;
  std::vector<ike::Send> sent_;
  bool has_child_ = false;
};

class Stage {
 public:
  /// `folder` holds alice.conf and bob.conf. Throws where they are wrong.
  Stage(const std::filesystem::path& folder, const Network& network);

  /// Alice calls; minutes pass.
  void play();
  [[nodiscard]] auto log(End end) const -> const std::string& { return player(end).log; }
  /// capture.pcap and ikev2_decryption_table, in the folder.
  void write_capture() const;

 private:
  struct Flying {
    core::Time arrival;
    std::uint64_t number = 0;
    ike::Send datagram;
    [[nodiscard]] auto operator>(const Flying& other) const -> bool {
      return std::pair(arrival, number) > std::pair(other.arrival, other.number);
    }
  };
  struct Passed {
    core::WallTime at;
    core::Bytes packet;
  };

  [[nodiscard]] auto player(End end) const -> const Player& {
    return *players_[static_cast<std::size_t>(end)];
  }
  [[nodiscard]] auto player(End end) -> Player& { return *players_[static_cast<std::size_t>(end)]; }
  void obey(const std::string& rule);
  void collect(Player& from);
  void deliver(const Flying& flying);
  void tick(core::Time now);
  void pass_esp();
  void record(core::WallTime at, core::Bytes packet);
  [[nodiscard]] auto is_dropped(const ike::Send& datagram, std::size_t size) const -> bool;

  std::filesystem::path folder_;
  std::array<std::unique_ptr<Player>, 2> players_;
  core::Time now_{1h};
  std::priority_queue<Flying, std::vector<Flying>, std::greater<>> flying_;
  std::uint64_t launched_ = 0;
  std::vector<Passed> passed_;

  std::optional<std::uint16_t> dropped_port_;
  std::size_t largest_ = 65535;
  bool drops_esp_of_bob_ = false;
};

}  // namespace esplanade::explain_test
