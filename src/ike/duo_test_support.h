// Two endpoints that talk to each other, a clock that a test moves, and a wire that it may read,
// change, lose and forge messages on: inside of SK too, for both ends log their keys.
//
//   Duo duo;
//   duo.a.wants = [](auto& connection) { ... };     // before start()
//   duo.start();
//   duo.call();                                     // a begins; everything is delivered
//   duo.forge(duo.a, {.exchange = ...}, payloads);  // to b, as if a had sent it
#pragma once

#include "ike/duo_end_test_support.h"
#include "ike/keys/envelope.h"

#include <functional>

namespace esplanade::ike::test {

class Duo {
 public:
  Duo() {
    for (auto* end : {&a, &b}) {
      auto& connection = end->connection;
      connection.name = "gw";
      connection.ours = peer(*end);
      connection.theirs = peer(other(*end));
      connection.proposals = ike("aes128gcm16-prfsha256-x25519");
      connection.keying_tries = 1;
      connection.local.kind = connection.remote.kind = policy::AuthKind::psk;
      connection.local.id = policy::Identity::parse(end == &a ? "a.example" : "b.example").value();
      connection.remote.id = policy::Identity::parse(end == &a ? "b.example" : "a.example").value();
      end->credentials->secrets.push_back(
          {.name = "ike", .owners = {}, .secret = policy::PskSecret(core::as_view("secret"))});
    }
    a.connection.children = {child_of("net", 1, "10.1.0.0/16", "10.2.0.0/16")};
    b.connection.children = {child_of("net", 1, "10.2.0.0/16", "10.1.0.0/16")};
  }

  /// With the connections as they are now.
  void start() {
    for (auto* end : {&a, &b}) {
      end->endpoint = std::make_unique<Endpoint>(end->options);
      configure(*end);
    }
  }
  void configure(End& end) {
    auto lent = env(end);
    perform(end,
            end.endpoint->configure({std::make_shared<const policy::Connection>(end.connection)},
                                    end.credentials, lent));
  }
  /// As after kill -9.
  void restart(End& end) {
    end.endpoint = std::make_unique<Endpoint>(end.options);
    end.inbound.clear();
    end.outbound.clear();
    end.active.clear();
    configure(end);
  }

  void handle(End& end, const Event& event) {
    auto lent = env(end);
    perform(end, end.endpoint->handle(event, lent));
  }
  void call(const std::string& child = {}) { call_from(a, child); }
  void call_from(End& end, const std::string& child = {}) {
    handle(end, Initiate{.connection = "gw", .child = child});
    deliver();
  }
  void rekey(End& end, const std::string& child = {}) {
    handle(end, Rekey{.connection = "gw", .child = child});
  }

  /// Everything that was sent, and what follows from it, at one moment.
  void deliver() {
    while (!a.sent.empty() || !b.sent.empty()) {
      if (!a.sent.empty()) deliver_one(a, b);
      if (!b.sent.empty()) deliver_one(b, a);
    }
  }
  /// Time goes on, with all that is due on the way.
  void run_for(core::Duration duration) {
    const auto until = now + duration;
    while (true) {
      std::optional<core::Time> next;
      for (const auto* end : {&a, &b}) {
        const auto one = end->endpoint->next_deadline();
        if (one && (!next || *one < *next)) next = one;
      }
      if (!next || *next > until) break;
      now = std::max(now, *next);
      for (auto* end : {&a, &b}) {
        const auto one = end->endpoint->next_deadline();
        if (one && *one <= now) handle(*end, Tick{});
      }
      deliver();
    }
    now = until;
  }

  /// Octets that reach `to` as if they came from `from`; what follows is delivered too.
  void inject(End& to, const core::Bytes& message, std::optional<net::Endpoint> from = {}) {
    put(to, message, from);
    deliver();
  }
  void put(End& to, const core::Bytes& message, std::optional<net::Endpoint> from = {}) {
    handle(to, Datagram{.path = {.ours = to.at, .theirs = from.value_or(other(to).at)},
                        .message = message});
  }

  /// A message of the newest IKE SA, sealed as `as` would seal it.
  [[nodiscard]] auto sealed(const End& as, const Forged& header, const wire::Payloads& payloads)
      -> core::Bytes {
    auto& keys = keys_.rbegin()->second;
    const auto is_initiator = as_initiator(as);
    return keys::seal({.spis = keys.spis,
                       .exchange = header.exchange,
                       .is_from_initiator = is_initiator,
                       .is_response = header.is_response,
                       .message_id = header.message_id},
                      payloads,
                      {.provider = crypto::openssl::provider(),
                       .suite = suite_,
                       .keys = is_initiator ? keys.i : keys.r,
                       .counter = counter_},
                      random_);
  }
  void forge(End& as, const Forged& header, const wire::Payloads& payloads) {
    inject(other(as), sealed(as, header, payloads));
  }

  auto other(const End& end) -> End& { return &end == &a ? b : a; }

  /// Sees each message before it arrives, and may change it; false: it is lost.
  std::function<bool(Seen&)> on_wire = [](Seen&) { return true; };
  std::vector<Seen> seen;

  End a{"192.0.2.1", 1}, b{"192.0.2.2", 2};
  core::Time now{1h};

 private:
  struct Keys {
    IkeSpis spis;
    keys::HalfKeys i, r;
  };

  auto peer(const End& end) -> std::vector<policy::PeerAddress> {
    const auto text = end.at.address.to_string();
    return {{.text = text, .range = *net::Range::parse(text)}};
  }
  auto env(End& end) -> Env {
    return {.now = now,
            .wall = {now.since_origin + 1'780'000'000s},
            .random = end.random,
            .crypto = crypto::openssl::provider(),
            .spis = end,
            .sources = end};
  }
  [[nodiscard]] auto as_initiator(const End& end) const -> bool {
    const auto& mine = end.endpoint->status();
    return mine.empty() ? &end == &a : mine.back().is_initiator;
  }

  void learn_keys(const std::string& row) {
    std::vector<std::string> fields;
    for (std::size_t begin = row.find_first_not_of("# "); fields.size() < 4;) {
      const auto end = row.find(',', begin);
      fields.push_back(row.substr(begin, end - begin));
      begin = end + 1;
    }
    const auto spi = [&](std::size_t i) { return IkeSpi{std::stoull(fields[i], nullptr, 16)}; };
    const auto secret = [&](std::size_t i) {
      return keys::HalfKeys{
          .sk_e = core::Secret<36>(core::from_hex(fields[i]).value()), .sk_a = {}, .sk_p = {}};
    };
    const auto name = fields[0] + fields[1];
    if (order_.contains(name)) return;
    order_.emplace(name, keys_.size());
    keys_.emplace(order_.size(),
                  Keys{.spis = {.i = spi(0), .r = spi(1)}, .i = secret(2), .r = secret(3)});
  }

  void perform(End& end, Actions actions) {
    for (auto& action : actions) {
      if (auto* send = std::get_if<Send>(&action)) end.sent.push_back(std::move(*send));
      if (auto* note = std::get_if<Note>(&action)) end.notices.push_back(std::move(note->notice));
      if (auto* keys = std::get_if<LogKeys>(&action)) learn_keys(keys->row);
      if (auto* drop = std::get_if<DropHeld>(&action)) end.dropped.push_back(drop->policy);
      if (auto* trap = std::get_if<Trap>(&action)) end.trapped.push_back(trap->policy);
      if (std::holds_alternative<SendKeepAlive>(action)) ++end.keep_alives;
      perform_child(end, action);
    }
  }
  static void perform_child(End& end, const Action& action) {
    if (const auto* in = std::get_if<InstallInbound>(&action))
      end.inbound[in->child] = in->parameters;
    if (const auto* out = std::get_if<InstallOutbound>(&action)) {
      end.outbound[out->child] = out->parameters;
    }
    if (const auto* on = std::get_if<Activate>(&action)) end.active.insert(on->child);
    if (const auto* off = std::get_if<Deactivate>(&action)) end.active.erase(off->child);
    if (const auto* gone = std::get_if<Remove>(&action)) {
      end.inbound.erase(gone->child);
      end.outbound.erase(gone->child);
      end.active.erase(gone->child);
    }
  }

  [[nodiscard]] auto opened(const End& from, const core::Bytes& octets) const -> Seen {
    Seen one{.from = &from, .header = {}, .payloads = {}, .octets = octets};
    const auto message = wire::parse_message(octets);
    if (!message) return one;
    one.header = message->header;
    one.payloads = message->payloads;
    const auto* sk = message->payloads.empty()
                         ? nullptr
                         : std::get_if<wire::SkPayload>(&message->payloads.back());
    for (const auto& [number, keys] : keys_) {
      if (sk == nullptr || keys.spis != message->header.spis) continue;
      const auto& half = message->header.is_from_initiator ? keys.i : keys.r;
      const auto chain = keys::open(octets, sk->body, suite_, half, crypto::openssl::provider());
      if (chain) one.payloads = wire::parse_payloads(sk->first_inner, *chain).value();
    }
    return one;
  }

  void deliver_one(End& from, End& to) {
    auto send = std::move(from.sent.front());
    from.sent.pop_front();
    auto message = opened(from, send.message);
    const auto arrives = on_wire(message);
    seen.push_back(message);
    if (!arrives || send.path.theirs.address != to.at.address) return;
    handle(to, Datagram{.path = {.ours = send.path.theirs, .theirs = send.path.ours},
                        .message = message.octets});
  }

  keys::IkeSuite suite_ = keys::ike_suite_of(ike("aes128gcm16-prfsha256-x25519").front()).value();
  std::map<std::string, std::size_t> order_;
  std::map<std::size_t, Keys> keys_;
  std::uint64_t counter_ = 1ULL << 40;  // far from what the ends have used
  esplanade::test::SeededRandom random_{9};
};

}  // namespace esplanade::ike::test
