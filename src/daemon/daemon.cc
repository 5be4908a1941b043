#include "daemon/daemon.h"

#include "crypto/openssl/provider.h"

#include "config/load.h"
#include "daemon/build_tables.h"
#include "daemon/by_hand/key_use.h"
#include "daemon/keying/policies.h"
#include "platform/capabilities.h"
#include "platform/clock.h"
#include "platform/files.h"
#include "platform/udp/source_address.h"

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
  return a.tun_name == b.tun_name && a.mtu == b.mtu && a.path_mtu == b.path_mtu &&
         a.path_mtu_age == b.path_mtu_age && a.fragmenting == b.fragmenting &&
         a.tcp_mss == b.tcp_mss && a.icmp_errors == b.icmp_errors &&
         a.icmp_error_check == b.icmp_error_check && a.cryptography == b.cryptography &&
         a.guard == b.guard && a.gateway == b.gateway && a.fwmark == b.fwmark &&
         a.table == b.table && a.priority == b.priority && a.ike_key_log == b.ike_key_log;
}

/// UDP ports of IKE and of ESP in UDP.
auto own_ports(const Configuration& configuration) -> std::vector<std::uint16_t> {
  auto ports = encap_ports(configuration);
  if (!configuration.connections.empty()) ports.push_back(configuration.ike.port);
  return ports;
}

auto as_tuple(const config::Ike& ike) {
  return std::tie(ike.retransmit_timeout, ike.retransmit_base, ike.retransmit_tries,
                  ike.half_open_timeout, ike.cookie_threshold, ike.block_threshold,
                  ike.half_open_limit, ike.window, ike.fragment_size, ike.keep_alive, ike.port,
                  ike.port_nat_t);
}

auto source_finder(const Configuration& configuration) -> SourceFinder {
  return [mark = configuration.dataplane.fwmark](const net::Address& theirs) {
    return platform::source_address_for(theirs, mark);
  };
}

auto inbound_spis(const Configuration& configuration) -> std::unordered_set<core::Spi> {
  std::unordered_set<core::Spi> spis;
  for (const auto& connection : configuration.manual) spis.insert(connection.in.spi);
  return spis;
}

auto groups_of(const Configuration& configuration) -> std::vector<net::Address> {
  std::vector<net::Address> groups;
  for (const auto& connection : configuration.manual) {
    if (connection.group) groups.push_back(connection.group->destination);
  }
  return groups;
}

auto ready_fields(const Configuration& configuration, const std::string& tun, std::uint16_t mtu)
    -> Fields {
  return {{"connections",
           std::uint64_t{configuration.manual.size() + configuration.connections.size()}},
          {"tun", tun},
          {"mtu", std::uint64_t{mtu}}};
}

}  // namespace

Daemon::Daemon(const RunOptions& options, Log& log, asio::io_context& context)
    : options_(options),
      log_(log),
      context_(context),
      guarding_(log),
      key_log_(log),
      book_(crypto::openssl::provider()) {}

auto Daemon::load() -> std::expected<Configuration, Failure> {
  platform::Files files;
  auto configuration = config::load(options_.config_path, files);
  if (!configuration) return failure_of(configuration.error());
  if (auto done = open_book(*configuration); !done) return std::unexpected(done.error());
  const auto used = refuse_used_keys(*configuration, running_, book_);
  if (!used.empty()) return failure_of(used);
  for (const auto& [place, line, what, hint, severity] : configuration->warnings) {
    log_.warning("configuration", {{"file", place.file},
                                   {"line", std::uint64_t{place.line}},
                                   {"what", what},
                                   {"hint", hint}});
  }
  return *std::move(configuration);
}

auto Daemon::open_raw_ports(iana::IpProtocol protocol, const Configuration& configuration)
    -> std::expected<RawPorts, Failure> {
  const auto mark = configuration.dataplane.fwmark;
  auto ipv4 = TRY(checked(platform::RawPort::open(protocol, net::Family::ipv4, mark)));
  auto ipv6 = platform::RawPort::open(protocol, net::Family::ipv6, mark);
  if (!ipv6 && needs_ipv6(configuration)) return failure_of(ipv6.error());
  return RawPorts{std::move(ipv4), ipv6 ? *std::move(ipv6) : nullptr};
}

auto Daemon::open_error_ports(const config::Dataplane& settings) const
    -> std::expected<RawPorts, Failure> {
  RawPorts ports;
  if (settings.icmp_errors == config::IcmpErrors::ignore) return ports;
  ports.ipv4 = TRY(checked(platform::RawPort::open_errors(net::Family::ipv4, settings.fwmark)));
  if (!has_ipv6_) return ports;
  ports.ipv6 = TRY(checked(platform::RawPort::open_errors(net::Family::ipv6, settings.fwmark)));
  return ports;
}

auto Daemon::open_fixed_ports(const Configuration& configuration)
    -> std::expected<FixedPorts, Failure> {
  const auto& settings = configuration.dataplane;
  tun_mtu_ = settings.mtu.value_or(mtu_without_sas);
  auto tun = TRY(checked(platform::Tun::open(settings.tun_name, tun_mtu_)));
  auto esp = TRY(open_raw_ports(iana::IpProtocol::esp, configuration));
  auto ah = TRY(open_raw_ports(iana::IpProtocol::ah, configuration));
  auto clear = TRY(open_raw_ports(platform::RawPort::any_protocol, configuration));
  has_ipv6_ = esp.ipv6 && ah.ipv6 && clear.ipv6;
  auto errors = TRY(open_error_ports(settings));
  auto crossing = TRY(open_crossing(settings));
  return FixedPorts{.tun = std::move(tun),
                    .esp = std::move(esp),
                    .ah = std::move(ah),
                    .clear = std::move(clear),
                    .errors = std::move(errors),
                    .crossing = std::move(crossing)};
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
      build_tables(configuration, running_, cryptography_->provider, platform::monotonic_now());
  if (!tables) {
    const auto reason = core::name_of(tables.error().code);
    return std::unexpected(Failure{Exit::failed, fmt::format("cannot make an SA: {}", reason)});
  }
  append_keyed(configuration, source_finder(configuration), tables->spd);
  auto generation = std::make_shared<Generation>();
  generation->tables = *std::move(tables);
  generation->largest_packets = largest_packets(generation->tables.sad);
  for (const auto number : generation->tables.encap_ports) {
    generation->udp_ports.push_back(TRY(udp_port(number, configuration.dataplane.fwmark)));
  }
  return generation;
}

auto Daemon::fixed_routes(const Configuration& configuration) const -> platform::RoutePlan {
  auto plan = route_plan(configuration);
  const auto more = routes_for(configuration.connections, source_finder(configuration));
  plan.insert(plan.end(), more.begin(), more.end());
  return plan;
}

/// Its port may be one that only a start has the privilege to take.
auto Daemon::ike_socket(const Configuration& configuration)
    -> std::expected<std::unique_ptr<platform::IkeSocket>, Failure> {
  if (configuration.connections.empty() || (keying_ && keying_->is_listening())) return nullptr;
  auto socket = platform::IkeSocket::open(configuration.ike.port, configuration.dataplane.fwmark);
  if (socket || !keying_) return checked(std::move(socket));
  const auto why = socket.error().to_string();
  return std::unexpected(
      Failure{Exit::failed, why + ": the first connection with IKE needs a restart"});
}

auto Daemon::go_public(const Configuration& configuration) -> Outcome {
  const auto plan = fixed_routes(configuration);
  if (auto done = key_log_.follow(configuration, running_); !done) return done;
  if (auto done = guarding_.enforce(guard_rules(generation_->tables.spd, nullptr)); !done) {
    return done;
  }
  if (auto done = checked(routes_->install(plan)); !done) return done;
  if (auto done = checked(memberships_.follow(groups_of(configuration))); !done) return done;
  if (auto done = checked(record_keys_as_used(configuration)); !done) return done;
  if (auto done = begin_numbers(configuration, *generation_); !done) return done;
  if (auto done = checked(platform::drop_to({CAP_NET_ADMIN, CAP_NET_RAW})); !done) return done;
  return checked(routes_->replace(plan));  // what a crashed predecessor left goes now
}

auto Daemon::choose_cryptography(crypto::Library wanted) -> Outcome {
  auto choice = crypto::choose(wanted);
  if (!choice) {
    return std::unexpected(Failure{Exit::failed, "dataplane: cryptography: " + choice.error()});
  }
  cryptography_.emplace(*std::move(choice));
  log_.info(cryptography_->line);
  return {};
}

auto Daemon::start() -> Outcome {
  auto configuration = TRY(load());
  if (auto done = choose_cryptography(configuration.dataplane.cryptography); !done) return done;
  inbox_ = std::make_unique<Inbox>(TRY(checked(platform::Wakeup::make())));
  auto ports = TRY(open_fixed_ports(configuration));
  auto netlink = TRY(checked(platform::Netlink::open()));
  auto poller = TRY(checked(platform::Poller::make()));
  auto socket = TRY(ike_socket(configuration));
  generation_ = TRY(make_generation(configuration));
  if (auto done = guarding_.open(configuration.dataplane); !done) return done;
  guarding_.know(ports.tun->name(), own_ports(configuration));
  routes_ = std::make_unique<platform::Routes>(
      std::move(netlink), routing_settings(configuration.dataplane, *ports.tun));

  if (auto done = go_public(configuration); !done) {
    key_log_.discard();
    guarding_.abandon();
    routes_->abandon();
    return done;
  }
  tun_name_ = ports.tun->name();
  tun_index_ = ports.tun->index();
  fit_tun(configuration.dataplane, *generation_);
  worker_ = std::make_unique<Worker>(std::move(ports), std::move(poller), generation_, *inbox_,
                                     configuration.dataplane.fwmark);
  follow_addresses();
  worker_->start();
  running_ = std::move(configuration);
  begin_keying(std::move(socket));
  begin_control();
  log_.info("ready", ready_fields(running_, tun_name_, tun_mtu_));
  return {};
}

void Daemon::begin_keying(std::unique_ptr<platform::IkeSocket> socket) {
  const KeyingParts parts{*worker_, *routes_, *inbox_, key_log_, log_, cryptography_->provider};
  keying_ = std::make_unique<Keying>(context_, parts, running_);
  if (socket) keying_->listen(std::move(socket));
  core::ensure(keying_->driver().spis().avoid(inbound_spis(running_)));
  keying_->driver().routes().set_plan(fixed_routes(running_));
  keying_->configure(running_);
}

auto Daemon::refuse_replacement(const Configuration& configuration) -> Outcome {
  const auto refuse = [](const char* why) -> Outcome {
    return std::unexpected(Failure{Exit::bad_usage, why});
  };
  if (!has_same_fixed_settings(configuration.dataplane, running_.dataplane)) {
    return refuse(
        "dataplane: tun, mtu, path_mtu, path_mtu_age, fragment_before, tcp_mss, icmp_errors, "
        "icmp_error_check, cryptography, guard, gateway, fwmark, table, priority and ike_key_log "
        "need a restart "
        "to change");
  }
  if (as_tuple(configuration.ike) != as_tuple(running_.ike)) {
    return refuse("ike: its settings need a restart to change");
  }
  if (!keying_->driver().spis().avoid(inbound_spis(configuration))) {
    return refuse("manual: the SPI of an inbound SA is in use by one that IKE has made");
  }
  return {};
}

auto Daemon::replace(Configuration configuration) -> Outcome {
  if (auto done = refuse_replacement(configuration); !done) return done;
  auto socket = TRY(ike_socket(configuration));
  auto generation = TRY(make_generation(configuration));
  if (auto done = key_log_.follow(configuration, running_); !done) return done;
  const auto children = keying_->driver().routes().all();
  const auto with_children = [&](platform::RoutePlan plan) {
    plan.insert(plan.end(), children.begin(), children.end());
    return plan;
  };
  const auto* const sas = &keying_->driver().children();
  guarding_.know(tun_name_, own_ports(configuration));
  auto done = guarding_.enforce(guard_rules(generation->tables.spd, sas));
  if (done) done = checked(routes_->replace(with_children(fixed_routes(configuration))));
  if (done) done = checked(memberships_.follow(groups_of(configuration)));
  if (done) done = checked(record_keys_as_used(configuration));
  if (done) done = begin_numbers(configuration, *generation);
  if (!done) {
    guarding_.know(tun_name_, own_ports(running_));
    (void)guarding_.enforce(guard_rules(generation_->tables.spd, sas));
    (void)memberships_.follow(groups_of(running_));
    (void)routes_->replace(with_children(fixed_routes(running_)));
    return done;
  }
  fit_tun(configuration.dataplane, *generation);
  worker_->adopt(generation);
  generation_ = std::move(generation);
  running_ = std::move(configuration);
  lifetimes_.restart();
  keep_alives_.restart();
  if (socket) keying_->listen(std::move(socket));
  keying_->driver().routes().set_plan(fixed_routes(running_));
  keying_->configure(running_);
  return {};
}

void Daemon::reload() {
  if (has_failed()) return;  // about to end
  auto configuration = load();
  auto outcome = configuration ? replace(*std::move(configuration))
                               : Outcome(std::unexpected(configuration.error()));
  if (outcome) {
    log_.info("reloaded", {{"connections",
                            std::uint64_t{running_.manual.size() + running_.connections.size()}}});
  } else {
    (void)keying_->driver().spis().avoid(inbound_spis(running_));
    log_.error("reload_refused", {{"why", outcome.error().why}});
  }
}

void Daemon::stop() {
  if (!worker_) return;
  control_.reset();
  keying_->close();
  worker_->stop();
  if (auto done = book_.close(running_, generation_->tables); !done) {
    log_.error("sequence_numbers", {{"why", done.error().to_string()}});
  }
  log_notices();
  log_status();
  if (auto removed = routes_->remove(); !removed) {
    log_.error("stop", {{"why", removed.error().to_string()}});
  }
  guarding_.stop(running_.dataplane);
  keying_.reset();  // waits for a fetch that is under way
  worker_.reset();
  log_.info("stopped");
}

}  // namespace esplanade::daemon
