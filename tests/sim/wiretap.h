// One who has the keys of every IKE SA (the endpoints must log them): reads what is sent, and
// writes what neither end would. For tests of what a peer may do that we do not.
#pragma once

#include "ike/keys/envelope.h"
#include "tests/sim/world.h"

namespace esplanade::sim {

struct Opened {
  ike::wire::Header header;
  ike::wire::Payloads payloads;
  bool is_clear = false;  ///< not in an SK payload

  [[nodiscard]] auto has(iana::NotifyType type) const -> bool {
    return ike::wire::find_notify(payloads, type) != nullptr;
  }
};

class Wiretap {
 public:
  explicit Wiretap(World& world) : world_(world) {}

  /// nullopt for what has no keys yet, and for a fragment.
  [[nodiscard]] auto open(core::View message) -> std::optional<Opened>;
  /// As the end that the header's I flag names would.
  [[nodiscard]] auto seal(const Opened& message) -> core::Bytes;
  /// Has `change` alter the payloads of a message on its way.
  void rewrite(const ike::Send& sent, const std::function<void(ike::wire::Payloads&)>& change);

  /// Records every message that can be opened from now on.
  void listen();
  [[nodiscard]] auto heard() const -> const std::vector<Opened>& { return heard_; }
  [[nodiscard]] auto count(iana::NotifyType type) const -> std::size_t;

 private:
  struct Keys {
    ike::keys::HalfKeys i, r;
  };
  [[nodiscard]] auto keys_of(const ike::wire::Header& header) -> const ike::keys::HalfKeys*;
  void learn(const std::string& row);

  World& world_;
  std::map<ike::IkeSpis, Keys> keys_;
  std::vector<Opened> heard_;
  test::SeededRandom random_{99};
  std::uint64_t counter_ = 1'000'000;
};

}  // namespace esplanade::sim
