// Both roads from end to end: two gateways that share two SAs each way.
#include "net/ipv4.h"
#include "tests/support/esp.h"
#include "tests/support/fragments.h"
#include "tests/support/roads.h"
#include "tests/support/slot.h"

#include <gtest/gtest.h>

namespace esplanade::pipeline {
namespace {

using core::SaIndex;
using net::Verdict;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

/// GCM in a tunnel for 10.2.1.0/24, CBC with HMAC in UDP for 10.2.2.0/24.
auto specs() -> std::vector<SaSpec> {
  return {{.spi = 0x1001, .inner_ours = {"10.1.0.0/16"}, .inner_theirs = {"10.2.1.0/24"}},
          {.kind = Kind::encrypt_then_mac,
           .esn = sa::Esn::yes,
           .encapsulation = sa::UdpEncapsulation{},
           .spi = 0x1002,
           .inner_ours = {"10.1.0.0/16"},
           .inner_theirs = {"10.2.2.0/24"}}};
}

struct Ends : Gateways {
  explicit Ends(OuterFragments fragments = OuterFragments::refuse)
      : Gateways(specs(), noted, fragments) {}
  void send(Batch& batch) { Gateways::send(batch.packets()); }
  void receive(Batch& batch) { Gateways::receive(batch.packets()); }
  [[nodiscard]] auto notices() const -> const std::vector<Notice>& { return noted.all; }

  Notices noted;
};

auto packet_to(std::string_view dst, std::size_t size = 50) -> Bytes {
  return Ipv4Packet{.dst = address(dst), .payload = udp(1, 2, pattern(size))}.bytes();
}

TEST(Roads, carry_a_batch_of_two_sas_mixed_and_in_order) {
  Ends gateways;
  std::vector<Bytes> clear;
  for (std::size_t i = 0; i < net::batch_max; ++i) {
    clear.push_back(packet_to(i % 3 == 0 ? "10.2.1.7" : "10.2.2.7", 10 * i));
  }
  Batch batch(clear);

  gateways.send(batch);
  Batch arrived(batch.all_bytes());
  gateways.receive(arrived);

  EXPECT_EQ(arrived.all_bytes(), clear);
  EXPECT_EQ(gateways.out.verdicts().value(Verdict::pass), 64U);
  EXPECT_EQ(gateways.in.verdicts().value(Verdict::pass), 64U);
  EXPECT_EQ(gateways.receiver.sad.inbound(SaIndex{0}).verdicts.value(Verdict::pass), 22U);
  EXPECT_EQ(gateways.sender.sad.outbound(SaIndex{1}).verdicts.value(Verdict::pass), 42U);
  EXPECT_TRUE(gateways.notices().empty());
}

TEST(Roads, number_the_packets_of_each_sa_as_they_came) {
  Ends gateways;
  Batch batch({packet_to("10.2.1.1"), packet_to("10.2.2.1"), packet_to("10.2.1.2")});

  gateways.send(batch);

  EXPECT_EQ(u32(batch.bytes(0), 24), 1U);
  EXPECT_EQ(u32(batch.bytes(1), 32), 1U);
  EXPECT_EQ(u32(batch.bytes(2), 24), 2U);
}

TEST(OutboundRoad, discards_what_no_policy_wants_unchanged_and_says_so) {
  Ends gateways;
  const auto clear = packet_to("10.9.0.1");
  Batch batch({clear});

  gateways.send(batch);

  EXPECT_EQ(batch.packets()[0].verdict, Verdict::no_policy);
  EXPECT_EQ(batch.bytes(0), clear);
  ASSERT_EQ(gateways.notices().size(), 1U);
  const auto& notice = gateways.notices()[0];
  EXPECT_EQ(notice.direction, sa::Direction::outbound);
  EXPECT_EQ(notice.src, address("10.1.0.1"));
  EXPECT_EQ(notice.dst, address("10.9.0.1"));
  EXPECT_EQ(notice.spi, std::nullopt);
}

TEST(OutboundRoad, discards_what_is_no_packet) {
  Ends gateways;
  Batch batch({hex("45"), {}});

  gateways.send(batch);

  EXPECT_EQ(batch.verdicts(), (std::vector{Verdict::malformed, Verdict::malformed}));
  EXPECT_EQ(gateways.out.verdicts().value(Verdict::malformed), 2U);
  EXPECT_EQ(gateways.notices()[0].src, std::nullopt);
}

TEST(OutboundRoad, counts_what_the_writer_could_not_send_for_its_sa) {
  Ends gateways;
  Batch batch({packet_to("10.2.1.1")});
  SeededRandom random(1);
  gateways.out.run(gateways.sender, batch.packets(), {.now = {}, .random = random});
  batch.packets()[0].drop(Verdict::send_failed);

  gateways.out.account(gateways.sender, batch.packets());

  EXPECT_EQ(gateways.out.verdicts().value(Verdict::send_failed), 1U);
  EXPECT_EQ(gateways.sender.sad.outbound(SaIndex{0}).verdicts.value(Verdict::send_failed), 1U);
  EXPECT_EQ(gateways.notices().at(0).spi, core::Spi{0x1001});
}

TEST(InboundRoad, says_which_spi_and_number_it_did_not_know) {
  Ends gateways;
  Batch batch({Ipv4Packet{.src = address("198.51.100.9"),
                          .protocol = IpProtocol::esp,
                          .payload = hex("aabbccdd00000009")}
                   .bytes()});

  gateways.receive(batch);

  EXPECT_EQ(batch.packets()[0].verdict, Verdict::unknown_spi);
  const auto& notice = gateways.notices().at(0);
  EXPECT_EQ(notice.direction, sa::Direction::inbound);
  EXPECT_EQ(notice.spi, core::Spi{0xaabbccdd});
  EXPECT_EQ(notice.seq, 9U);
  EXPECT_EQ(notice.src, address("198.51.100.9"));
  EXPECT_EQ(notice.flow_label, std::nullopt);
}

TEST(InboundRoad, notes_the_flow_label_of_ipv6) {
  Ends gateways;
  Batch batch(
      {Ipv6Packet{.protocol = IpProtocol::esp, .payload = hex("aabbccdd00000009")}.bytes()});

  gateways.receive(batch);

  EXPECT_EQ(gateways.notices().at(0).flow_label, 0x5abcdU);
}

TEST(InboundRoad, counts_keep_alives_and_makes_no_noise_about_them) {
  Ends gateways;
  Batch batch({Ipv4Packet{.payload = udp(4500, 4500, hex("ff"))}.bytes()});

  gateways.receive(batch);

  EXPECT_EQ(gateways.in.verdicts().value(Verdict::keep_alive), 1U);
  EXPECT_TRUE(gateways.notices().empty());
}

TEST(InboundRoad, notes_forgeries_and_copies_with_outer_addresses_and_number) {
  Ends gateways;
  Batch sent({packet_to("10.2.1.1"), packet_to("10.2.1.1")});
  gateways.send(sent);
  auto forged = sent.bytes(1);
  forged.back() ^= std::byte{1};
  Batch batch({sent.bytes(0), sent.bytes(0), forged});

  gateways.receive(batch);

  EXPECT_EQ(batch.verdicts(),
            (std::vector{Verdict::pass, Verdict::replay_duplicate, Verdict::bad_icv}));
  ASSERT_EQ(gateways.notices().size(), 2U);
  EXPECT_EQ(gateways.notices()[0].seq, 1U);
  EXPECT_EQ(gateways.notices()[1].seq, 2U);
  EXPECT_EQ(gateways.notices()[1].src, address("192.0.2.1"));
  EXPECT_EQ(gateways.notices()[1].spi, core::Spi{0x1001});
}

/// Sent by a peer whose own policy lets it put anything into the SA for 10.2.1.0/24.
auto smuggled(const Bytes& clear) -> Bytes {
  auto spec = specs()[0];
  Tables wide;
  wide.spd.append(
      {{traffic({"0.0.0.0/0"}), traffic({"0.0.0.0/0"})}, wide.sad.add(make_outbound(spec))});
  Notices notices;
  OutboundRoad road(notices);
  SeededRandom random(1);
  Batch batch({clear});
  road.run(wide, batch.packets(), {.now = {}, .random = random});
  return batch.bytes(0);
}

TEST(InboundRoad, refuses_an_authentic_packet_outside_the_selectors_of_its_sa) {
  Ends gateways;
  Batch batch({smuggled(packet_to("10.2.2.1"))});

  gateways.receive(batch);

  EXPECT_EQ(batch.packets()[0].verdict, Verdict::selector_mismatch);
  EXPECT_EQ(gateways.receiver.sad.inbound(SaIndex{0}).verdicts.value(Verdict::selector_mismatch),
            1U);
  EXPECT_EQ(gateways.notices().at(0).dst, address("10.2.2.1"));
}

TEST(InboundRoad, names_the_sa_that_carried_esp_and_not_the_esp_it_carried) {
  Ends gateways;
  const auto nested = Ipv4Packet{.dst = address("10.9.9.9"),
                                 .protocol = IpProtocol::esp,
                                 .payload = hex("deadbeef0000002a")}
                          .bytes();
  Batch batch({smuggled(nested)});

  gateways.receive(batch);

  ASSERT_EQ(batch.packets()[0].verdict, Verdict::selector_mismatch);
  EXPECT_EQ(gateways.notices().at(0).spi, core::Spi{0x1001});
  EXPECT_EQ(gateways.notices().at(0).seq, std::nullopt);
}

// RFC 4301, 4.1: which SA a class of traffic takes is the sender's affair (ARCH-4.1-08).
TEST(InboundRoad, takes_a_packet_whose_dscp_was_changed_on_its_way) {
  Ends gateways;
  const auto clear = packet_to("10.2.1.1");
  Batch batch({clear});
  gateways.send(batch);
  auto remarked = batch.bytes(0);
  net::set_ipv4_tos(remarked, 46 << 2);
  Batch arrived({remarked});

  gateways.receive(arrived);

  EXPECT_EQ(arrived.all_bytes(), std::vector<Bytes>{clear});
}

// ARCH-4.4.2.1-06
TEST(Roads, go_on_when_their_ends_have_counted_differently) {
  Ends gateways;
  for (int i = 0; i < 10; ++i) {
    Batch batch({packet_to("10.2.1.1"), packet_to("10.2.1.1")});
    gateways.send(batch);
    Batch arrived({batch.bytes(1)});  // the other one is lost

    gateways.receive(arrived);

    EXPECT_EQ(arrived.packets()[0].verdict, Verdict::pass);
  }
  EXPECT_EQ(gateways.sender.sad.outbound(SaIndex{0}).usage.packets.value(), 20U);
  EXPECT_EQ(gateways.receiver.sad.inbound(SaIndex{0}).usage.packets.value(), 10U);
}

/// One packet to each SA, sealed, and each outer datagram in two fragments, the last one first.
auto arriving_in_fragments(Ends& gateways, const std::vector<Bytes>& clear) -> Batch {
  Batch sealed(clear);
  gateways.send(sealed);
  std::vector<Bytes> fragments;
  for (const auto& datagram : sealed.all_bytes()) {
    std::ranges::copy(cut(datagram, 900), std::back_inserter(fragments));
  }
  std::ranges::reverse(fragments);
  return Batch(fragments);
}

TEST(InboundRoad, opens_esp_that_came_in_fragments_with_and_without_udp) {
  Ends gateways(OuterFragments::reassemble);
  const std::vector clear = {packet_to("10.2.1.1", 1200), packet_to("10.2.2.1", 1200)};
  auto batch = arriving_in_fragments(gateways, clear);
  ASSERT_EQ(batch.packets().size(), 4U);

  gateways.receive(batch);

  EXPECT_EQ(batch.packets()[0].verdict, Verdict::fragment_kept);
  EXPECT_EQ(batch.bytes(1), clear[1]);
  EXPECT_EQ(batch.packets()[2].verdict, Verdict::fragment_kept);
  EXPECT_EQ(batch.bytes(3), clear[0]);
  EXPECT_TRUE(gateways.notices().empty());
}

TEST(InboundRoad, refuses_fragments_where_a_system_should_have_put_them_together) {
  Ends gateways(OuterFragments::refuse);
  auto batch = arriving_in_fragments(gateways, {packet_to("10.2.1.1", 1200)});
  ASSERT_EQ(batch.packets().size(), 2U);

  gateways.receive(batch);

  EXPECT_EQ(batch.packets()[0].verdict, Verdict::is_fragment);
  EXPECT_EQ(batch.packets()[1].verdict, Verdict::is_fragment);
}

TEST(Roads, forget_the_sa_a_packet_had_on_another_road) {
  Ends gateways;
  Batch batch({hex("45"), hex("45")});
  for (auto& packet : batch.packets()) packet.sa = SaIndex{1};

  gateways.in.run(gateways.receiver, batch.packets().first(1), {});
  SeededRandom random(1);
  gateways.out.run(gateways.sender, batch.packets().last(1), {.now = {}, .random = random});

  EXPECT_EQ(batch.packets()[0].sa, SaIndex::none);
  EXPECT_EQ(batch.packets()[1].sa, SaIndex::none);
}

TEST(Tables, go_on_where_the_tables_before_them_stopped) {
  Ends before;
  Batch first({packet_to("10.2.1.1"), packet_to("10.2.1.1")});
  before.send(first);
  Batch arrived({first.bytes(1)});
  before.receive(arrived);
  Ends after;
  after.sender.outbound_successions = {{.before = SaIndex{0}, .after = SaIndex{0}}};
  after.receiver.inbound_successions = {{.before = SaIndex{0}, .after = SaIndex{0}}};

  continue_from(after.sender, before.sender);
  continue_from(after.receiver, before.receiver);
  Batch again({first.bytes(1), first.bytes(0)});
  after.receive(again);
  Batch next({packet_to("10.2.1.1"), packet_to("10.2.2.1")});
  after.send(next);

  EXPECT_EQ(again.verdicts(), (std::vector{Verdict::replay_duplicate, Verdict::pass}));
  EXPECT_EQ(u32(next.bytes(0), 24), 3U);
  EXPECT_EQ(u32(next.bytes(1), 32), 1U) << "not named as a successor";
  EXPECT_EQ(after.receiver.sad.inbound(SaIndex{0}).usage.packets.value(), 2U);
}

// ARCH-4.1-04: a unicast SA and two of a group, one of them for one source, have one SPI.
TEST(InboundRoad, tells_sas_of_a_group_from_others_of_the_same_spi) {
  NoNotices notices;
  const std::vector<SaSpec> specs = {
      {.kind = Kind::aead},
      {.kind = Kind::aead_256, .theirs = "239.1.1.1"},
      {.kind = Kind::encrypt_then_mac, .ours = "192.0.2.7", .theirs = "239.1.1.1"}};
  Tables tables;
  InboundRoad road(notices);
  std::vector<Bytes> outer;
  for (const auto& spec : specs) {
    auto inbound = mirrored(parameters(spec));
    if (inbound.theirs == address("192.0.2.7")) inbound.group.emplace().source = inbound.theirs;
    if (spec.theirs == "239.1.1.1") {
      if (!inbound.group) inbound.group.emplace();
      inbound.group->destination = inbound.ours;
    }
    (void)tables.sad.add(
        ipsec::InboundSa::make(std::move(inbound), crypto::openssl::provider(), {}).value());
    const auto sender = make_outbound(spec);
    for (int i = 0; i < 2; ++i) outer.push_back(sealed(*sender, udp4_of_size(100)));
  }
  std::swap(outer[1], outer[3]);  // neighbours of one SPI and of different SAs
  Batch batch(outer);

  road.run(tables, batch.packets(), {});

  EXPECT_EQ(batch.verdicts(), std::vector(6, Verdict::pass));
  EXPECT_EQ(batch.bytes(3), udp4_of_size(100));
}

}  // namespace
}  // namespace esplanade::pipeline
