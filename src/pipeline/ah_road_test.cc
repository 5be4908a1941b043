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

}  // namespace
}  // namespace esplanade::pipeline
