#include "bench/ike/scene.h"

#include "bench/ike/arithmetic.h"
#include "core/endian.h"

#include <fmt/format.h>
#include <algorithm>

namespace esplanade::bench {
namespace {

using namespace std::chrono_literals;

/// Handshakes at once: below the threshold from which cookies are asked for.
constexpr std::size_t in_flight = 16;
/// Handshakes between two looks at the clock.
constexpr std::size_t per_slice = 240;

const auto gateway = *net::Address::parse("192.0.2.1");

auto peer_address(std::uint32_t number) -> net::Address {
  std::array<std::byte, 4> octets;
  core::store_be(0x0a000000 + number + 1, core::MutableView(octets), 0);  // 10.0.0.1 and on
  return net::Address(octets);
}

auto only(const net::Address& address) -> std::vector<policy::PeerAddress> {
  return {{.text = address.to_string(), .range = net::Range(address, address)}};
}

auto fqdn(std::string_view text) -> policy::Identity { return *policy::Identity::parse(text); }

auto ike_proposals() -> std::vector<sa::Proposal> {
  return {{.number = 0,
           .protocol = iana::SecurityProtocol::ike,
           .spi = {},
           .transforms = {sa::transform(iana::EncryptionId::encr_aes_gcm_16, 128),
                          sa::transform(iana::PrfId::prf_hmac_sha2_256),
                          sa::transform(iana::KeyExchangeId::curve25519)}}};
}

auto esp_proposals() -> std::vector<sa::Proposal> {
  return {{.number = 0,
           .protocol = iana::SecurityProtocol::esp,
           .spi = {},
           .transforms = {sa::transform(iana::EncryptionId::encr_aes_gcm_16, 128),
                          sa::transform(iana::SequenceNumbersId::sequential_32_bit)}}};
}

/// With the times of swanctl.conf(5), so that deadlines are kept as in earnest.
auto connection(std::string name) -> std::shared_ptr<policy::Connection> {
  auto made = std::make_shared<policy::Connection>();
  made->name = std::move(name);
  made->proposals = ike_proposals();
  made->rekey_time = 4h;
  made->over_time = 24min;
  made->rand_time = 24min;
  made->dpd_delay = 5min;
  made->local.kind = policy::AuthKind::psk;
  made->remote.kind = policy::AuthKind::psk;
  policy::ChildPolicy child;
  child.name = "net";
  child.policy = policy::PolicyId{1};
  child.proposals = esp_proposals();
  child.limits = {.rekey_time = 1h, .life_time = 66min, .rand_time = 6min};
  made->children.push_back(std::move(child));
  return made;
}

auto selector(std::string_view range) -> policy::SelectorTemplate {
  return {.addresses = *net::Range::parse(range), .protocol = {}, .ports = {}};
}

/// The peer's own address, whatever it is.
auto dynamic() -> policy::SelectorTemplate {
  return {.addresses = std::nullopt, .protocol = {}, .ports = {}};
}

auto peer_connection(std::uint32_t number) -> policy::ConnectionPtr {
  auto made = connection(fmt::format("peer-{}", number));
  made->ours = only(peer_address(number));
  made->theirs = only(gateway);
  made->local.id = fqdn(fmt::format("peer-{}.example", number));
  made->remote.id = fqdn("gateway.example");
  made->children.front().ours = {dynamic()};
  made->children.front().theirs = {selector("172.16.0.0/12")};
  return made;
}

auto gateway_connection() -> policy::ConnectionPtr {
  auto made = connection("everybody");
  made->ours = only(gateway);
  made->local.id = fqdn("gateway.example");
  made->children.front().ours = {selector("172.16.0.0/12")};
  made->children.front().theirs = {dynamic()};
  return made;
}

auto credentials() -> std::shared_ptr<const policy::Credentials> {
  auto made = std::make_shared<policy::Credentials>();
  made->secrets.push_back(
      {.name = "ike",
       .owners = {},
       .secret = policy::PskSecret{core::as_view("a secret that all of them share")}});
  return made;
}

}  // namespace

Scene::Scene(std::uint32_t peers)
    : peers_(peers), initiator_(peer_address(0), 1), responder_(gateway, 2) {
  std::vector<policy::ConnectionPtr> calling;
  for (std::uint32_t i = 0; i < peers; ++i) {
    calling.push_back(peer_connection(i));
    names_.push_back(calling.back()->name);
  }
  connections_ = calling;
  connections_.push_back(gateway_connection());
  initiator_.configure(std::move(calling), credentials(), now_);
  responder_.configure({connections_.back()}, credentials(), now_);
}

auto Scene::establish() -> std::vector<Slice> {
  std::vector<Slice> slices;
  for (auto left = std::span<const std::string>(names_); !left.empty();) {
    const auto size = std::min(left.size(), per_slice);
    for (std::size_t at = 0; at < size; at += in_flight) {
      initiator_.initiate(left.subspan(at, std::min(in_flight, size - at)), now_);
      exchange_all();
    }
    const auto count = static_cast<core::Duration::rep>(size);
    slices.push_back({.initiator = initiator_.take_cpu() / count,
                      .responder = responder_.take_cpu() / count,
                      .arithmetic = time_arithmetic()});
    left = left.subspan(size);
  }
  ensure_established();
  return slices;
}

auto Scene::settle() -> Slice {
  const auto end = now_ + 10s;
  while (true) {
    const auto ours = initiator_.next_deadline();
    const auto theirs = responder_.next_deadline();
    core::ensure(ours && theirs);
    const auto next = std::min(*ours, *theirs);
    if (next > end) break;
    now_ = std::max(now_, next);
    if (*ours <= now_) initiator_.tick(now_);
    if (*theirs <= now_) responder_.tick(now_);
    exchange_all();
  }
  ensure_established();
  const core::Duration::rep count = peers_;
  return {.initiator = initiator_.take_cpu() / count,
          .responder = responder_.take_cpu() / count,
          .arithmetic = time_arithmetic()};
}

/// Until nobody has anything to say.
void Scene::exchange_all() {
  while (true) {
    auto to_responder = initiator_.take_sent();
    auto to_initiator = responder_.take_sent();
    if (to_responder.empty() && to_initiator.empty()) return;
    responder_.receive(std::move(to_responder), now_);
    initiator_.receive(std::move(to_initiator), now_);
  }
}

/// A benchmark of handshakes that fail would look splendid.
void Scene::ensure_established() const {
  ensure_children(peers_);
  for (const auto* end : {&initiator_, &responder_}) {
    const auto status = end->status();
    core::ensure(status.size() == peers_);
    for (const auto& session : status) {
      core::ensure(session.state == "established" && session.children.size() == 1 &&
                   session.children.front().state == "installed");
    }
  }
}

void Scene::ensure_children(std::uint64_t count) const {
  core::ensure(initiator_.children() == count && responder_.children() == count);
}

auto Scene::measure_memory() -> Memory {
  return {.initiator = static_cast<double>(initiator_.destroy()) / peers_,
          .responder = static_cast<double>(responder_.destroy()) / peers_};
}

}  // namespace esplanade::bench
