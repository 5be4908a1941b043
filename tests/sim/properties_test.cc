// Properties of every message of a whole life: handshake, children, rekeyings, deletion. What is
// cut, or has a bit flipped, changes nothing.
#include "tests/sim/pair.h"

#include "ike/wire/header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace esplanade::sim {
namespace {

using iana::ExchangeType;

/// All there is to see of a gateway.
auto picture(const Gateway& gateway) -> std::string {
  std::string text;
  for (const auto& session : gateway.endpoint().status()) {
    text += fmt::format("{:x} {:x} {} {}\n", std::to_underlying(session.spis.i),
                        std::to_underlying(session.spis.r), session.state,
                        session.path.theirs.to_string());
    for (const auto& child : session.children) {
      text += fmt::format("  {:x} {:x} {}\n", std::to_underlying(child.inbound),
                          std::to_underlying(child.outbound), child.state);
    }
  }
  const auto counts = gateway.endpoint().counts();
  text += fmt::format("{} {} {} {} {} {}\n", counts.sessions, counts.half_open, counts.lingering,
                      counts.jobs, counts.exchanges, gateway.reserved().size());
  for (const auto& [id, child] : gateway.children()) {
    text += fmt::format("{} {}\n", std::to_underlying(id), child.is_active);
  }
  const auto deadline = gateway.next_deadline();
  return text + (deadline ? fmt::format("{}", deadline->since_origin.count()) : "never");
}

/// Delivers `message` outside of the world: what it sends in answer is lost.
void deliver(World& world, Gateway& to, const ike::Send& sent, core::View message) {
  to.handle(ike::Datagram{.path = {.ours = sent.path.theirs, .theirs = sent.path.ours},
                          .message = message},
            world.clock());
}

auto is_protected(const ike::Send& sent) -> bool {
  return ike::wire::Header::parse(sent.message)->exchange != ExchangeType::ike_sa_init;
}

/// Runs a whole life; `attack` sees every datagram before it is delivered.
void live(const std::function<void(Pair&, Gateway&, const ike::Send&)>& attack,
          ike::EndpointOptions options = World::quick()) {
  const auto children =
      std::vector<ChildText>{{}, {.name = "other", .ours = "10.3.0.0/16", .theirs = "10.4.0.0/16"}};
  const auto pfs = [](policy::Connection& connection) {
    for (auto& child : connection.children) {
      child.proposals.front().transforms.push_back(sa::transform(iana::KeyExchangeId::curve25519));
    }
  };
  Pair pair({.ike = options, .children = children, .change_a = pfs, .change_b = pfs});
  pair.world.filter = [&](const ike::Send& sent) {
    attack(pair, sent.path.theirs.address == pair.a->address() ? *pair.a : *pair.b, sent);
    return true;
  };
  const auto handle = [&](Gateway& gateway, const ike::Event& event) {
    pair.world.handle(gateway, event);
    pair.world.run_for(20s);
  };
  handle(*pair.a, ike::Initiate{.connection = "gw", .child = "net"});
  handle(*pair.b, ike::Initiate{.connection = "gw", .child = "other"});
  handle(*pair.b, ike::Rekey{.connection = "gw", .child = "net"});
  handle(*pair.a, ike::Rekey{.connection = "gw", .child = {}});
  EXPECT_EQ(pair.a->children().size(), 2U) << pair.story();
  EXPECT_TRUE(pair.is_mirrored());
  handle(*pair.a, ike::Terminate{.connection = "gw", .child = "other"});
  EXPECT_EQ(pair.b->children().size(), 1U);
  handle(*pair.b, ike::Terminate{.connection = "gw", .child = {}});
  EXPECT_TRUE(pair.a->endpoint().status().empty());
  EXPECT_TRUE(pair.b->endpoint().status().empty());
}

TEST(Truncation, of_any_message_is_refused_without_a_trace) {
  std::size_t messages = 0;
  live([&](Pair& pair, Gateway& to, const ike::Send& sent) {
    ++messages;
    const auto before = picture(to);
    for (std::size_t size = 0; size < sent.message.size(); ++size) {
      deliver(pair.world, to, sent, core::View(sent.message).first(size));
      ASSERT_EQ(to.last_actions(), 0U) << size;
    }
    ASSERT_EQ(picture(to), before);
  });
  EXPECT_GE(messages, 14U);
}

/// Flips each bit of each protected message. The header is not secret, and a message for nobody may
/// be answered in clear; but nothing may change.
void flip_all(const ike::EndpointOptions& options) {
  std::size_t flips = 0;
  live(
      [&](Pair& pair, Gateway& to, const ike::Send& sent) {
        if (!is_protected(sent)) return;
        const auto before = picture(to);
        for (std::size_t bit = 0; bit < sent.message.size() * 8; ++bit) {
          auto flipped = sent.message;
          flipped[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
          deliver(pair.world, to, sent, flipped);
          ++flips;
          const auto sends = to.take_sent().size();
          const auto allowed = bit / 8 < ike::wire::header_size ? sends : 0;
          ASSERT_EQ(to.last_actions(), allowed) << bit;
        }
        ASSERT_EQ(picture(to), before);
      },
      options);
  EXPECT_GE(flips, 10'000U);
}

TEST(FlippedBit, of_any_protected_message_is_refused_without_a_trace) { flip_all(World::quick()); }

TEST(FlippedBit, of_any_fragment_is_refused_without_a_trace) {
  auto options = World::quick();
  options.fragment_size = 200;
  flip_all(options);
}

/// A handshake whose n-th datagram, of IKE_SA_INIT, has a bit flipped on its way.
void shake_hands(std::size_t nth, std::size_t bit) {
  Pair pair({});
  std::size_t count = 0;
  pair.world.filter = [&](const ike::Send& sent) {
    if (count++ != nth) return true;
    auto flipped = sent;
    flipped.message[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    pair.world.inject(flipped);
    return false;
  };

  pair.initiate(*pair.a);
  pair.world.run_for(100s);

  // Both have it and see the same, or neither has it.
  const auto up_a = pair.a->carrier(policy::PolicyId{1}) != nullptr;
  const auto up_b = pair.b->carrier(policy::PolicyId{1}) != nullptr;
  ASSERT_EQ(up_a, up_b) << "datagram " << nth << " bit " << bit << "\n" << pair.story();
  ASSERT_TRUE(pair.is_mirrored());
  if (!up_a) return;
  const auto a = pair.a->endpoint().status().front();
  const auto b = pair.b->endpoint().status().front();
  ASSERT_EQ(a.spis, b.spis);
  ASSERT_EQ(a.algorithms, b.algorithms);
}

TEST(FlippedBit, of_ike_sa_init_never_leaves_the_ends_with_differing_views) {
  std::vector<std::size_t> sizes;
  {
    Pair pair({});
    pair.world.filter = [&](const ike::Send& sent) {
      sizes.push_back(sent.message.size());
      return true;
    };
    pair.initiate(*pair.a);
    pair.world.run_for(1s);
  }
  ASSERT_EQ(sizes.size(), 4U);
  for (std::size_t nth = 0; nth < 2; ++nth) {
    // A bit of each octet, another one in the next.
    for (std::size_t octet = 0; octet < sizes[nth]; ++octet)
      shake_hands(nth, octet * 8 + octet % 8);
  }
}

TEST(Replay, of_the_whole_conversation_later_changes_nothing) {
  std::vector<ike::Send> all;
  live([&](Pair& pair, Gateway&, const ike::Send& sent) {
    all.push_back(sent);
    for (auto* to : {pair.a, pair.b}) {
      for (const auto& old : all) {
        if (old.path.theirs.address != to->address() || old.message == sent.message) continue;
        // A request of IKE_SA_INIT is a stranger's, and may begin something.
        if (!is_protected(old)) continue;
        const auto before = picture(*to);
        deliver(pair.world, *to, old, old.message);
        ASSERT_EQ(to->last_actions(), to->take_sent().size());  // at most the stored answer
        ASSERT_EQ(picture(*to), before);
      }
    }
  });
  EXPECT_GE(all.size(), 14U);
}

TEST(SameSeed, gives_the_same_octets) {
  const auto record = [] {
    std::vector<core::Bytes> all;
    live([&](Pair&, Gateway&, const ike::Send& sent) { all.push_back(sent.message); });
    return all;
  };
  EXPECT_EQ(record(), record());
}

}  // namespace
}  // namespace esplanade::sim
