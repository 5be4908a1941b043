#include "tests/explain/stage.h"

#include "core/endian.h"
#include "daemon/log.h"
#include "net/ipv4.h"
#include "net/udp.h"
#include "platform/capture.h"
#include "platform/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace esplanade::explain_test {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

constexpr auto delay = 5ms;
constexpr auto length = 200s;
constexpr std::uint16_t ike_port = 500;
constexpr std::size_t marker_size = 4;  // RFC 3948, 2.2

auto options_of(const config::Configuration& configuration) -> ike::EndpointOptions {
  ike::EndpointOptions options;
  options.fragment_size = configuration.ike.fragment_size;
  options.retransmit_jitter = 0.0;
  options.logs_keys = true;
  return options;
}

auto load(const std::string& path) -> config::Configuration {
  platform::Files files;
  auto loaded = config::load(path, files);
  if (!loaded) throw std::runtime_error(loaded.error().front().to_string());
  return *std::move(loaded);
}

/// The IP packet that carries it.
auto packet_of(const ike::Send& datagram) -> core::Bytes {
  const auto& [path, message] = datagram;
  const auto marker = path.ours.port == ike_port ? 0 : marker_size;
  const auto upper = net::udp_header_size + marker + message.size();
  core::Bytes packet(net::ipv4_min_header + upper);
  const auto out = std::span(packet);
  net::write_ipv4(out.first<net::ipv4_min_header>(),
                  {.src = path.ours.address,
                   .dst = path.theirs.address,
                   .protocol = iana::IpProtocol::udp,
                   .payload_length = static_cast<std::uint16_t>(upper)});
  net::write_udp(out.subspan<net::ipv4_min_header, net::udp_header_size>(), path.ours.port,
                 path.theirs.port, static_cast<std::uint16_t>(marker + message.size()));
  std::ranges::copy(message, packet.end() - static_cast<std::ptrdiff_t>(message.size()));
  return packet;
}

/// ESP as a capture shows it: nobody looks inside.
auto esp_packet(const net::Address& from, const net::Address& dest, std::uint32_t number)
    -> core::Bytes {
  constexpr std::size_t size = 64;
  core::Bytes packet(net::ipv4_min_header + size);
  const auto out = std::span(packet);
  net::write_ipv4(
      out.first<net::ipv4_min_header>(),
      {.src = from, .dst = dest, .protocol = iana::IpProtocol::esp, .payload_length = size});
  core::store_be(std::uint32_t{0xc0de0001}, core::MutableView(packet), net::ipv4_min_header);
  core::store_be(number, core::MutableView(packet), net::ipv4_min_header + 4);
  return packet;
}

/// A packet's first or last piece: its header, with these flags and this offset, before `part`.
auto piece_of(core::View packet, core::View part, std::uint16_t flags_and_offset) -> core::Bytes {
  const auto src = net::Address{packet.subspan<12, 4>()};
  const auto dst = net::Address{packet.subspan<16, 4>()};
  core::Bytes piece(net::ipv4_min_header + part.size());
  net::write_ipv4(std::span(piece).first<net::ipv4_min_header>(),
                  {.src = src,
                   .dst = dst,
                   .protocol = iana::IpProtocol::udp,
                   .payload_length = static_cast<std::uint16_t>(part.size())});
  core::store_be(flags_and_offset, core::MutableView(piece), 6);
  // The header's sum was right with zero there (RFC 1624).
  const auto before = core::load_be<std::uint16_t>(core::View(piece), 10);
  const auto sum =
      static_cast<std::uint32_t>(static_cast<std::uint16_t>(~before)) + flags_and_offset;
  core::store_be(static_cast<std::uint16_t>(~((sum & 0xffffU) + (sum >> 16U))),
                 core::MutableView(piece), 10);
  core::copy(part, core::MutableView(piece).subspan(net::ipv4_min_header));
  return piece;
}

/// The number in a rule, or nothing if it is another rule.
auto number_in(const std::string& rule, std::string_view before, std::string_view behind)
    -> std::optional<int> {
  if (!rule.starts_with(before) || !rule.ends_with(behind)) return std::nullopt;
  return std::stoi(rule.substr(before.size()));
}

auto word_of(ike::Level level) -> std::string_view {
  return level == ike::Level::error ? "error" : "warning";
}

}  // namespace

// --- one end -------------------------------------------------------------------------------------

Player::Player(net::Address address, std::uint64_t seed, const config::Configuration& configuration)
    : address_(address), random_(seed), endpoint_(options_of(configuration)) {}

auto Player::wall(core::Time now) const -> core::WallTime {
  return {now.since_origin + 1'780'268'400s + clock_error};  // 2026-06-01 00:00:00 UTC at one hour
}

void Player::configure(const config::Configuration& configuration, core::Time now) {
  ike::Env env{.now = now,
               .wall = wall(now),
               .random = random_,
               .crypto = crypto::openssl::provider(),
               .spis = *this,
               .sources = *this};
  perform(endpoint_.configure(configuration.connections, configuration.credentials, env));
}

void Player::handle(const ike::Event& event, core::Time now) {
  ike::Env env{.now = now,
               .wall = wall(now),
               .random = random_,
               .crypto = crypto::openssl::provider(),
               .spis = *this,
               .sources = *this};
  perform(endpoint_.handle(event, env));
}

auto Player::reserve(core::Random& random) -> core::Spi {
  std::array<std::byte, 4> octets{};
  random.fill(octets);
  return core::Spi{core::load_be<std::uint32_t>(core::View(octets), 0) | 0x1000U};
}

void Player::perform(ike::Actions actions) {
  for (auto& action : actions) {
    std::visit(Overloaded{[&](ike::Send& a) { sent_.push_back(std::move(a)); },
                          [&](ike::Activate&) { has_child_ = true; },
                          [&](ike::LogKeys& a) { keys += a.row; },
                          [&](ike::Note& a) { note(a.notice); }, [](auto&) {}},
               action);
  }
}

void Player::note(const ike::Notice& notice) {
  if (notice.level == ike::Level::info) return;
  daemon::Fields fields;
  for (const auto& [key, value] : notice.fields) {
    // What number a session has is no news.
    if (key != "session") fields.push_back({key, value});
  }
  const auto line =
      fmt::format("{} {}\n", word_of(notice.level),
                  daemon::format_event(daemon::LogFormat::text, notice.event, fields));
  if (!log.contains(line)) log += line;
}

// --- both ----------------------------------------------------------------------------------------

Stage::Stage(const std::filesystem::path& folder, const Network& network) : folder_(folder) {
  const auto alice = load("alice.conf");
  const auto bob = load("bob.conf");
  players_[0] = std::make_unique<Player>(*net::Address::parse("192.0.2.1"), 1, alice);
  players_[1] = std::make_unique<Player>(*net::Address::parse("192.0.2.2"), 2, bob);
  for (const auto& rule : network) obey(rule);
  player(End::bob).configure(bob, now_);
  player(End::alice).configure(alice, now_);
}

void Stage::obey(const std::string& rule) {
  if (const auto port = number_in(rule, "bob drops UDP port ", "")) {
    dropped_port_ = static_cast<std::uint16_t>(*port);
  } else if (const auto size = number_in(rule, "the way drops packets above ", " octets")) {
    largest_ = static_cast<std::size_t>(*size);
  } else if (const auto slow = number_in(rule, "bob's clock is ", " days slow")) {
    player(End::bob).clock_error = -std::chrono::days(*slow);
  } else if (const auto fast = number_in(rule, "bob's clock is ", " days fast")) {
    player(End::bob).clock_error = std::chrono::days(*fast);
  } else if (rule == "the way drops ESP of bob") {
    drops_esp_of_bob_ = true;
  } else {
    throw std::runtime_error("no such rule of the network: " + rule);
  }
}

auto Stage::is_dropped(const ike::Send& datagram, std::size_t size) const -> bool {
  return size > largest_ || (dropped_port_ == datagram.path.theirs.port &&
                             datagram.path.theirs.address == player(End::bob).address());
}

/// The capture is taken at alice: it has what she sends, and what reaches her.
void Stage::collect(Player& from) {
  for (auto& datagram : from.take_sent()) {
    auto packet = packet_of(datagram);
    const bool is_lost = is_dropped(datagram, packet.size());
    const bool is_alices = &from == &player(End::alice);
    const auto at = player(End::alice).wall(now_);
    if (is_alices || !is_lost) record(at, std::move(packet));
    if (is_lost) continue;
    flying_.push({.arrival = now_ + delay, .number = ++launched_, .datagram = std::move(datagram)});
  }
}

/// As Ethernet carries it.
void Stage::record(core::WallTime at, core::Bytes packet) {
  constexpr std::size_t mtu = 1500;
  constexpr std::size_t share = 1480;
  constexpr std::uint16_t more_fragments = 0x2000;
  if (packet.size() <= mtu) return passed_.push_back({.at = at, .packet = std::move(packet)});
  const auto upper = core::View(packet).subspan(net::ipv4_min_header);
  for (std::size_t offset = 0; offset < upper.size(); offset += share) {
    const auto part = upper.subspan(offset, std::min(share, upper.size() - offset));
    const bool is_last = offset + share >= upper.size();
    const auto flags = static_cast<std::uint16_t>(offset / 8 | (is_last ? 0U : more_fragments));
    passed_.push_back({.at = at, .packet = piece_of(packet, part, flags)});
  }
}

void Stage::deliver(const Flying& flying) {
  const auto& [path, message] = flying.datagram;
  auto& to =
      path.theirs.address == player(End::bob).address() ? player(End::bob) : player(End::alice);
  to.handle(ike::Datagram{.path = {.ours = path.theirs, .theirs = path.ours}, .message = message},
            now_);
  collect(to);
}

void Stage::tick(core::Time now) {
  for (auto& one : players_) {
    const auto due = one->next_deadline();
    if (!due || *due > now) continue;
    one->handle(ike::Tick{}, now);
    collect(*one);
  }
}

void Stage::play() {
  player(End::alice).handle(ike::Initiate{.connection = "site", .child = {}}, now_);
  collect(player(End::alice));
  const auto end = now_ + length;
  while (true) {
    auto next = end;
    for (const auto& one : players_) next = std::min(next, one->next_deadline().value_or(end));
    const bool flies_first = !flying_.empty() && flying_.top().arrival <= next;
    if (!flies_first && next >= end) break;
    if (!flies_first) {
      now_ = std::max(now_, next);
      tick(now_);
      continue;
    }
    const auto flying = flying_.top();
    flying_.pop();
    now_ = std::max(now_, flying.arrival);
    deliver(flying);
  }
  if (drops_esp_of_bob_) pass_esp();
}

/// Alice's packets, each of which bob answers in vain.
void Stage::pass_esp() {
  if (!player(End::alice).has_child()) throw std::runtime_error("there is no child to carry ESP");
  for (std::uint32_t number = 1; number <= 10; ++number) {
    passed_.push_back(
        {.at = player(End::alice).wall(now_),
         .packet = esp_packet(player(End::alice).address(), player(End::bob).address(), number)});
  }
}

void Stage::write_capture() const {
  auto writer = platform::CaptureWriter::create("capture.pcap", platform::CaptureLink::raw_ip);
  if (!writer) throw std::runtime_error(writer.error().to_string());
  for (const auto& [at, packet] : passed_) writer->write(at, packet);
  if (!writer->flush()) throw std::runtime_error("the capture cannot be written");
  std::ofstream(folder_ / "ikev2_decryption_table") << player(End::alice).keys;
}

}  // namespace esplanade::explain_test
