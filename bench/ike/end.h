// One of the two ends: an ike::Endpoint with the world it needs, and the processor time it has
// used. What the data plane would take of its actions is counted and let go.
#pragma once

#include "ike/endpoint.h"
#include "tests/support/random.h"

#include <cstdint>
#include <vector>

namespace esplanade::bench {

class End final : public ike::SpiSource, public ike::SourceAddresses {
 public:
  explicit End(const net::Address& address, std::uint64_t seed)
      : address_(address), random_(seed), endpoint_(std::make_unique<ike::Endpoint>()) {}

  void configure(std::vector<policy::ConnectionPtr> connections,
                 std::shared_ptr<const policy::Credentials> credentials, core::Time now);
  void initiate(std::span<const std::string> connections, core::Time now);
  /// Each message as it would come from the wire.
  void receive(std::vector<ike::Send> messages, core::Time now);
  /// Serves deadlines up to `now`.
  void tick(core::Time now);

  [[nodiscard]] auto take_sent() -> std::vector<ike::Send> { return std::exchange(sent_, {}); }
  [[nodiscard]] auto next_deadline() const -> std::optional<core::Time> {
    return endpoint_->next_deadline();
  }
  [[nodiscard]] auto status() const -> std::vector<ike::SessionStatus> {
    return endpoint_->status();
  }
  /// Since it was last asked.
  [[nodiscard]] auto take_cpu() -> core::Duration { return std::exchange(cpu_, {}); }
  [[nodiscard]] auto children() const -> std::uint64_t { return children_; }
  /// Octets that are free again once the endpoint is gone with all it knows.
  [[nodiscard]] auto destroy() -> std::uint64_t;

  // SpiSource: the daemon's costs nothing to speak of, and neither shall this one.
  [[nodiscard]] auto reserve(core::Random&) -> core::Spi override { return core::Spi{++last_spi_}; }
  void release(core::Spi) override {}
  // SourceAddresses
  [[nodiscard]] auto source_for(const net::Address&) -> std::optional<net::Address> override {
    return address_;
  }

 private:
  [[nodiscard]] auto env(core::Time now) -> ike::Env;
  void perform(ike::Actions actions);

  net::Address address_;
  test::SeededRandom random_;
  std::unique_ptr<ike::Endpoint> endpoint_;
  std::vector<ike::Send> sent_;
  core::Duration cpu_{};
  std::uint32_t last_spi_ = 0xff;
  std::uint64_t children_ = 0;  ///< put in place and not removed
};

}  // namespace esplanade::bench
