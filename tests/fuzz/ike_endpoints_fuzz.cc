// Two endpoints and a world that the input governs, octet by octet:
//
//   an octet: bit 7 chooses the gateway, bits 0 to 3 what happens (see act()); operands follow
//   every datagram that is sent takes an octet: it arrives, is lost, doubled, damaged, or comes as
//   somebody with the keys has rewritten it
//
// In the end all connections are closed: whatever came before, neither end keeps anything.
#include "tests/sim/connections.h"
#include "tests/sim/invariants.h"
#include "tests/sim/wiretap.h"

namespace {

using namespace esplanade;
using namespace esplanade::sim;  // NOLINT(google-build-using-namespace)

/// The input, read from its beginning; zeroes behind its end.
class Tape {
 public:
  explicit Tape(core::View input) : input_(input) {}
  [[nodiscard]] auto more() const -> bool { return !input_.empty(); }
  auto octet() -> unsigned {
    if (input_.empty()) return 0;
    const auto first = std::to_integer<unsigned>(input_.front());
    input_ = input_.subspan(1);
    return first;
  }
  auto octets(std::size_t size) -> core::Bytes {
    const auto taken = input_.first(std::min(size, input_.size()));
    input_ = input_.subspan(taken.size());
    return {taken.begin(), taken.end()};
  }

 private:
  core::View input_;
};

auto options() -> ike::EndpointOptions {
  auto options = World::quick();
  options.logs_keys = true;
  options.window = 2;
  return options;
}

class Stage {
 public:
  explicit Stage(core::View input) : tape_(input), world_({}, options()), tap_(world_) {
    a_ = &world_.add("192.0.2.1");
    b_ = &world_.add("192.0.2.2");
    configure(*a_, {.name = "gw",
                    .our_address = "192.0.2.1",
                    .their_address = "192.0.2.2",
                    .our_id = "a",
                    .their_id = "b",
                    .children = {{}}});
    configure(*b_, {.name = "gw",
                    .our_address = "192.0.2.2",
                    .their_address = "192.0.2.1",
                    .our_id = "b",
                    .their_id = "a",
                    .children = {{.ours = "10.2.0.0/16", .theirs = "10.1.0.0/16"}}});
    world_.filter = [this](const ike::Send& sent) { return passes(sent); };
  }

  void play() {
    for (auto steps = 0; tape_.more() && steps < 100; ++steps) act(tape_.octet());
    world_.filter = [](const ike::Send&) { return true; };
    for (auto* gateway : {a_, b_}) world_.configure(*gateway, {}, make_credentials("none"));
    world_.run_for(1000s);
    core::ensure(leftovers(world_).empty());
    core::ensure(!world_.has_reused_key());
  }

 private:
  void configure(Gateway& gateway, const EndText& end) {
    auto connection = make_connection(end);
    connection->dpd_delay = 30s;
    connection->children.front().limits.rekey_time = 60s;
    connection->children.front().limits.life_time = 80s;
    world_.configure(gateway, {std::move(connection)}, make_credentials("secret"));
  }

  /// The fate of a datagram. What is delivered again does not come here.
  auto passes(const ike::Send& sent) -> bool {
    const auto fate = tape_.octet();
    switch (fate % 8) {
      case 1:  return false;
      case 2:  world_.inject(sent); return true;
      case 3:  damage(sent); return false;
      case 4:  rewrite(sent); return false;
      default: return true;
    }
  }

  void damage(ike::Send sent) {
    const auto at = tape_.octet() * 256 + tape_.octet();
    sent.message[at % sent.message.size()] ^= static_cast<std::byte>(tape_.octet() | 1U);
    world_.inject(std::move(sent));
  }

  /// With a payload more, of any type and content, before or behind the others, or one less.
  void rewrite(const ike::Send& sent) {
    auto opened = tap_.open(sent.message);
    if (!opened) return world_.inject(sent);
    const auto how = tape_.octet();
    auto& payloads = opened->payloads;
    if (how % 3 == 0 && !payloads.empty()) {
      payloads.erase(payloads.begin() + static_cast<std::ptrdiff_t>(how / 3 % payloads.size()));
    } else {
      const auto at = how % 3 == 1 ? payloads.begin() : payloads.end();
      payloads.insert(at, ike::wire::UnknownPayload{
                              .type = iana::PayloadType{static_cast<std::uint8_t>(tape_.octet())},
                              .is_critical = how >= 128,
                              .body = tape_.octets(tape_.octet())});
    }
    world_.inject({.path = sent.path,
                   .message = opened->is_clear ? ike::wire::write_message(opened->header, payloads)
                                               : tap_.seal(*opened)});
  }

  void act(unsigned what) {
    auto& gateway = what >= 128 ? *b_ : *a_;
    switch (what & 15U) {
      case 0:  return world_.run_for(std::chrono::milliseconds(tape_.octet()));
      case 1:  return world_.run_for(std::chrono::seconds(tape_.octet()));
      case 2:  return order(gateway, ike::Initiate{.connection = "gw", .child = "net"});
      case 3:  return order(gateway, ike::Rekey{.connection = "gw", .child = "net"});
      case 4:  return order(gateway, ike::Rekey{.connection = "gw", .child = {}});
      case 5:  return order(gateway, ike::Terminate{.connection = "gw", .child = "net"});
      case 6:  return order(gateway, ike::Terminate{.connection = "gw", .child = {}});
      case 7:  return order(gateway, ike::Reauthenticate{"gw"});
      case 8:  return world_.restart(gateway);
      case 9:  return send(gateway);
      case 10: return deliver(gateway);
      case 11: return move(gateway);
      case 12:
        return order(gateway, ike::StrayEsp{.path = path_to(gateway), .spi = some_spi(gateway)});
      case 13:
        return order(gateway,
                     ike::LifetimeReached{.inbound = some_spi(gateway),
                                          .limit = tape_.octet() % 2 == 0 ? ike::Reached::soft
                                                                          : ike::Reached::hard});
      case 14: return world_.configure(gateway, gateway.connections(), gateway.credentials());
      default: return order(gateway, ike::Tick{});
    }
  }

  void order(Gateway& gateway, const ike::Event& event) { world_.handle(gateway, event); }

  void send(Gateway& gateway) {
    auto source = *net::Address::parse("10.1.0.7");
    auto destination = *net::Address::parse("10.2.0.7");
    if (&gateway == b_) std::swap(source, destination);
    world_.send(gateway, policy::PolicyId{1}, source, destination);
  }

  /// As anybody may send it.
  void deliver(Gateway& gateway) {
    const auto message = tape_.octets(tape_.octet() * 4);
    order(gateway, ike::Datagram{.path = path_to(gateway), .message = message});
  }

  void move(Gateway& gateway) {
    const auto port = static_cast<std::uint16_t>(tape_.octet() + 1);
    order(gateway,
          ike::PeerMoved{.inbound = some_spi(gateway), .theirs = {other(gateway).address(), port}});
  }

  auto other(const Gateway& gateway) -> Gateway& { return &gateway == a_ ? *b_ : *a_; }
  auto path_to(const Gateway& gateway) -> net::Path {
    return {.ours = {gateway.address(), 500}, .theirs = {other(gateway).address(), 500}};
  }
  auto some_spi(const Gateway& gateway) -> core::Spi {
    const auto number = tape_.octet();
    if (gateway.reserved().empty()) return core::Spi{0x1000 + number};
    const auto skip = static_cast<std::ptrdiff_t>(number % gateway.reserved().size());
    return *std::next(gateway.reserved().begin(), skip);
  }

  Tape tape_;
  World world_;
  Wiretap tap_;
  Gateway* a_ = nullptr;
  Gateway* b_ = nullptr;
};

}  // namespace

extern "C" auto LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) -> int {
  if (size > 4096) return 0;
  Stage(std::as_bytes(std::span(data, size))).play();
  return 0;
}
