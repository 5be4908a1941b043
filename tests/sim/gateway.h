// One gateway of the simulation: a real ike::Endpoint, and a data plane that has everything of one
// but the cryptography.
#pragma once

#include "crypto/openssl/provider.h"
#include "ike/endpoint.h"
#include "tests/sim/data_plane.h"
#include "tests/support/random.h"

namespace esplanade::sim {

struct Clock {
  core::Time now;
  core::WallTime wall;
};

/// What a gateway told, and when.
struct Told {
  core::Time at;
  ike::Notice notice;
};
/// "12.345 ike_closed connection=gw ..."; seconds since `origin`.
[[nodiscard]] auto to_text(const Told& told, core::Time origin) -> std::string;

class Gateway final : public ike::SpiSource, public ike::SourceAddresses {
 public:
  Gateway(net::Address address, std::uint64_t seed, ike::EndpointOptions options)
      : address_(address),
        options_(options),
        random_(seed),
        endpoint_(std::make_unique<ike::Endpoint>(options)) {}

  [[nodiscard]] auto address() const -> const net::Address& { return address_; }
  [[nodiscard]] auto endpoint() const -> const ike::Endpoint& { return *endpoint_; }
  [[nodiscard]] auto data() -> DataPlane& { return data_; }
  [[nodiscard]] auto data() const -> const DataPlane& { return data_; }
  [[nodiscard]] auto connections() const -> const std::vector<policy::ConnectionPtr>& {
    return connections_;
  }
  [[nodiscard]] auto credentials() const -> std::shared_ptr<const policy::Credentials> {
    return credentials_;
  }
  [[nodiscard]] auto next_deadline() const -> std::optional<core::Time> {
    return endpoint_->next_deadline();
  }
  [[nodiscard]] auto children() const -> const std::map<ike::ChildId, InstalledChild>& {
    return data_.children();
  }
  [[nodiscard]] auto carrier(policy::PolicyId policy) const -> const InstalledChild* {
    return data_.carrier(policy);
  }
  [[nodiscard]] auto takes(core::Spi inbound) const -> bool { return data_.takes(inbound); }
  [[nodiscard]] auto dropped() const { return data_.dropped(); }
  [[nodiscard]] auto told() const -> const std::vector<Told>& { return told_; }
  [[nodiscard]] auto count(std::string_view event) const -> std::size_t;
  [[nodiscard]] auto reserved() const -> const std::set<core::Spi>& { return spis_; }
  /// Rows of the IKE key log, where the options ask for them.
  [[nodiscard]] auto key_rows() const -> const std::vector<std::string>& { return key_rows_; }

  void configure(std::vector<policy::ConnectionPtr> connections,
                 std::shared_ptr<const policy::Credentials> credentials, const Clock& clock);
  void handle(const ike::Event& event, const Clock& clock);
  void close_all(const Clock& clock);
  /// As after kill -9: everything is forgotten, the configuration comes again.
  void restart(const Clock& clock);

  /// What is to be sent since it was last asked.
  [[nodiscard]] auto take_sent() { return std::exchange(sent_, {}); }
  /// Keys that were installed outbound since it was last asked.
  [[nodiscard]] auto take_keys() { return std::exchange(new_keys_, {}); }
  /// Actions of the last event, but for notices.
  [[nodiscard]] auto last_actions() const -> std::size_t { return last_actions_; }
  void use(crypto::Provider& provider) { provider_ = &provider; }

  // SpiSource
  [[nodiscard]] auto reserve(core::Random& random) -> core::Spi override;
  void release(core::Spi spi) override { core::ensure(spis_.erase(spi) == 1); }
  // SourceAddresses
  [[nodiscard]] auto source_for(const net::Address&) -> std::optional<net::Address> override {
    return address_;
  }

 private:
  void perform(ike::Actions actions);
  void perform_one(ike::Action& action);
  [[nodiscard]] auto env(const Clock& clock) -> ike::Env;

  net::Address address_;
  ike::EndpointOptions options_;
  test::SeededRandom random_;
  crypto::Provider* provider_ = &crypto::openssl::provider();
  std::unique_ptr<ike::Endpoint> endpoint_;
  std::vector<policy::ConnectionPtr> connections_;
  std::shared_ptr<const policy::Credentials> credentials_;
  DataPlane data_;
  std::set<core::Spi> spis_;
  std::vector<ike::Send> sent_;
  std::vector<std::string> new_keys_, key_rows_;
  std::vector<Told> told_;
  core::Time now_{};
  std::size_t last_actions_ = 0;
};

}  // namespace esplanade::sim
