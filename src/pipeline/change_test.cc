// Pairs of SAs that come and go while both roads carry packets.
#include "pipeline/change.h"

#include "tests/support/roads.h"
#include "tests/support/slot.h"

#include <gtest/gtest.h>

namespace esplanade::pipeline {
namespace {

using net::Verdict;
using policy::PolicyId;
using namespace std::chrono_literals;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

constexpr auto site = PolicyId{7};
constexpr auto first = ChildKey{1};
constexpr auto second = ChildKey{2};

class Sink final : public NoticeSink {
 public:
  void note(const Notice& notice) noexcept override { notices.push_back(notice); }
  void report(const Report& report) noexcept override { reports.push_back(report); }
  std::vector<Notice> notices;
  std::vector<Report> reports;
};

auto spec_of(std::uint32_t spi, std::vector<std::string_view> theirs = {"10.2.0.0/16"}) -> SaSpec {
  return {.encapsulation = sa::UdpEncapsulation{},
          .spi = spi,
          .inner_ours = {"10.1.0.0/16"},
          .inner_theirs = std::move(theirs)};
}

auto packet_to(std::string_view dst) -> Bytes {
  return Ipv4Packet{.dst = address(dst), .payload = udp(1000, 53, pattern(20))}.bytes();
}

/// One gateway with a policy for 10.2.0.0/16 and no SA.
struct Gateway : testing::Test {
  Gateway() { tables.spd.append(keyed(policy::Unkeyed::hold)); }

  static auto keyed(policy::Unkeyed unkeyed) -> policy::KeyedEntry {
    return {site, {traffic({"10.1.0.0/16"}), traffic({"10.2.0.0/16"})}, false, unkeyed};
  }
  auto apply(Change change) -> std::optional<PolicyId> { return carry_out(change, tables); }
  void install_outbound(ChildKey child, const SaSpec& spec) {
    apply(InstallOutbound{child, site, make_outbound(spec)});
  }
  void install_inbound(ChildKey child, const SaSpec& spec) {
    apply(InstallInbound{child, site, make_inbound(spec)});
  }
  void run(std::span<net::Packet> batch, core::Time now = {}) {
    out.run(tables, batch, {.now = now, .random = random});
    out.account(tables, batch);
  }
  auto send(const Bytes& packet, core::Time now = {}) -> Bytes {
    Batch batch({packet});
    run(batch.packets(), now);
    verdict = batch.packets()[0].verdict;
    return batch.bytes(0);
  }
  auto receive(const Bytes& packet) -> Verdict {
    Batch batch({packet});
    in.run(tables, batch.packets(), {});
    in.account(tables, batch.packets());
    return batch.packets()[0].verdict;
  }
  /// The SPI that carried what send() gave.
  static auto spi_of(const Bytes& sent) -> std::uint32_t { return u32(sent, 28); }
  template <class T>
  auto reported() const -> std::vector<T> {
    std::vector<T> all;
    for (const auto& report : sink.reports) {
      if (const auto* one = std::get_if<T>(&report)) all.push_back(*one);
    }
    return all;
  }

  Sink sink;
  Tables tables;
  OutboundRoad out{sink, 1500};
  InboundRoad in{sink};
  SeededRandom random{1};
  Verdict verdict{};
};

TEST_F(Gateway, sends_by_an_sa_once_its_child_is_active_and_not_before) {
  install_outbound(first, spec_of(0x1001));
  (void)send(packet_to("10.2.0.1"));
  EXPECT_EQ(verdict, Verdict::held);

  EXPECT_EQ(apply(Activate{first}), site);

  EXPECT_EQ(spi_of(send(packet_to("10.2.0.1"))), 0x1001U);
  EXPECT_EQ(verdict, Verdict::pass);
}

TEST_F(Gateway, sends_by_the_newest_child_and_goes_back_when_that_is_deactivated) {
  install_outbound(first, spec_of(0x1001));
  install_outbound(second, spec_of(0x1002));
  apply(Activate{first});
  apply(Activate{second});
  EXPECT_EQ(spi_of(send(packet_to("10.2.0.1"))), 0x1002U);

  apply(Deactivate{second});
  EXPECT_EQ(spi_of(send(packet_to("10.2.0.1"))), 0x1001U);

  apply(Remove{first, {}, {}});
  const auto clear = packet_to("10.2.0.1");
  EXPECT_EQ(send(clear), clear);
  EXPECT_EQ(verdict, Verdict::held) << "never in clear";
}

TEST_F(Gateway, keeps_what_it_removes_in_the_change) {
  install_inbound(first, spec_of(0x5a300001));
  install_outbound(first, spec_of(0x1001));
  Change change = Remove{first, {}, {}};

  (void)carry_out(change, tables);

  const auto& removed = std::get<Remove>(change);
  EXPECT_EQ(removed.inbound->parameters.spi, core::Spi{0x5a300001});
  EXPECT_EQ(removed.outbound.use_count(), 1);
  EXPECT_EQ(tables.sad.find_inbound(core::Spi{0x5a300001}), core::SaIndex::none);
  EXPECT_TRUE(tables.children.empty());
}

TEST_F(Gateway, takes_packets_by_an_inbound_sa_though_its_child_is_not_active) {
  Gateways peer({spec_of(0x5a300001, {"10.1.0.0/16"})}, sink);
  peer.sender.spd.append({{traffic({"0.0.0.0/0"}), traffic({"0.0.0.0/0"})}, core::SaIndex{0}});
  tables.encap_ports = {4500};
  auto spec = spec_of(0x5a300001, {"10.1.0.0/16"});
  spec.inner_ours = {"10.2.0.0/16"};
  install_inbound(first, spec);
  auto clear = Ipv4Packet{.src = address("10.2.0.1"), .dst = address("10.1.0.1")};
  Batch batch({clear.bytes()});
  peer.send(batch.packets());

  EXPECT_EQ(receive(batch.bytes(0)), Verdict::pass);
  apply(Deactivate{first});
  EXPECT_EQ(receive(batch.bytes(0)), Verdict::replay_duplicate);
  apply(Remove{first, {}, {}});
  EXPECT_EQ(receive(batch.bytes(0)), Verdict::unknown_spi);
}

TEST_F(Gateway, forgets_changes_of_children_it_does_not_have) {
  EXPECT_EQ(apply(Activate{first}), std::nullopt);
  EXPECT_EQ(apply(Deactivate{first}), std::nullopt);
  EXPECT_EQ(apply(Move{first, {}}), std::nullopt);
  EXPECT_EQ(apply(Remove{first, {}, {}}), std::nullopt);
}

TEST_F(Gateway, asks_for_an_sa_once_and_again_after_a_second) {
  (void)send(packet_to("10.2.0.1"), core::Time{5s});
  (void)send(packet_to("10.2.0.2"), core::Time{5999ms});
  EXPECT_EQ(reported<Wanted>().size(), 1U);
  (void)send(packet_to("10.2.0.3"), core::Time{6s});

  const auto wanted = reported<Wanted>();
  ASSERT_EQ(wanted.size(), 2U);
  EXPECT_EQ(wanted[0].policy, site);
  EXPECT_EQ(wanted[0].src, address("10.1.0.1"));
  EXPECT_EQ(wanted[0].dst, address("10.2.0.1"));
  EXPECT_EQ(wanted[0].protocol, IpProtocol::udp);
  EXPECT_EQ(wanted[0].ports, (net::Ports{1000, 53}));
  EXPECT_EQ(wanted[1].dst, address("10.2.0.3"));
  EXPECT_TRUE(sink.notices.empty());
}

/// Each may ask for an SA of its own; how many in a second is bounded.
TEST_F(Gateway, asks_for_every_packet_it_holds_where_sas_are_populated_from_packets) {
  tables.spd = {};
  auto entry = keyed(policy::Unkeyed::hold);
  entry.populate = {.their_address = true};
  tables.spd.append(std::move(entry));

  (void)send(packet_to("10.2.0.1"), core::Time{5s});
  (void)send(packet_to("10.2.0.2"), core::Time{5s});
  EXPECT_EQ(reported<Wanted>().size(), 2U);
  for (int i = 0; i < 100; ++i) (void)send(packet_to("10.2.0.3"), core::Time{5s});
  EXPECT_EQ(reported<Wanted>().size(), OutboundRoad::most_asked);
}

// ARCH-4.4.2.2-01: a value that shall be the packet's, and that it does not show.
TEST_F(Gateway, drops_a_later_fragment_where_ports_are_populated_from_packets) {
  tables.spd = {};
  auto entry = keyed(policy::Unkeyed::hold);
  entry.populate = {.protocol = true, .their_port = true};
  tables.spd.append(std::move(entry));

  (void)send(Ipv4Packet{.flags_and_offset = 0x0001, .payload = pattern(16)}.bytes());

  EXPECT_EQ(verdict, Verdict::no_sa);
  EXPECT_TRUE(reported<Wanted>().empty());
}

TEST_F(Gateway, drops_and_counts_where_the_policy_wants_no_sa_made) {
  tables.spd = {};
  tables.spd.append(keyed(policy::Unkeyed::drop));

  (void)send(packet_to("10.2.0.1"));

  EXPECT_EQ(verdict, Verdict::no_sa);
  EXPECT_EQ(out.verdicts().value(Verdict::no_sa), 1U);
  EXPECT_TRUE(sink.reports.empty());
  EXPECT_EQ(sink.notices.size(), 1U);
}

TEST_F(Gateway, holds_and_asks_once_the_policy_is_trapped) {
  tables.spd = {};
  tables.spd.append(keyed(policy::Unkeyed::drop));
  apply(Trap{site});

  (void)send(packet_to("10.2.0.1"));

  EXPECT_EQ(verdict, Verdict::held);
  EXPECT_EQ(reported<Wanted>().size(), 1U);
}

TEST_F(Gateway, asks_again_at_once_when_what_it_asked_for_has_come_and_gone) {
  (void)send(packet_to("10.2.0.1"));
  install_outbound(first, spec_of(0x1001));
  apply(Activate{first});
  apply(Remove{first});

  (void)send(packet_to("10.2.0.1"));

  EXPECT_EQ(verdict, Verdict::held);
  EXPECT_EQ(reported<Wanted>().size(), 2U);
}

TEST_F(Gateway, sends_what_was_held_in_order_before_what_comes_later) {
  for (const auto* dst : {"10.2.0.1", "10.2.0.2"}) (void)send(packet_to(dst));
  install_outbound(first, spec_of(0x1001));
  const auto released = apply(Activate{first});

  Batch batch(std::vector<Bytes>(3));
  const auto count = out.release(*released, batch.packets());
  run(batch.packets().first(count));

  EXPECT_EQ(count, 2U);
  EXPECT_EQ(u32(batch.bytes(0), 32), 1U) << "its sequence number";
  EXPECT_EQ(u32(batch.bytes(1), 32), 2U);
  EXPECT_EQ(u32(send(packet_to("10.2.0.3")), 32), 3U);
}

TEST_F(Gateway, drops_what_was_held_when_no_sa_comes) {
  (void)send(packet_to("10.2.0.1"));
  (void)send(packet_to("10.2.0.1"));

  out.drop_held(site);

  EXPECT_EQ(out.verdicts().value(Verdict::held), 2U);
  EXPECT_EQ(out.verdicts().value(Verdict::hold_over), 2U);
  EXPECT_EQ(out.held(site), 0U);
}

TEST_F(Gateway, follows_a_peer_that_moved) {
  install_outbound(first, spec_of(0x1001));
  apply(Activate{first});

  apply(Move{first, {{address("192.0.2.9"), 4500}, {address("203.0.113.5"), 6789}}});

  const auto sent = net::Datagram::parse(send(packet_to("10.2.0.1"))).value();
  EXPECT_EQ(sent.src, address("192.0.2.9"));
  EXPECT_EQ(sent.dst, address("203.0.113.5"));
  EXPECT_EQ(sent.ports, (net::Ports{4500, 6789}));
}

TEST_F(Gateway, reports_where_an_authentic_packet_came_from_if_not_from_its_peer) {
  auto elsewhere = spec_of(0x5a300001);
  elsewhere.ours = "203.0.113.5";
  elsewhere.encapsulation = {.ours = 6789, .theirs = 4500};
  Gateways peer({elsewhere}, sink);
  tables.encap_ports = {4500};
  install_inbound(first, spec_of(0x5a300001));
  Batch sent({packet_to("10.2.0.1"), packet_to("10.2.0.2")});
  peer.send(sent.packets());
  auto forged = sent.bytes(0);
  forged.back() ^= std::byte{1};

  EXPECT_EQ(receive(forged), Verdict::bad_icv);
  EXPECT_TRUE(reported<PeerSeenAt>().empty());
  EXPECT_EQ(receive(sent.bytes(0)), Verdict::pass);
  ASSERT_EQ(reported<PeerSeenAt>().size(), 1U);
  EXPECT_EQ(reported<PeerSeenAt>()[0].inbound, core::Spi{0x5a300001});
  EXPECT_EQ(reported<PeerSeenAt>()[0].theirs, (net::Endpoint{address("203.0.113.5"), 6789}));

  apply(Move{first, {{address("198.51.100.1"), 4500}, {address("203.0.113.5"), 6789}}});
  EXPECT_EQ(receive(sent.bytes(1)), Verdict::pass);
  EXPECT_EQ(reported<PeerSeenAt>().size(), 1U) << "it is there now";
}

TEST_F(Gateway, hands_ike_on_without_its_marker_and_makes_no_noise) {
  tables.encap_ports = {4500};
  Bytes message;
  sink.reports.clear();
  struct Keeper final : NoticeSink {
    void note(const Notice&) noexcept override { ++notes; }
    void report(const Report& report) noexcept override {
      const auto& ike = std::get<IkeMessage>(report);
      path = ike.path;
      message.assign(ike.message.begin(), ike.message.end());
    }
    int notes = 0;
    net::Path path;
    Bytes message;
  } keeper;
  InboundRoad road(keeper);
  Batch batch({Ipv4Packet{.payload = udp(6789, 4500, hex("00000000aabbcc"))}.bytes()});

  road.run(tables, batch.packets(), {});
  road.account(tables, batch.packets());

  EXPECT_EQ(keeper.message, hex("aabbcc"));
  EXPECT_EQ(keeper.path, (net::Path{{address("10.2.0.1"), 4500}, {address("10.1.0.1"), 6789}}));
  EXPECT_EQ(keeper.notes, 0);
}

TEST_F(Gateway, reports_esp_with_an_spi_nobody_has) {
  tables.encap_ports = {4500};

  (void)receive(
      Ipv4Packet{.protocol = IpProtocol::esp, .payload = hex("aabbccdd00000009")}.bytes());
  (void)receive(Ipv4Packet{.payload = udp(6789, 4500, hex("aabbccde00000009"))}.bytes());

  const auto strays = reported<Stray>();
  ASSERT_EQ(strays.size(), 2U);
  EXPECT_EQ(strays[0].spi, core::Spi{0xaabbccdd});
  EXPECT_EQ(strays[0].path, (net::Path{{address("10.2.0.1"), 0}, {address("10.1.0.1"), 0}}));
  EXPECT_EQ(strays[1].path.theirs.port, 6789);
  EXPECT_EQ(sink.notices.size(), 2U);
}

/// What its SA's policy lets a peer of ours put into 10.2.0.0/16's.
auto smuggled(const Bytes& clear, std::uint32_t spi, NoticeSink& sink) -> Bytes {
  auto wide = spec_of(spi, {"0.0.0.0/0"});
  wide.inner_ours = {"0.0.0.0/0"};
  Gateways peer({wide}, sink);
  Batch batch({clear});
  peer.send(batch.packets());
  return batch.bytes(0);
}

TEST_F(Gateway, reports_packets_that_an_sa_of_ike_was_not_made_for) {
  tables.encap_ports = {4500};
  install_inbound(first, spec_of(0x5a300001));
  const auto clear =
      Ipv4Packet{.dst = address("10.9.0.1"), .payload = udp(1, 2, pattern(600))}.bytes();

  EXPECT_EQ(receive(smuggled(clear, 0x5a300001, sink)), Verdict::selector_mismatch);
  EXPECT_EQ(receive(smuggled(packet_to("10.9.0.2"), 0x5a300001, sink)), Verdict::replay_duplicate);

  const auto missed = reported<SelectorMismatch>();
  ASSERT_EQ(missed.size(), 1U);
  EXPECT_EQ(missed[0].inbound, core::Spi{0x5a300001});
  EXPECT_EQ(core::to_hex(View(missed[0].start).first(missed[0].start_size)),
            core::to_hex(View(clear).first(SelectorMismatch::longest_start)));
}

TEST_F(Gateway, reports_a_short_packet_whole_and_none_of_an_sa_by_hand) {
  tables.encap_ports = {4500};
  install_inbound(first, spec_of(0x5a300001));
  (void)tables.sad.add(make_inbound(spec_of(0x1002)));
  const auto clear = packet_to("10.9.0.1");

  EXPECT_EQ(receive(smuggled(clear, 0x5a300001, sink)), Verdict::selector_mismatch);
  EXPECT_EQ(receive(smuggled(clear, 0x1002, sink)), Verdict::selector_mismatch);

  const auto missed = reported<SelectorMismatch>();
  ASSERT_EQ(missed.size(), 1U);
  EXPECT_EQ(core::to_hex(View(missed[0].start).first(missed[0].start_size)), core::to_hex(clear));
}

TEST_F(Gateway, goes_on_with_what_ike_made_under_the_next_configuration) {
  install_inbound(first, spec_of(0x5a300001));
  install_outbound(first, spec_of(0x1001));
  apply(Activate{first});
  (void)send(packet_to("10.2.0.1"));
  Tables next;
  next.spd.append({{traffic({"10.1.0.0/16"}), traffic({"10.9.0.0/16"})}, core::SaIndex::none});
  next.spd.append(keyed(policy::Unkeyed::hold));

  continue_from(next, tables);
  tables = std::move(next);

  EXPECT_EQ(u32(send(packet_to("10.2.0.1")), 32), 2U) << "the next number";
  apply(Remove{first, {}, {}});
  EXPECT_EQ(tables.sad.find_inbound(core::Spi{0x5a300001}), core::SaIndex::none);
}

}  // namespace
}  // namespace esplanade::pipeline
