// A capture in a test: two ends, a clock, and what passed between them.
#pragma once

#include "ike/explain/observer.h"
#include "ike/explain/report.h"
#include "ike/session/nonce.h"
#include "sa/proposal_text.h"

#include <chrono>

namespace esplanade::ike::explain::test {

using namespace std::chrono_literals;
using iana::ExchangeType;
using iana::NotifyType;
using iana::SecurityProtocol;
using wire::Payloads;

inline const auto alice = net::Address::parse("192.0.2.1").value();
inline const auto bob = net::Address::parse("192.0.2.2").value();

[[nodiscard]] inline auto proposals(SecurityProtocol protocol,
                                    const std::vector<std::string_view>& texts)
    -> std::vector<sa::Proposal> {
  std::vector<sa::Proposal> made;
  for (const auto text : texts) {
    made.push_back(sa::parse_proposal(protocol, text).value());
    made.back().number = static_cast<std::uint8_t>(made.size());
  }
  return made;
}
[[nodiscard]] inline auto ike_sa(const std::vector<std::string_view>& texts) -> wire::SaPayload {
  return {proposals(SecurityProtocol::ike, texts)};
}
[[nodiscard]] inline auto esp_sa(const std::vector<std::string_view>& texts) -> wire::SaPayload {
  return {proposals(SecurityProtocol::esp, texts)};
}
[[nodiscard]] inline auto ke(iana::KeyExchangeId group) -> wire::KePayload {
  return {.method = group, .data = core::Bytes(32)};
}
[[nodiscard]] inline auto notify(NotifyType type, core::Bytes data = {}) -> wire::NotifyPayload {
  return {.protocol = {}, .spi = {}, .type = type, .data = std::move(data)};
}
[[nodiscard]] inline auto ts(bool is_initiator, std::string_view range) -> wire::TsPayload {
  return {
      .is_initiator = is_initiator,
      .selectors = {{.addresses = net::Range::parse(range).value(), .protocol = {}, .ports = {}}},
      .unknown = 0};
}
[[nodiscard]] inline auto id(bool is_initiator, std::string_view text) -> wire::IdPayload {
  return {
      .is_initiator = is_initiator, .id = policy::Identity::parse(text).value(), .reserved = {}};
}
[[nodiscard]] inline auto auth(iana::AuthMethod method) -> wire::AuthPayload {
  return {.method = method, .data = core::Bytes(32)};
}
inline constexpr auto psk = iana::AuthMethod::shared_key_message_integrity_code;
inline constexpr auto signature = iana::AuthMethod::digital_signature;

/// What a request or response is, besides its content.
struct What {
  ExchangeType type = ExchangeType::ike_sa_init;
  std::uint32_t id = 0;
  std::uint16_t port = 500;
  std::size_t size = 300;  ///< octets of the IP packet
  Sight sight = Sight::whole;
  bool is_ip_fragment = false;
};

class Film {
 public:
  /// Of the original initiator, alice unless told.
  auto ask(const What& what, Payloads payloads = {}) -> Film& {
    return say(what, caller_, callee_, Flags{.initiator = true, .response = false},
               std::move(payloads));
  }
  auto answer(const What& what, Payloads payloads = {}) -> Film& {
    return say(what, callee_, caller_, Flags{.initiator = false, .response = true},
               std::move(payloads));
  }
  /// A request of the original responder.
  auto ask_back(const What& what, Payloads payloads = {}) -> Film& {
    return say(what, callee_, caller_, Flags{.initiator = false, .response = false},
               std::move(payloads));
  }
  auto answer_back(const What& what, Payloads payloads = {}) -> Film& {
    return say(what, caller_, callee_, Flags{.initiator = true, .response = true},
               std::move(payloads));
  }
  auto wait(core::Duration duration) -> Film& {
    now_.since_epoch += duration;
    observer_.saw_time(now_);
    return *this;
  }
  /// From now on it is a new IKE SA, and bob's to begin.
  auto other_way() -> Film& {
    std::swap(caller_, callee_);
    spi_ = IkeSpi{std::to_underlying(spi_) + 1};
    return *this;
  }
  auto at(core::WallTime now) -> Film& {
    now_ = now;
    return *this;
  }
  auto know(std::shared_ptr<policy::Connection> connection,
            std::shared_ptr<const policy::Credentials> credentials = nullptr) -> Film& {
    observer_.know({std::move(connection)}, std::move(credentials));
    return *this;
  }

  [[nodiscard]] auto observer() -> Observer& { return observer_; }
  [[nodiscard]] auto now() const -> core::WallTime { return now_; }
  [[nodiscard]] auto report(std::size_t number = 0) const -> Report {
    return explain(observer_.knowledge().conversations.at(number), observer_.knowledge());
  }
  /// The sentences of all findings, a line each.
  [[nodiscard]] auto why(std::size_t number = 0) const -> std::string {
    std::string text;
    for (const auto& finding : report(number).findings) {
      text += (text.empty() ? "" : "\n") + finding.why;
    }
    return text;
  }

 private:
  struct Flags {
    bool initiator = false, response = false;
  };
  auto say(const What& what, const net::Address& from, const net::Address& dest, Flags flags,
           Payloads payloads) -> Film& {
    Sighting sighting;
    sighting.frame = ++frame_;
    sighting.at = now_;
    sighting.from = {.address = from, .port = what.port};
    sighting.to = {.address = dest, .port = what.port};
    sighting.size = what.size;
    sighting.is_ip_fragment = what.is_ip_fragment;
    sighting.sight = what.sight;
    sighting.header = {.spis = {.i = spi_, .r = {}},
                       .exchange = what.type,
                       .is_from_initiator = flags.initiator,
                       .is_response = flags.response,
                       .message_id = what.id,
                       .length = static_cast<std::uint32_t>(what.size - 28)};
    sighting.payloads = std::move(payloads);
    // What is closed is an SK payload that nobody could open.
    if (what.sight == Sight::closed) sighting.payloads.emplace_back(wire::SkPayload{});
    observer_.saw(sighting);
    now_.since_epoch += 10ms;
    return *this;
  }

  Observer observer_;
  net::Address caller_ = alice, callee_ = bob;
  IkeSpi spi_{0x0102030405060708};
  std::size_t frame_ = 0;
  core::WallTime now_{1'780'315'200s};
};

inline constexpr What init{};
inline constexpr What first_auth{.type = ExchangeType::ike_auth, .id = 1};
inline constexpr What create_child{.type = ExchangeType::create_child_sa, .id = 2};
inline constexpr What informational{.type = ExchangeType::informational, .id = 2};

/// The configuration of one end: bob's, who is called by alice, or alice's.
[[nodiscard]] inline auto connection_of(const net::Address& ours, const net::Address& theirs)
    -> std::shared_ptr<policy::Connection> {
  auto connection = std::make_shared<policy::Connection>();
  connection->name = "site";
  connection->ours = {{.text = ours.to_string(), .range = net::Range(ours, ours)}};
  connection->theirs = {{.text = theirs.to_string(), .range = net::Range(theirs, theirs)}};
  connection->proposals = proposals(SecurityProtocol::ike, {"aes256-sha256-ecp256"});
  connection->line = {"gw.conf", 2};
  connection->theirs_line = {"gw.conf", 4};
  connection->proposals_line = {"gw.conf", 5};
  connection->local = {.kind = policy::AuthKind::psk,
                       .id = policy::Identity::parse("bob.example").value(),
                       .line = {"gw.conf", 6},
                       .id_line = {"gw.conf", 7}};
  connection->remote = {.kind = policy::AuthKind::psk,
                        .id = policy::Identity::parse("alice.example").value(),
                        .line = {"gw.conf", 9},
                        .id_line = {"gw.conf", 10}};
  policy::ChildPolicy child;
  child.name = "net";
  child.proposals = proposals(SecurityProtocol::esp, {"aes256gcm16"});
  child.ours = {
      {.addresses = net::Range::parse("10.2.0.0/16").value(), .protocol = {}, .ports = {}}};
  child.theirs = {
      {.addresses = net::Range::parse("10.1.0.0/16").value(), .protocol = {}, .ports = {}}};
  child.proposals_line = {"gw.conf", 14};
  child.ours_line = {"gw.conf", 12};
  child.theirs_line = {"gw.conf", 13};
  connection->children = {child};
  return connection;
}
[[nodiscard]] inline auto bobs() { return connection_of(bob, alice); }
[[nodiscard]] inline auto alices() {
  auto connection = connection_of(alice, bob);
  std::swap(connection->local.id, connection->remote.id);
  std::swap(connection->children.front().ours, connection->children.front().theirs);
  return connection;
}
[[nodiscard]] inline auto secret_for_all() -> std::shared_ptr<const policy::Credentials> {
  auto credentials = std::make_shared<policy::Credentials>();
  credentials->secrets.push_back(
      {.name = "ike-site", .owners = {}, .secret = policy::PskSecret(core::as_view("secret"))});
  return credentials;
}

}  // namespace esplanade::ike::explain::test
