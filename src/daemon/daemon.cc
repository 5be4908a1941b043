#include "daemon/daemon.h"

#include "config/load.h"
#include "crypto/openssl/provider.h"
#include "daemon/build_tables.h"
#include "daemon/key_use.h"
#include "daemon/status.h"
#include "platform/capabilities.h"
#include "platform/clock.h"
#include "platform/files.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::daemon {
namespace {

using config::Configuration;

auto needs_ipv6(const Configuration& configuration) -> bool {
  return std::ranges::any_of(configuration.manual, [](const auto& connection) {
    return connection.ours.family() == net::Family::ipv6;
  });
}

auto routing_settings(const config::Dataplane& dataplane, const platform::Tun& tun)
    -> platform::RoutingSettings {
  return {.table = dataplane.table,
          .fwmark = dataplane.fwmark,
          .priority = dataplane.priority,
          .tun_index = tun.index()};
}

/// Those that a running daemon cannot change.
auto has_same_fixed_settings(const config::Dataplane& a, const config::Dataplane& b) -> bool {
  return a.tun_name == b.tun_name && a.mtu == b.mtu && a.fwmark == b.fwmark && a.table == b.table &&
         a.priority == b.priority;
}

}  // namespace

auto Daemon::load() -> std::expected<Configuration, Failure> {
  platform::Files files;
  auto configuration = config::load(config_path_, files);
  if (!configuration) return failure_of(configuration.error());
  const auto used = refuse_used_keys(*configuration, running_);
  if (!used.empty()) return failure_of(used);
  return *std::move(configuration);
}

auto Daemon::open_fixed_ports(const Configuration& configuration)
    -> std::expected<FixedPorts, Failure> {
  const auto& settings = configuration.dataplane;
  auto tun = TRY(checked(platform::Tun::open(settings.tun_name, settings.mtu)));
  auto ipv4 = TRY(checked(platform::RawEspPort::open(net::Family::ipv4, settings.fwmark)));
  auto ipv6 = platform::RawEspPort::open(net::Family::ipv6, settings.fwmark);
  if (!ipv6 && needs_ipv6(configuration)) return failure_of(ipv6.error());
  has_ipv6_ = ipv6.has_value();
  return FixedPorts{std::move(tun), std::move(ipv4), has_ipv6_ ? *std::move(ipv6) : nullptr};
}

auto Daemon::udp_port(std::uint16_t number, std::uint32_t fwmark)
    -> std::expected<std::shared_ptr<platform::UdpEncapPort>, Failure> {
  if (generation_) {
    const auto& open = generation_->udp_ports;
    const auto found = std::ranges::find_if(open, [&](auto& p) { return p->port() == number; });
    if (found != open.end()) return *found;
  }
  return TRY(checked(platform::UdpEncapPort::open(number, fwmark)));
}

auto Daemon::make_generation(const Configuration& configuration)
    -> std::expected<std::shared_ptr<Generation>, Failure> {
  if (!has_ipv6_ && needs_ipv6(configuration)) {
    return std::unexpected(Failure{Exit::failed, "this system has no IPv6"});
  }
  auto tables =
      build_tables(configuration, running_, crypto::openssl::provider(), platform::monotonic_now());
  if (!tables) {
    const auto reason = core::name_of(tables.error().code);
    return std::unexpected(Failure{Exit::failed, fmt::format("cannot make an SA: {}", reason)});
  }
  auto generation = std::make_shared<Generation>();
  generation->tables = *std::move(tables);
  for (const auto number : generation->tables.encap_ports) {
    generation->udp_ports.push_back(TRY(udp_port(number, configuration.dataplane.fwmark)));
  }
  return generation;
}

auto Daemon::go_public(const Configuration& configuration) -> Outcome {
  const auto plan = route_plan(configuration);
  if (auto done = key_log_.follow(configuration, running_); !done) return done;
  if (auto done = checked(routes_->install(plan)); !done) return done;
  if (auto done = checked(record_keys_as_used(configuration)); !done) return done;
  if (auto done = checked(platform::drop_to({CAP_NET_ADMIN, CAP_NET_RAW})); !done) return done;
  return checked(routes_->replace(plan));  // what a crashed predecessor left goes now
}

auto Daemon::start() -> Outcome {
  auto configuration = TRY(load());
  auto ports = TRY(open_fixed_ports(configuration));
  auto netlink = TRY(checked(platform::Netlink::open()));
  auto poller = TRY(checked(platform::Poller::make()));
  generation_ = TRY(make_generation(configuration));
  routes_ = std::make_unique<platform::Routes>(
      std::move(netlink), routing_settings(configuration.dataplane, *ports.tun));

  if (auto done = go_public(configuration); !done) {
    key_log_.discard();
    routes_->abandon();
    return done;
  }
  const auto tun = ports.tun->name();
  worker_ = std::make_unique<Worker>(std::move(ports), std::move(poller), generation_, notices_);
  worker_->start();
  running_ = std::move(configuration);
  log_.info("ready", {{"connections", std::uint64_t{running_.manual.size()}},
                      {"tun", tun},
                      {"mtu", std::uint64_t{running_.dataplane.mtu}}});
  return {};
}

auto Daemon::replace(Configuration configuration) -> Outcome {
  if (!has_same_fixed_settings(configuration.dataplane, running_.dataplane)) {
    const auto* why = "dataplane: tun, mtu, fwmark, table and priority need a restart to change";
    return std::unexpected(Failure{Exit::bad_usage, why});
  }
  auto generation = TRY(make_generation(configuration));
  if (auto done = key_log_.follow(configuration, running_); !done) return done;
  auto done = checked(routes_->replace(route_plan(configuration)));
  if (done) done = checked(record_keys_as_used(configuration));
  if (!done) {
    (void)routes_->replace(route_plan(running_));
    return done;
  }
  worker_->adopt(generation);
  generation_ = std::move(generation);
  running_ = std::move(configuration);
  lifetimes_.restart();
  return {};
}

void Daemon::reload() {
  if (has_failed()) return;  // about to end
  auto configuration = load();
  auto outcome = configuration ? replace(*std::move(configuration))
                               : Outcome(std::unexpected(configuration.error()));
  if (outcome) {
    log_.info("reloaded", {{"connections", std::uint64_t{running_.manual.size()}}});
  } else {
    log_.error("reload_refused", {{"why", outcome.error().why}});
  }
}

void Daemon::stop() {
  if (!worker_) return;
  worker_->stop();
  log_notices();
  log_status();
  if (auto removed = routes_->remove(); !removed) {
    log_.error("stop", {{"why", removed.error().to_string()}});
  }
  worker_.reset();
  log_.info("stopped");
}

void Daemon::log_status() {
  for (const auto& line : sa_lines(running_, generation_->tables)) log_.info("sa", line);
  log_.info("totals", totals_line(worker_->outbound_verdicts(), worker_->inbound_verdicts()));
}

void Daemon::log_lifetimes() {
  const auto now = platform::monotonic_now();
  for (const auto& line : lifetimes_.look(running_, generation_->tables, now)) {
    log_.warning("lifetime", line);
  }
}

void Daemon::log_notices() {
  const auto now = platform::monotonic_now();
  while (const auto notice = notices_.take()) {
    if (limiter_.admit(now)) log_.warning("drop", fields_of(*notice));
  }
  limiter_.leave_out(notices_.lost() - std::exchange(lost_before_, notices_.lost()));
  if (const auto count = limiter_.take_left_out(now); count != 0) {
    log_.warning("drops_not_logged", {{"count", count}});
  }
}

}  // namespace esplanade::daemon
