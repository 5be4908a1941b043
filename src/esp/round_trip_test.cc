// What is sealed is opened to the same octets: every mode, family, algorithm, encapsulation and
// length; and whatever is not exactly what was sealed is refused and changes nothing.
#include "tests/support/esp.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace esplanade::esp {
namespace {

using net::Verdict;
using sa::Mode;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

constexpr std::string_view ours6 = "2001:db8::1";
constexpr std::string_view theirs6 = "2001:db8::2";

/// Every SA there can be, but for windows and lifetimes.
auto all_specs() -> std::vector<SaSpec> {
  std::vector<SaSpec> all;
  for (unsigned bits = 0; bits < 32; ++bits) {
    SaSpec spec{.kind = (bits & 1) != 0 ? Kind::aead : Kind::encrypt_then_mac,
                .mode = (bits & 2) != 0 ? Mode::tunnel : Mode::transport,
                .esn = (bits & 4) != 0 ? sa::Esn::yes : sa::Esn::no};
    if ((bits & 8) != 0) spec.encapsulation = sa::UdpEncapsulation{4500, 33000};
    if ((bits & 16) != 0) {
      spec.ours = ours6;
      spec.theirs = theirs6;
    }
    all.push_back(spec);
  }
  return all;
}

/// Datagrams around `payload`, with all that IP can put before it.
auto all_shapes(const Bytes& payload) -> std::vector<Bytes> {
  using enum IpProtocol;
  return {
      Ipv4Packet{.payload = payload}.bytes(),
      Ipv4Packet{.protocol = icmp, .tos = 0xb8, .flags_and_offset = 0x4000, .payload = payload}
          .bytes(),
      Ipv4Packet{.protocol = tcp, .options = Bytes(40, std::byte{1}), .payload = payload}.bytes(),
      Ipv6Packet{.payload = payload}.bytes(),
      Ipv6Packet{.protocol = icmpv6,
                 .traffic_class = 0x2e,
                 .extensions = {extension(hop_by_hop, 2)},
                 .payload = payload}
          .bytes(),
      Ipv6Packet{.protocol = tcp,
                 .extensions = {extension(destination_options), extension(routing, 3),
                                extension(destination_options, 2)},
                 .payload = payload}
          .bytes(),
  };
}

class EverySa : public ::testing::TestWithParam<SaSpec> {};

INSTANTIATE_TEST_SUITE_P(RoundTrip, EverySa, ::testing::ValuesIn(all_specs()));

TEST_P(EverySa, gives_back_every_shape_of_every_length) {
  auto out = make_outbound(GetParam());
  auto in = make_inbound(GetParam());
  for (const std::size_t length :
       {0U, 1U, 2U, 3U, 4U, 13U, 14U, 15U, 16U, 17U, 63U, 64U, 1400U, 9000U}) {
    for (const auto& clear : all_shapes(pattern(length))) {
      const auto outcome = opened(*in, sealed(*out, clear));
      ASSERT_EQ(outcome.verdict, Verdict::pass) << length;
      ASSERT_EQ(outcome.bytes, clear) << length;
    }
  }
}

TEST_P(EverySa, shows_nothing_of_the_clear_packet) {
  auto out = make_outbound(GetParam());
  const Bytes secret(64, std::byte{0x5a});
  for (const auto& clear : all_shapes(secret)) {
    const auto outer = sealed(*out, clear);
    const auto found = std::search(outer.begin(), outer.end(), secret.begin(), secret.begin() + 8);
    EXPECT_EQ(found, outer.end());
  }
}

/// All of an inbound SA that a packet could have changed.
struct State {
  std::uint64_t packets, octets;
  bool takes_next, takes_far;
  auto operator==(const State&) const -> bool = default;
};

auto state_of(const ipsec::InboundSa& sa) -> State {
  return {sa.usage.packets.value(), sa.usage.octets.value(), sa.check(core::Seq64{2}).has_value(),
          sa.check(core::Seq64{3}).has_value()};
}

/// The second packet of an SA whose first arrived, and what became of a forgery of it.
struct Forgery {
  std::unique_ptr<ipsec::OutboundSa> out;
  std::unique_ptr<ipsec::InboundSa> in;
  Bytes clear, genuine;
  Place place;

  explicit Forgery(const SaSpec& spec, std::size_t length)
      : out(make_outbound(spec)),
        in(make_inbound(spec)),
        clear(all_shapes(pattern(length))[length % 6]),
        genuine(after_first(*out)),
        place(esp_place(genuine)) {}

  [[nodiscard]] auto after_first(ipsec::OutboundSa& sa) const -> Bytes {
    RC_ASSERT(opened(*in, sealed(sa, clear)).verdict == Verdict::pass);
    return sealed(sa, clear);
  }

  void must_be_refused(const Bytes& forged, Place where) {
    const auto before = state_of(*in);
    Slot slot(forged);
    const Inbound inbound{&slot.packet, where};
    esp::open(*in, {&inbound, 1}, {});

    RC_ASSERT(!slot.packet.passes());
    RC_ASSERT(state_of(*in) == before);
    RC_ASSERT(opened(*in, genuine) == (Outcome{Verdict::pass, clear}));
  }
};

auto any_spec() -> rc::Gen<SaSpec> {
  return rc::gen::map(rc::gen::inRange<std::size_t>(0, 32),
                      [](std::size_t i) { return all_specs()[i]; });
}

TEST(RoundTrip, gives_back_any_packet) {
  ASSERT_TRUE(rc::check("open(seal(p)) == p", [] {
    const auto spec = *any_spec();
    auto out = make_outbound(spec);
    auto in = make_inbound(spec);
    SeededRandom random(*rc::gen::arbitrary<std::uint64_t>());
    for (const auto& clear : all_shapes(random.bytes(random.below(3000)))) {
      RC_ASSERT(opened(*in, sealed(*out, clear)) == (Outcome{Verdict::pass, clear}));
    }
  }));
}

TEST(RoundTrip, refuses_any_flipped_bit_of_esp_and_remains_as_it_was) {
  ASSERT_TRUE(rc::check("flip", [] {
    Forgery forgery(*any_spec(), *rc::gen::inRange<std::size_t>(0, 300));
    auto forged = forgery.genuine;
    const auto bit = *rc::gen::inRange<std::size_t>(0, forgery.place.size * 8U);
    forged[forgery.place.offset + bit / 8] ^= static_cast<std::byte>(1U << bit % 8);

    forgery.must_be_refused(forged, forgery.place);
  }));
}

TEST(RoundTrip, refuses_every_truncation_and_remains_as_it_was) {
  ASSERT_TRUE(rc::check("truncate", [] {
    Forgery forgery(*any_spec(), *rc::gen::inRange<std::size_t>(0, 300));
    auto place = forgery.place;
    place.size = *rc::gen::inRange<std::uint16_t>(8, place.size);
    auto forged = forgery.genuine;
    forged.resize(place.offset + std::size_t{place.size});

    forgery.must_be_refused(forged, place);
  }));
}

TEST(RoundTrip, refuses_octets_added_behind_the_icv) {
  ASSERT_TRUE(rc::check("extend", [] {
    Forgery forgery(*any_spec(), *rc::gen::inRange<std::size_t>(0, 300));
    const auto more = *rc::gen::inRange<std::size_t>(1, 64);
    auto forged = forgery.genuine;
    forged.resize(forged.size() + more);
    auto place = forgery.place;
    place.size = static_cast<std::uint16_t>(place.size + more);

    forgery.must_be_refused(forged, place);
  }));
}

TEST(BatchOfOneSa, is_sealed_as_its_packets_one_by_one_would_be) {
  const SaSpec spec{};
  auto together = make_outbound(spec);
  auto alone = make_outbound(spec);
  std::vector<Bytes> clear;
  for (std::size_t i = 0; i < net::batch_max; ++i) clear.push_back(udp4_of_size(28 + 20 * i));
  test::Batch batch(clear);

  seal_all(*together, batch.packets());

  for (std::size_t i = 0; i < clear.size(); ++i)
    EXPECT_EQ(batch.bytes(i), sealed(*alone, clear[i]));
}

TEST(BatchOfOneSa, loses_only_what_is_bad_in_it) {
  for (const auto kind : {Kind::aead, Kind::encrypt_then_mac}) {
    const SaSpec spec{.kind = kind};
    auto out = make_outbound(spec);
    auto in = make_inbound(spec);
    auto outer = std::vector<Bytes>{};
    for (std::size_t i = 0; i < 8; ++i) outer.push_back(sealed(*out, udp4_of_size(50 + i)));
    outer[0].back() ^= std::byte{1};
    outer[3][30] ^= std::byte{1};
    outer[5] = Ipv4Packet{.protocol = IpProtocol::esp, .payload = pattern(9)}.bytes();
    test::Batch batch(outer);

    open_all(*in, batch.packets());

    for (const std::size_t i : {1U, 2U, 4U, 6U, 7U})
      EXPECT_EQ(batch.bytes(i), udp4_of_size(50 + i));
    EXPECT_EQ(batch.packets()[0].verdict, Verdict::bad_icv);
    EXPECT_EQ(batch.packets()[3].verdict, Verdict::bad_icv);
    EXPECT_EQ(batch.packets()[5].verdict, Verdict::too_short);
    EXPECT_EQ(in->usage.packets.value(), 5U);
  }
}

TEST(BatchOfOneSa, takes_one_of_two_copies_within_it) {
  for (const auto kind : {Kind::aead, Kind::encrypt_then_mac}) {
    const SaSpec spec{.kind = kind};
    auto in = make_inbound(spec);
    const auto outer = sealed(*make_outbound(spec), udp4_of_size(50));
    test::Batch batch({outer, outer, outer});

    open_all(*in, batch.packets());

    EXPECT_EQ(batch.verdicts(),
              (std::vector{Verdict::pass, Verdict::replay_duplicate, Verdict::replay_duplicate}));
    EXPECT_EQ(in->usage.packets.value(), 1U);
  }
}

TEST(BatchOfOneSa, takes_the_genuine_packet_behind_a_forgery_with_its_number) {
  auto in = make_inbound({});
  const auto outer = sealed(*make_outbound({}), udp4_of_size(50));
  auto forged = outer;
  forged[40] ^= std::byte{0x80};
  test::Batch batch({forged, outer});

  open_all(*in, batch.packets());

  EXPECT_EQ(batch.verdicts(), (std::vector{Verdict::bad_icv, Verdict::pass}));
}

TEST(BatchOfOneSa, may_be_empty) {
  auto out = make_outbound({});
  auto in = make_inbound({});
  seal_all(*out, {});
  open_all(*in, {});

  EXPECT_EQ(out->last_sequence(), core::Seq64{0});
  EXPECT_EQ(in->usage.packets.value(), 0U);
}

}  // namespace
}  // namespace esplanade::esp
