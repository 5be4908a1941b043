#include "daemon/keying/driver.h"

#include "crypto/openssl/provider.h"
#include "platform/clock.h"

#include <fmt/format.h>

namespace esplanade::daemon {
namespace {

using namespace std::chrono_literals;

auto options_of(const config::Configuration& configuration) -> ike::EndpointOptions {
  const auto& from = configuration.ike;
  ike::EndpointOptions options;
  options.retransmit_first = from.retransmit_timeout;
  options.retransmit_base = from.retransmit_base;
  options.retransmit_tries = from.retransmit_tries;
  options.half_open_timeout = from.half_open_timeout;
  options.cookie_threshold = from.cookie_threshold;
  options.half_open_limit = from.half_open_limit;
  options.block_threshold = from.block_threshold;
  options.window = from.window;
  options.fragment_size = from.fragment_size;
  options.keep_alive = from.keep_alive;
  options.tells_invalid_selectors = from.tells_invalid_selectors;
  options.nat_traversal_port = from.port_nat_t;
  options.logs_keys = configuration.dataplane.ike_key_log.has_value();
  return options;
}

auto note_of(const pipeline::PathShrunk& shrunk) -> ike::Actions {
  ike::Actions actions;
  actions.emplace_back(
      ike::Note{{.level = ike::Level::info,
                 .event = "path_mtu",
                 .fields = {{"spi", fmt::format("{:#010x}", std::to_underlying(shrunk.outbound))},
                            {"dst", shrunk.theirs.to_string()},
                            {"mtu", std::to_string(shrunk.mtu)}}}});
  return actions;
}

auto note_of(const pipeline::IcmpErrorSeen& seen) -> ike::Actions {
  ike::Actions actions;
  actions.emplace_back(
      ike::Note{{.level = ike::Level::info,
                 .event = "icmp_error",
                 .fields = {{"from", seen.from.to_string()},
                            {"type", std::to_string(seen.type)},
                            {"code", std::to_string(seen.code)},
                            {"dst", seen.dst.to_string()},
                            {"protocol", std::to_string(std::to_underlying(seen.protocol))}}}});
  return actions;
}

auto event_of(const pipeline::SelectorMismatch& missed) -> ike::SelectorMismatch {
  const auto start = std::span(missed.start).first(missed.start_size);
  return {.inbound = missed.inbound, .start = {start.begin(), start.end()}};
}

auto one_address(const net::Address& address, const pipeline::Wanted& wanted,
                 std::uint16_t net::Ports::* port) -> sa::TrafficSelector {
  sa::TrafficSelector selector{net::Range{address, address}, wanted.protocol, {}};
  if (wanted.ports) selector.ports = {(*wanted.ports).*port, (*wanted.ports).*port};
  return selector;
}

}  // namespace

auto acquire_for(const pipeline::Wanted& wanted) -> ike::Acquire {
  return {.policy = wanted.policy,
          .ours = one_address(wanted.src, wanted, &net::Ports::src),
          .theirs = one_address(wanted.dst, wanted, &net::Ports::dst)};
}

Driver::Driver(World& world, ike::SourceAddresses& sources, crypto::Provider& cryptography,
               const config::Configuration& configuration)
    : sources_(sources),
      ike_port_(configuration.ike.port),
      endpoint_(options_of(configuration)),
      performer_(world, cryptography, configuration.dataplane) {}

auto Driver::env() -> ike::Env {
  return {.now = platform::monotonic_now(),
          .wall = platform::wall_now(),
          .random = random_,
          .crypto = crypto::openssl::provider(),
          .spis = spis_,
          .sources = sources_};
}

void Driver::configure(const config::Configuration& configuration) {
  auto lent = env();
  performer_.perform(
      endpoint_.configure(configuration.connections, configuration.credentials, lent), lent.now);
}

void Driver::handle(const ike::Event& event) {
  auto lent = env();
  performer_.perform(endpoint_.handle(event, lent), lent.now);
}

void Driver::look(Inbox& inbox) {
  while (inbox.take_message([this](const net::Path& path, core::View message) {
    handle(ike::Datagram{path, message});
  })) {
  }
  take_reports(inbox);
  for (const auto& event : performer_.children().look(platform::monotonic_now())) handle(event);
  const auto deadline = next_deadline();
  if (deadline && *deadline <= platform::monotonic_now()) handle(ike::Tick{});
}

void Driver::take_reports(Inbox& inbox) {
  const auto now = platform::monotonic_now();
  while (auto report = inbox.take_report()) {
    if (const auto* wanted = std::get_if<pipeline::Wanted>(&*report)) handle(acquire_for(*wanted));
    if (const auto* seen = std::get_if<pipeline::PeerSeenAt>(&*report)) {
      const bool is_news = performer_.children().admit_move(seen->inbound, now);
      if (is_news) handle(ike::PeerMoved{seen->inbound, seen->theirs});
    }
    if (const auto* shrunk = std::get_if<pipeline::PathShrunk>(&*report)) {
      performer_.perform(note_of(*shrunk), now);
    }
    if (const auto* error = std::get_if<pipeline::IcmpErrorSeen>(&*report)) {
      performer_.perform(note_of(*error), now);
    }
    if (const auto* missed = std::get_if<pipeline::SelectorMismatch>(&*report)) {
      handle(event_of(*missed));
    }
    if (auto* stray = std::get_if<pipeline::Stray>(&*report); stray && strays_.admit(now)) {
      // Outside UDP the answer goes between the IKE ports (RFC 7296, 1.5).
      if (stray->path.ours.port == 0) stray->path.ours.port = stray->path.theirs.port = ike_port_;
      handle(ike::StrayEsp{stray->path, stray->spi});
    }
  }
}

void Driver::close() {
  auto lent = env();
  performer_.perform(endpoint_.close_all(lent), lent.now);
}

}  // namespace esplanade::daemon
