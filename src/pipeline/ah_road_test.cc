// AH on both roads, alone and around ESP.
#include "tests/support/esp.h"
#include "tests/support/roads.h"

#include "ah/seal.h"

#include <gtest/gtest.h>

namespace esplanade::pipeline {
namespace {

using core::SaIndex;
using net::Verdict;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

const sa::EspAlgorithms hmac{iana::EncryptionId::encr_null, 0,
                             iana::IntegrityId::auth_hmac_sha2_256_128};

/// AH between the gateways themselves, which may carry whatever goes between them.
auto ah_transport() -> SaSpec {
  return {.algorithms = hmac,
          .protocol = sa::Protocol::ah,
          .mode = sa::Mode::transport,
          .spi = 0x2001,
          .inner_ours = {"192.0.2.1"},
          .inner_theirs = {"198.51.100.1"}};
}
auto ah_tunnel() -> SaSpec {
  return {.algorithms = hmac,
          .protocol = sa::Protocol::ah,
          .spi = 0x2002,
          .inner_theirs = {"10.2.1.0/24"}};
}
auto esp_tunnel() -> SaSpec { return {.spi = 0x1001, .inner_theirs = {"10.2.2.0/24"}}; }

/// ESP in a tunnel goes into AH between the gateways, by policy.
struct NestedEnds : Gateways {
  NestedEnds() : Gateways({ah_transport(), ah_tunnel(), esp_tunnel()}, noted) { nest(SaIndex{2}); }
  void nest(SaIndex sa) { sender.sad.outbound(sa).parameters.nesting = sa::Nesting::by_policy; }
  void send(Batch& batch) { Gateways::send(batch.packets()); }
  void receive(Batch& batch) { Gateways::receive(batch.packets()); }
  [[nodiscard]] auto sent_by(SaIndex sa, Verdict verdict) -> std::uint64_t {
    return sender.sad.outbound(sa).verdicts.value(verdict);
  }
  Notices noted;
};

struct Ends : Gateways {
  Ends() : Gateways({ah_transport(), ah_tunnel(), esp_tunnel()}, noted) {}
  void receive(Batch& batch) { Gateways::receive(batch.packets()); }
  Notices noted;
};

auto packet_to(std::string_view dst) -> Bytes {
  return Ipv4Packet{.dst = address(dst), .payload = udp(1, 2, pattern(50))}.bytes();
}

/// `clear` as `spec` seals it, with a new SA, so as number 1.
auto sealed_as(const SaSpec& spec, const Bytes& clear) -> Bytes {
  auto sa = make_outbound(spec);
  SeededRandom random(1);
  Slot slot(clear);
  auto* const packet = &slot.packet;
  if (spec.protocol == sa::Protocol::ah) {
    ah::seal(*sa, {&packet, 1}, {.now = {}, .random = random});
  } else {
    esp::seal(*sa, {&packet, 1}, {.now = {}, .random = random});
  }
  EXPECT_TRUE(packet->passes());
  return slot.bytes();
}

TEST(AhRoads, carry_ah_and_esp_in_one_batch) {
  Ends gateways;
  const std::vector<Bytes> clear{packet_to("10.2.1.1"), packet_to("10.2.2.1"),
                                 packet_to("10.2.1.2")};
  Batch batch(clear);

  gateways.send(batch.packets());
  EXPECT_EQ(u8(batch.bytes(0), 9), 51U);
  EXPECT_EQ(u8(batch.bytes(1), 9), 50U);
  Batch arrived(batch.all_bytes());
  gateways.receive(arrived);

  EXPECT_EQ(arrived.all_bytes(), clear);
  EXPECT_EQ(gateways.in.verdicts().value(Verdict::pass), 3U);
}

TEST(AhRoads, open_esp_within_ah_and_judge_both) {
  Ends gateways;
  const auto clear = packet_to("10.2.2.1");
  Batch batch({sealed_as(ah_transport(), sealed_as(esp_tunnel(), clear)), packet_to("10.9.9.9")});

  gateways.receive(batch);

  EXPECT_EQ(batch.verdicts(), (std::vector{Verdict::pass, Verdict::not_for_us}));
  EXPECT_EQ(batch.bytes(0), clear);
  EXPECT_EQ(gateways.receiver.sad.inbound(SaIndex{0}).verdicts.value(Verdict::pass), 1U);
  EXPECT_EQ(gateways.receiver.sad.inbound(SaIndex{2}).verdicts.value(Verdict::pass), 1U);
}

TEST(AhRoads, refuse_within_ah_what_the_inner_sa_is_not_for) {
  Ends gateways;
  auto wide = esp_tunnel();
  wide.inner_theirs = {"0.0.0.0/0"};
  Batch batch({sealed_as(ah_transport(), sealed_as(wide, packet_to("10.2.1.1")))});

  gateways.receive(batch);

  EXPECT_EQ(batch.packets()[0].verdict, Verdict::selector_mismatch);
  EXPECT_EQ(batch.packets()[0].sa, SaIndex{2});
}

TEST(AhRoads, refuse_esp_that_the_outer_sa_does_not_admit) {
  auto narrow = ah_transport();
  narrow.inner_theirs = {"198.51.100.7"};
  Notices noted;
  Gateways gateways({narrow, esp_tunnel()}, noted);
  Batch batch({sealed_as(ah_transport(), sealed_as(esp_tunnel(), packet_to("10.2.2.1")))});

  gateways.receive(batch.packets());

  EXPECT_EQ(batch.packets()[0].verdict, Verdict::selector_mismatch);
  EXPECT_EQ(batch.packets()[0].sa, SaIndex{0});
}

TEST(AhRoads, go_no_deeper_than_they_should) {
  Notices noted;
  std::vector<SaSpec> specs;
  auto packet = sealed_as(esp_tunnel(), packet_to("10.2.2.1"));
  for (std::uint32_t i = 0; i < InboundRoad::deepest_nesting; ++i) {
    specs.push_back(ah_transport());
    specs.back().spi += i;
    packet = sealed_as(specs.back(), packet);
  }
  specs.push_back(esp_tunnel());
  Gateways gateways(specs, noted);
  Batch batch({packet});

  gateways.receive(batch.packets());

  EXPECT_EQ(batch.packets()[0].verdict, Verdict::nested_too_deep);
}

TEST(AhRoads, know_an_spi_only_with_its_protocol) {
  Ends gateways;
  auto esp_of_ah = esp_tunnel();
  esp_of_ah.spi = 0x2002;
  auto ah_of_esp = ah_tunnel();
  ah_of_esp.spi = 0x1001;
  Batch batch({sealed_as(esp_of_ah, packet_to("10.2.2.1")),
               sealed_as(ah_of_esp, packet_to("10.2.1.1")),
               sealed_as(ah_tunnel(), packet_to("10.2.1.1"))});

  gateways.receive(batch);

  EXPECT_EQ(batch.verdicts(),
            (std::vector{Verdict::unknown_spi, Verdict::unknown_spi, Verdict::pass}));
  EXPECT_EQ(gateways.noted.all.at(1).spi, core::Spi{0x1001});
}

TEST(NestedRoads, put_an_sa_around_what_another_has_sealed_and_take_both_off) {
  NestedEnds gateways;
  const std::vector clear = {packet_to("10.2.2.1"), packet_to("10.2.1.1"), packet_to("10.2.2.9")};
  Batch batch(clear);

  gateways.send(batch);

  EXPECT_EQ(u8(batch.bytes(0), 9), 51U);
  EXPECT_EQ(u8(batch.bytes(0), 20), 50U) << "ESP in AH";
  EXPECT_EQ(u8(batch.bytes(1), 20), 4U) << "IPv4 in AH";
  EXPECT_EQ(gateways.sent_by(SaIndex{0}, Verdict::pass), 2U);
  EXPECT_EQ(gateways.sent_by(SaIndex{1}, Verdict::pass), 1U);
  EXPECT_EQ(gateways.sent_by(SaIndex{2}, Verdict::pass), 2U);
  EXPECT_EQ(gateways.out.verdicts().value(Verdict::pass), 3U);
  Batch arrived(batch.all_bytes());
  gateways.receive(arrived);
  EXPECT_EQ(arrived.all_bytes(), clear);
}

// RFC 4301, appendix E: transport mode with a host, inside of a tunnel to the gateway before it.
TEST(NestedRoads, reach_one_peer_by_an_sa_with_another) {
  Notices noted;
  const SaSpec with_host{.mode = sa::Mode::transport,
                         .spi = 0x3001,
                         .theirs = "10.2.2.7",
                         .inner_ours = {"192.0.2.1"},
                         .inner_theirs = {"10.2.2.7"},
                         .their_ports = {53, 53}};
  const SaSpec with_gateway{.spi = 0x3002, .inner_theirs = {"10.2.2.0/24"}};
  Gateways ends({with_host, with_gateway}, noted);
  Gateways gateway({with_gateway}, noted);
  Gateways host({with_host}, noted);
  ends.sender.sad.outbound(SaIndex{0}).parameters.nesting = sa::Nesting::by_policy;
  const auto clear = Ipv4Packet{.src = address("192.0.2.1"),
                                .dst = address("10.2.2.7"),
                                .payload = udp(1, 53, pattern(50))}
                         .bytes();
  Batch batch({clear});

  ends.send(batch.packets());
  Batch at_gateway(batch.all_bytes());
  gateway.receive(at_gateway.packets());
  Batch at_host(at_gateway.all_bytes());
  host.receive(at_host.packets());

  EXPECT_EQ(u8(batch.bytes(0), 9), 50U);
  EXPECT_EQ(core::to_hex(View(batch.bytes(0)).subspan(16, 4)), "c6336401") << "to the gateway";
  EXPECT_EQ(u8(at_gateway.bytes(0), 9), 50U);
  EXPECT_EQ(core::to_hex(View(at_gateway.bytes(0)).subspan(16, 4)), "0a020207") << "to the host";
  EXPECT_EQ(at_host.all_bytes(), std::vector<Bytes>{clear});
  // One host that is the end of both takes both off.
  Batch at_both(batch.all_bytes());
  ends.receive(at_both.packets());
  EXPECT_EQ(at_both.all_bytes(), std::vector<Bytes>{clear});
}

TEST(NestedRoads, refuse_what_comes_without_the_sa_around_it) {
  NestedEnds gateways;
  gateways.receiver.sad.inbound(SaIndex{2}).parameters.nesting = sa::Nesting::by_policy;
  const auto clear = packet_to("10.2.2.1");
  Batch nested({clear});
  gateways.send(nested);
  Batch bare({sealed_as(esp_tunnel(), clear)});

  Batch arrived(nested.all_bytes());
  gateways.receive(arrived);
  gateways.receive(bare);

  EXPECT_EQ(arrived.all_bytes(), std::vector<Bytes>{clear});
  EXPECT_EQ(bare.packets()[0].verdict, Verdict::unprotected);
}

TEST(NestedRoads, drop_what_policy_does_not_want_once_it_is_sealed) {
  Notices noted;
  Gateways alone({esp_tunnel()}, noted);
  alone.sender.sad.outbound(SaIndex{0}).parameters.nesting = sa::Nesting::by_policy;
  Batch batch({packet_to("10.2.2.1")});

  alone.send(batch.packets());

  EXPECT_EQ(batch.packets()[0].verdict, Verdict::no_policy);
}

TEST(NestedRoads, end_where_sas_would_be_nested_in_themselves) {
  NestedEnds gateways;
  gateways.nest(SaIndex{0});
  Batch batch({packet_to("10.2.2.1")});

  gateways.send(batch);

  EXPECT_EQ(batch.packets()[0].verdict, Verdict::nested_too_deep);
}

TEST(NestedRoads, have_the_inner_sa_learn_what_the_outer_one_takes) {
  NestedEnds gateways;
  auto& inner = gateways.sender.sad.outbound(SaIndex{2});
  auto& outer = gateways.sender.sad.outbound(SaIndex{0});
  (void)outer.path_mtu.learn(1400, {});
  Batch batch(
      {Ipv4Packet{.dst = address("10.2.2.1"), .payload = udp(1, 2, pattern(1330))}.bytes()});

  gateways.send(batch);

  EXPECT_EQ(batch.packets()[0].verdict, Verdict::too_big);
  EXPECT_EQ(inner.path_mtu.current(), 1400 - 28) << "AH with 16 octets of ICV";
}

}  // namespace
}  // namespace esplanade::pipeline
