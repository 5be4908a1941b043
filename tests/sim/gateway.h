// One gateway of the simulation: a real ike::Endpoint, and a data plane that remembers what was
// installed.
#pragma once

#include "crypto/openssl/provider.h"
#include "ike/endpoint.h"
#include "tests/support/random.h"

#include <map>
#include <set>

namespace esplanade::sim {

/// A pair of SAs as the data plane holds it.
struct InstalledChild {
  policy::PolicyId policy{};
  std::shared_ptr<const sa::SaParameters> inbound, outbound;
  bool is_active = false;
};

class Gateway final : public ike::SpiSource, public ike::SourceAddresses {
 public:
  Gateway(net::Address address, std::uint64_t seed, ike::EndpointOptions options)
      : address_(address), options_(options), random_(seed),
        endpoint_(std::make_unique<ike::Endpoint>(options)) {}

  [[nodiscard]] auto address() const -> const net::Address& { return address_; }
  [[nodiscard]] auto endpoint() -> ike::Endpoint& { return *endpoint_; }
  [[nodiscard]] auto next_deadline() const -> std::optional<core::Time> {
    return endpoint_->next_deadline();
  }
  [[nodiscard]] auto children() const -> const std::map<ike::ChildId, InstalledChild>& {
    return children_;
  }
  [[nodiscard]] auto notices() const -> const std::vector<ike::Notice>& { return notices_; }
  [[nodiscard]] auto count(std::string_view event) const -> std::size_t;
  /// Policies whose held packets were dropped.
  [[nodiscard]] auto dropped() const -> const std::vector<policy::PolicyId>& { return dropped_; }
  [[nodiscard]] auto reserved() const -> const std::set<core::Spi>& { return spis_; }

  /// The child that packets of this policy leave by now; nullptr: they are held or dropped.
  [[nodiscard]] auto carrier(policy::PolicyId policy) const -> const InstalledChild*;
  /// Takes ESP for this SPI?
  [[nodiscard]] auto takes(core::Spi inbound) const -> bool;

  void configure(std::vector<policy::ConnectionPtr> connections,
                 std::shared_ptr<const policy::Credentials> credentials, core::Time now,
                 core::WallTime wall);
  void handle(const ike::Event& event, core::Time now, core::WallTime wall);
  /// As after kill -9: everything is forgotten, the configuration comes again.
  void restart(core::Time now, core::WallTime wall);

  /// What is to be sent since it was last asked.
  [[nodiscard]] auto take_sent() -> std::vector<ike::Send> { return std::exchange(sent_, {}); }
  [[nodiscard]] auto random() -> test::SeededRandom& { return random_; }

  // SpiSource
  [[nodiscard]] auto reserve(core::Random& random) -> core::Spi override;
  void release(core::Spi spi) override { spis_.erase(spi); }
  // SourceAddresses
  [[nodiscard]] auto source_for(const net::Address&) -> std::optional<net::Address> override {
    return address_;
  }

  /// All keys that were ever installed outbound, to see that none comes twice.
  std::set<std::string> outbound_keys;
  bool has_reused_key = false;

 private:
  void perform(ike::Actions actions);
  [[nodiscard]] auto env(core::Time now, core::WallTime wall) -> ike::Env;

  net::Address address_;
  ike::EndpointOptions options_;
  test::SeededRandom random_;
  std::unique_ptr<ike::Endpoint> endpoint_;
  std::vector<policy::ConnectionPtr> connections_;
  std::shared_ptr<const policy::Credentials> credentials_;
  std::map<ike::ChildId, InstalledChild> children_;
  std::vector<ike::ChildId> order_;  ///< of activation
  std::set<core::Spi> spis_;
  std::vector<ike::Send> sent_;
  std::vector<ike::Notice> notices_;
  std::vector<policy::PolicyId> dropped_;
};

}  // namespace esplanade::sim
