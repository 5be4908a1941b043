// SAs whose selectors come from the packets that ask for them (PFP, RFC 4301, 4.4.1).
#include "ike/duo_test_support.h"

namespace esplanade::ike::test {
namespace {

auto host(std::string_view address) -> sa::TrafficSelector {
  return {.addresses = *net::Range::parse(address), .protocol = {}, .ports = {}};
}

auto packet(std::string_view ours, std::string_view theirs) -> Acquire {
  const auto end = [](std::string_view address) {
    auto one = host(address);
    one.protocol = iana::IpProtocol::udp;
    one.ports = {53, 53};
    return one;
  };
  return {.policy = policy::PolicyId{1}, .ours = end(ours), .theirs = end(theirs)};
}

/// Each pair of hosts behind a gets an SA of its own; b knows nothing of that.
struct PerHost : Duo {
  PerHost() {
    a.connection.children.front().populate = {.our_address = true, .their_address = true};
  }
  void ask(const Acquire& acquire) { handle(a, acquire); }
  /// What a's active outbound SAs are for, as "ours > theirs", in order.
  [[nodiscard]] auto carried() const -> std::vector<std::string> {
    std::vector<std::string> all;
    for (const auto& [id, sa] : a.outbound) {
      if (!a.active.contains(id)) continue;
      EXPECT_EQ(sa->selectors.ours.size(), 1U);
      EXPECT_EQ(sa->selectors.theirs.size(), 1U);
      all.push_back(sa->selectors.ours.front().addresses.to_string() + " > " +
                    sa->selectors.theirs.front().addresses.to_string());
    }
    std::ranges::sort(all);
    return all;
  }
};

using Carried = std::vector<std::string>;
const Carried both_pairs{"10.1.0.7/32 > 10.2.0.9/32", "10.1.0.8/32 > 10.2.0.9/32"};

// ARCH-4.4.1-11
TEST(Populated, gives_each_pair_of_hosts_an_sa_of_its_own) {
  PerHost duo;
  duo.start();
  duo.ask(packet("10.1.0.7", "10.2.0.9"));
  duo.deliver();
  duo.ask(packet("10.1.0.8", "10.2.0.9"));
  duo.deliver();

  EXPECT_EQ(duo.carried(), both_pairs);
  EXPECT_EQ(duo.a.sessions(), 1U);
  EXPECT_EQ(duo.b.children(), 2U);
}

TEST(Populated, asks_for_the_second_while_the_first_is_being_made) {
  PerHost duo;
  duo.start();
  duo.ask(packet("10.1.0.7", "10.2.0.9"));
  duo.ask(packet("10.1.0.8", "10.2.0.9"));
  duo.ask(packet("10.1.0.8", "10.2.0.9"));
  duo.deliver();

  EXPECT_EQ(duo.carried(), both_pairs);
  EXPECT_EQ(duo.a.sessions(), 1U);
}

TEST(Populated, makes_no_second_sa_for_what_one_carries) {
  PerHost duo;
  duo.start();
  for (int i = 0; i < 3; ++i) {
    duo.ask(packet("10.1.0.7", "10.2.0.9"));
    duo.deliver();
  }

  EXPECT_EQ(duo.a.children(), 1U);
}

TEST(Populated, keeps_its_selectors_at_a_rekey_by_either_end) {
  PerHost duo;
  duo.b.connection.children.front().populate = {.our_address = true, .their_address = true};
  duo.start();
  duo.ask(packet("10.1.0.7", "10.2.0.9"));
  duo.ask(packet("10.1.0.8", "10.2.0.9"));
  duo.deliver();

  for (auto* end : {&duo.a, &duo.b}) {
    duo.rekey(*end, "net");
    duo.deliver();
    EXPECT_EQ(duo.carried(), both_pairs);
    EXPECT_EQ(duo.a.children(), 2U);
  }
  EXPECT_EQ(duo.a.count("child_rekeyed"), 4U);
}

TEST(Populated, comes_again_with_its_selectors_at_reauthentication) {
  PerHost duo;
  duo.start();
  duo.ask(packet("10.1.0.7", "10.2.0.9"));
  duo.ask(packet("10.1.0.8", "10.2.0.9"));
  duo.deliver();

  duo.handle(duo.a, Reauthenticate{.connection = "gw"});
  duo.deliver();

  EXPECT_EQ(duo.a.sessions(), 1U);
  EXPECT_EQ(duo.carried(), both_pairs);
}

/// By the end that was asked as well, if it has the flags too.
TEST(Populated, comes_again_with_its_selectors_if_the_responder_reauthenticates) {
  PerHost duo;
  duo.b.connection.children.front().populate = {.our_address = true, .their_address = true};
  duo.start();
  for (const auto* host : {"10.1.0.7", "10.1.0.8"}) {
    auto asks = packet(host, "10.2.0.9");
    asks.ours.protocol = asks.theirs.protocol = {};
    asks.ours.ports = asks.theirs.ports = {};
    duo.ask(asks);
  }
  duo.deliver();

  duo.handle(duo.b, Reauthenticate{.connection = "gw"});
  duo.deliver();

  EXPECT_EQ(duo.b.sessions(), 1U);
  EXPECT_EQ(duo.b.count("child_established"), 4U);
  EXPECT_EQ(duo.carried(), both_pairs);
}

TEST(Populated, is_not_made_for_the_operator_who_has_no_packet) {
  PerHost duo;
  duo.start();
  duo.call();

  EXPECT_EQ(duo.a.sessions(), 0U);
  EXPECT_EQ(duo.a.count("cannot_initiate"), 1U);
}

/// A port scan must not fill the gateway.
TEST(Populated, is_bounded_in_number_and_drops_what_asks_for_more) {
  PerHost duo;
  duo.start();
  for (int i = 0; i < 300; ++i) {
    duo.ask(packet(fmt::format("10.1.{}.7", i / 200), fmt::format("10.2.0.{}", 1 + i % 200)));
    duo.deliver();
  }

  EXPECT_EQ(duo.a.children(), 256U);
  EXPECT_EQ(duo.a.dropped.size(), 44U);
  EXPECT_EQ(duo.a.count("cannot_initiate"), 44U);
}

TEST(Populated, is_bounded_while_nothing_is_answered_as_well) {
  PerHost duo;
  duo.start();
  for (int i = 0; i < 300; ++i) {
    duo.ask(packet(fmt::format("10.1.{}.7", i / 200), fmt::format("10.2.0.{}", 1 + i % 200)));
  }
  duo.deliver();

  EXPECT_EQ(duo.a.children(), 256U);
  EXPECT_EQ(duo.a.dropped.size(), 44U);
}

}  // namespace
}  // namespace esplanade::ike::test
