// What stamp() and peel() do against what they stand in for: encapsulate(), strip_trailer() and
// decapsulate(), over random packets and SAs.
#include "esp/decapsulate.h"
#include "esp/encapsulate.h"
#include "esp/quick/peel.h"
#include "esp/quick/stamp.h"
#include "esp/trailer.h"
#include "tests/support/draw.h"
#include "tests/support/esp.h"

#include <gtest/gtest.h>

namespace esplanade::esp {
namespace {

using net::Verdict;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

auto any_spec(Draw& draw) -> SaSpec {
  const bool is_ipv6 = draw.is_one_in(2);
  SaSpec spec{.kind = draw.one_of({Kind::aead, Kind::encrypt_then_mac}),
              .mode = draw.one_of({sa::Mode::tunnel, sa::Mode::transport}),
              .esn = draw.one_of({sa::Esn::no, sa::Esn::yes}),
              .df = draw.one_of({sa::DfPolicy::copy, sa::DfPolicy::set, sa::DfPolicy::clear})};
  if (draw.is_one_in(2)) spec.encapsulation = sa::UdpEncapsulation{4500, 33000};
  if (is_ipv6) {
    spec.ours = "2001:db8::1";
    spec.theirs = "2001:db8::2";
  }
  return spec;
}

/// Of both families, with and without what makes one special; now and then with an octet changed
/// or behind the end.
auto any_packet(Draw& draw) -> Bytes {
  using enum IpProtocol;
  const auto payload = draw.bytes(draw.number(8, 200));
  const auto tos = draw.octet();
  const bool is_special = draw.one_of({true, false, false});
  const auto flags = is_special ? draw.one_of<std::uint16_t>({0, 0x4000, 0x2000, 0x0001})
                                : draw.one_of<std::uint16_t>({0, 0x4000});
  Bytes packet;
  if (draw.is_one_in(2)) {
    packet = Ipv4Packet{.protocol = draw.one_of({udp, tcp, icmp, esp}),
                        .tos = tos,
                        .flags_and_offset = flags,
                        .options = is_special ? Bytes(8, std::byte{1}) : Bytes{},
                        .payload = payload}
                 .bytes();
  } else {
    packet = Ipv6Packet{.protocol = draw.one_of({udp, tcp, icmpv6}),
                        .traffic_class = tos,
                        .extensions = is_special ? std::vector{extension(hop_by_hop)}
                                                 : std::vector<Extension>{},
                        .payload = payload}
                 .bytes();
  }
  if (draw.one_of({true, false, false, false})) {
    packet[draw.number(0, 20)] = std::byte{draw.octet()};
  }
  packet.resize(packet.size() + draw.one_of<std::size_t>({0, 0, 3}));
  return packet;
}

/// A pair of SAs that are the same, but for what was done with them.
struct Twins {
  Twins(Draw& draw, const SaSpec& spec)
      : last(draw.number(0, 65536)), quick(make_outbound(spec)), slow(make_outbound(spec)) {
    const auto map = draw.one_of({0, 1, 2});
    for (auto* const sa : {quick.get(), slow.get()}) {
      if (map == 1) sa->parameters.dscp.outer.fill(46);
      if (map == 2) sa->parameters.ecn = sa::Ecn::compatible;
      sa->continue_from(core::Seq64{last});
    }
  }
  std::uint64_t last;
  std::unique_ptr<ipsec::OutboundSa> quick, slow;
};

TEST(Stamp, makes_of_a_packet_what_encapsulate_makes) {
  std::size_t stamped = 0;
  for_each_seed(1000, [&](Draw& draw) {
    Twins twins(draw, any_spec(draw));
    const auto clear = any_packet(draw);
    Slot quick(clear);
    Slot slow(clear);
    SeededRandom one(7);
    SeededRandom other(7);
    Frame frame;
    ASSERT_TRUE(is_stampable(*twins.quick));
    if (!stamp(*twins.quick, quick.packet, one, frame)) {
      ASSERT_TRUE(quick.bytes() == clear);
      ASSERT_TRUE(twins.quick->last_sequence().value == twins.last);
      return;
    }
    ++stamped;
    const auto expected = encapsulate(*twins.slow, slow.packet, other);
    ASSERT_TRUE(expected.has_value());
    const auto icv = twins.slow->suite.sizes.icv;
    slow.packet.pop_back(icv);  // not written yet
    quick.packet.pop_back(icv);
    ASSERT_TRUE(quick.bytes() == slow.bytes());
    ASSERT_TRUE(frame.seq == expected->seq);
    ASSERT_TRUE(frame.octets.size() == expected->octets.size());
    ASSERT_TRUE(frame.octets.data() - icv + frame.octets.size() ==
                quick.packet.bytes().data() + quick.packet.size);
  });
  EXPECT_GT(stamped, 300U);
}

/// IPv6 whose length stands in an option (RFC 2675, 3), and so is 0 in its header.
auto jumbogram() -> Bytes {
  auto packet = Ipv6Packet{.extensions = {extension(IpProtocol::hop_by_hop)},
                           .payload = udp(1, 2, pattern(20))}
                    .bytes();
  packet[4] = packet[5] = std::byte{0};
  return packet;
}

TEST(Stamp, leaves_to_others_what_hides_its_length) {
  auto sa = make_outbound({});
  SeededRandom random(1);
  Frame frame;
  Slot slot(jumbogram());
  ASSERT_TRUE(is_stampable(*sa));
  EXPECT_FALSE(stamp(*sa, slot.packet, random, frame));
}

TEST(Stamp, leaves_to_others_what_has_no_room) {
  const auto clear = udp4_of_size(100);
  auto sa = make_outbound({});
  SeededRandom random(1);
  Frame frame;
  ASSERT_TRUE(is_stampable(*sa));
  Slot tight(clear, net::headroom + clear.size() + 20);
  EXPECT_FALSE(stamp(*sa, tight.packet, random, frame));
  Slot forward(clear);
  forward.packet.begin = 70;
  core::copy(clear, forward.packet.bytes());
  EXPECT_FALSE(stamp(*sa, forward.packet, random, frame));
  forward.packet.begin = 80;
  core::copy(clear, forward.packet.bytes());
  EXPECT_TRUE(stamp(*sa, forward.packet, random, frame));
}

TEST(Stamp, is_not_for_beet_and_padding) {
  EXPECT_FALSE(is_stampable(*make_outbound({.pad_to = 1000})));
  auto parameters = test::parameters({.mode = sa::Mode::beet});
  parameters.inner = sa::InnerAddresses{address("10.1.0.1"), address("10.2.0.1")};
  auto beet =
      ipsec::OutboundSa::make(std::move(parameters), crypto::openssl::provider(), {}).value();
  EXPECT_FALSE(is_stampable(*beet));
}

TEST(Stamp, follows_an_sa_that_moves) {
  const auto spec = SaSpec{.encapsulation = sa::UdpEncapsulation{4500, 4500}};
  auto sa = make_outbound(spec);
  (void)sealed(*sa, udp4_of_size(60));
  sa->move_to({.ours = {address("192.0.2.9"), 4500}, .theirs = {address("198.51.100.9"), 9999}});
  const auto wire = sealed(*sa, udp4_of_size(60));
  const auto addresses =
      hex("c0000209"
          "c6336409");
  EXPECT_TRUE(std::equal(addresses.begin(), addresses.end(), wire.begin() + 12));
  EXPECT_EQ(u16(wire, 22), 9999U);
}

/// An outer header, ESP header and IV as they stand in front of a plaintext, and the plaintext.
struct Opened {
  Opened(std::uint8_t tos, View plaintext)
      : slot(Ipv4Packet{.protocol = IpProtocol::esp, .tos = tos, .payload = behind(plaintext)}
                 .bytes()) {
    const auto octets = slot.packet.bytes();
    text = octets.last(plaintext.size());
  }
  static auto behind(View plaintext) -> Bytes {
    auto octets = Bytes(16, std::byte{0xaa});
    append(octets, plaintext);
    return octets;
  }
  Slot slot;
  core::MutableView text;
};

/// A packet with padding behind it, most of the time right.
auto any_plaintext(Draw& draw) -> Bytes {
  auto text = any_packet(draw);
  const auto padding = draw.number(0, 14);
  append(text, View(pattern(padding + 1)).last(padding));
  append8(text, padding);
  append8(text, draw.one_of<std::size_t>({4, 4, 41, 41, 59, 6}));
  if (draw.one_of({true, false, false})) {
    const auto at = text.size() - 1 - draw.number(0, 12);
    text[at] = std::byte{draw.octet()};
  }
  return text;
}

TEST(Peel, makes_of_a_packet_what_the_long_way_makes) {
  std::size_t peeled = 0;
  for_each_seed(1000, [&](Draw& draw) {
    const auto tos = draw.octet();
    const auto plaintext = any_plaintext(draw);
    Opened quick(tos, plaintext);
    Opened slow(tos, plaintext);
    const auto before = quick.slot.bytes();
    const auto parameters = test::mirrored(test::parameters({}));
    if (!peel(quick.slot.packet, quick.text, parameters)) {
      ASSERT_TRUE(quick.slot.bytes() == before);
      return;
    }
    ++peeled;
    const auto payload = strip_trailer(slow.text);
    ASSERT_TRUE(payload.has_value());
    const auto place = esp_place(slow.slot.packet.bytes());
    ASSERT_TRUE(decapsulate(slow.slot.packet, place, *payload, parameters) == Verdict::pass);
    ASSERT_TRUE(quick.slot.bytes() == slow.slot.bytes());
  });
  EXPECT_GT(peeled, 50U);
}

TEST(Peel, leaves_to_others_what_hides_its_length) {
  auto plaintext = jumbogram();
  append8(plaintext, 0);
  append8(plaintext, 41);
  Opened packet(0, plaintext);
  EXPECT_FALSE(peel(packet.slot.packet, packet.text, test::mirrored(test::parameters({}))));
}

TEST(Peel, is_for_tunnels_that_keep_their_dscp) {
  auto plaintext = udp4_of_size(62);
  append8(plaintext, 0);
  append8(plaintext, 4);
  auto parameters = test::mirrored(test::parameters({}));
  Opened packet(0, plaintext);
  parameters.inner_dscp = sa::InnerDscp::from_outer;
  EXPECT_FALSE(peel(packet.slot.packet, packet.text, parameters));
  parameters.inner_dscp = sa::InnerDscp::keep;
  parameters.mode = sa::Mode::transport;
  EXPECT_FALSE(peel(packet.slot.packet, packet.text, parameters));
  parameters.mode = sa::Mode::tunnel;
  EXPECT_TRUE(peel(packet.slot.packet, packet.text, parameters));
}

}  // namespace
}  // namespace esplanade::esp
