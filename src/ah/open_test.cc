// What the two ends of an SA of AH accept, refuse, count and leave alone.
#include "tests/support/ah.h"

#include <gtest/gtest.h>

namespace esplanade::ah {
namespace {

using namespace std::chrono_literals;
using net::Verdict;
using sa::Mode;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

constexpr sa::EspAlgorithms sha256{iana::EncryptionId::encr_null, 0,
                                   iana::IntegrityId::auth_hmac_sha2_256_128};

auto ah_spec(Mode mode = Mode::transport) -> SaSpec {
  return {.algorithms = sha256, .protocol = sa::Protocol::ah, .mode = mode};
}
auto ah_spec6(Mode mode = Mode::transport) -> SaSpec {
  auto spec = ah_spec(mode);
  spec.ours = "2001:db8::1";
  spec.theirs = "2001:db8::2";
  return spec;
}

struct Ends {
  explicit Ends(const SaSpec& spec) : out(make_outbound(spec)), in(make_inbound(spec)) {}
  std::unique_ptr<ipsec::OutboundSa> out;
  std::unique_ptr<ipsec::InboundSa> in;
};

const auto clear4 = Ipv4Packet{.tos = 0xb8, .payload = pattern(30)}.bytes();

TEST(Seal, puts_ah_behind_the_options_of_ipv4) {
  Ends ends{ah_spec()};
  const auto clear = Ipv4Packet{.options = hex("94040000"), .payload = pattern(30)}.bytes();
  const auto outer = ah_sealed(*ends.out, clear);

  ASSERT_EQ(outer.size(), clear.size() + 28);
  EXPECT_EQ(u8(outer, 9), 51U);
  EXPECT_EQ(u16(outer, 2), outer.size());
  EXPECT_EQ(naive_checksum(View(outer).first(24)), 0U);
  EXPECT_EQ(core::to_hex(View(outer).subspan(20, 16)),
            "94040000"
            "11050000"
            "00001001"
            "00000001");
  EXPECT_EQ(ah_opened(*ends.in, outer), (Outcome{Verdict::pass, clear}));
}

// AH-3.1.1-01: behind hop-by-hop and routing, before destination options for the destination alone.
TEST(Seal, puts_ah_where_it_belongs_in_a_chain_of_ipv6) {
  Ends ends{ah_spec6()};
  using enum IpProtocol;
  const auto clear = Ipv6Packet{.extensions = {extension(hop_by_hop), extension(routing),
                                               extension(destination_options)},
                                .payload = pattern(30)}
                         .bytes();
  const auto outer = ah_sealed(*ends.out, clear);

  const auto place = ah_place(outer);
  EXPECT_EQ(place.offset, 40U + 8 + 8);
  EXPECT_EQ(u8(outer, place.offset), 60U);
  EXPECT_EQ(u16(outer, 4), outer.size() - 40);
  EXPECT_EQ(ah_opened(*ends.in, outer), (Outcome{Verdict::pass, clear}));
}

TEST(Seal, carries_every_pair_of_families_in_a_tunnel_even_fragments) {
  const auto fragment4 = Ipv4Packet{.flags_and_offset = 0x2000, .payload = pattern(32)}.bytes();
  const auto fragment6 =
      Ipv6Packet{.extensions = {fragment_header(8)}, .payload = pattern(32)}.bytes();
  for (const auto& spec : {ah_spec(Mode::tunnel), ah_spec6(Mode::tunnel)}) {
    Ends ends{spec};
    for (const auto& clear : {fragment4, fragment6}) {
      EXPECT_EQ(ah_opened(*ends.in, ah_sealed(*ends.out, clear)), (Outcome{Verdict::pass, clear}));
    }
  }
}

TEST(Seal, never_sends_an_identification_that_the_system_would_fill_in) {
  auto spec = ah_spec(Mode::tunnel);
  spec.df = sa::DfPolicy::clear;
  auto out = make_outbound(spec);
  out->continue_from(core::Seq64{0xfffe});
  for (int i = 0; i < 3; ++i) EXPECT_NE(u16(ah_sealed(*out, clear4), 4), 0U);

  auto unnumbered = clear4;
  unnumbered[4] = unnumbered[5] = std::byte{0};
  EXPECT_NE(u16(ah_sealed(*make_outbound(ah_spec()), unnumbered), 4), 0U);
}

TEST(Seal, refuses_fragments_and_headers_it_cannot_cover_and_takes_no_number_for_them) {
  Ends four{ah_spec()};
  Ends six{ah_spec6()};
  const auto fragment = Ipv4Packet{.flags_and_offset = 1, .payload = pattern(32)}.bytes();
  const auto bad_option = Ipv4Packet{.options = hex("07090000"), .payload = {}}.bytes();
  auto segment_routing = Ipv6Packet{.extensions = {extension(IpProtocol::routing)}}.bytes();
  segment_routing[42] = std::byte{4};

  EXPECT_EQ(ah_seal(*four.out, fragment), (Outcome{Verdict::fragment_in_transport, fragment}));
  EXPECT_EQ(ah_seal(*four.out, bad_option), (Outcome{Verdict::uncovered_headers, bad_option}));
  EXPECT_EQ(ah_seal(*six.out, segment_routing).verdict, Verdict::uncovered_headers);
  EXPECT_EQ(ah_seal(*four.out, Ipv6Packet{}.bytes()).verdict, Verdict::uncovered_headers);
  EXPECT_EQ(four.out->last_sequence(), core::Seq64{0});
}

TEST(Seal, refuses_what_would_be_too_big) {
  Ends ends{ah_spec()};
  Slot slot(Ipv4Packet{.payload = Bytes(65535 - 20 - 27)}.bytes(), 65535 + 300);
  auto* const packet = &slot.packet;
  SeededRandom random(1);
  ah::seal(*ends.out, {&packet, 1}, {.now = {}, .random = random});

  EXPECT_EQ(packet->verdict, Verdict::too_big);
}

// AH-A2-03 and AH-A2-04: at both ends the header is as if it were not there.
TEST(FragmentHeader, that_says_nothing_is_skipped_by_sender_and_receiver) {
  using enum IpProtocol;
  Ends ends{ah_spec6()};
  const auto atomic =
      Ipv6Packet{.extensions = {extension(hop_by_hop), fragment_header(0)}, .payload = pattern(30)}
          .bytes();
  const auto whole =
      Ipv6Packet{.extensions = {extension(hop_by_hop)}, .payload = pattern(30)}.bytes();

  const auto outer = ah_sealed(*ends.out, atomic);
  EXPECT_EQ(outer, ah_sealed(*make_outbound(ah_spec6()), whole));

  auto left_over = outer;  // as a host may hand on what it has put together again
  const auto header =
      hex("33000000"
          "0badcafe");
  left_over.insert(left_over.begin() + 48, header.begin(), header.end());
  left_over[40] = std::byte{44};
  left_over[5] = static_cast<std::byte>(left_over.size() - 40);
  EXPECT_EQ(ah_opened(*ends.in, left_over), (Outcome{Verdict::pass, whole}));
}

/// A packet of IPv4 without options, changed and signed again by one who has the keys.
auto resigned(const SaSpec& spec, const Bytes& outer, std::size_t icv_size) -> Bytes {
  auto forged = outer;
  const auto at = ah_place(outer).offset;
  const auto icv = core::MutableView(forged).subspan(at + 12U, icv_size);
  std::ranges::fill(icv, std::byte{0});
  auto covered = forged;
  for (const auto mutable_at : {1U, 6U, 7U, 8U, 10U, 11U}) covered[mutable_at] = std::byte{0};
  auto sa = make_outbound(spec);
  const crypto::SignJob job{.data = covered, .suffix = {}, .icv = icv};
  std::get<ipsec::EncryptThenMacSuite>(sa->suite.keyed).integrity->sign({&job, 1});
  return forged;
}

// AH-2.3-01, AH-3.3.3.2.1-01, TRAP-AH-05.
TEST(Open, takes_any_reserved_octets_and_any_padding_of_either_alignment) {
  auto spec = ah_spec();
  auto outer = ah_sealed(*make_outbound(spec), clear4);
  outer[22] = std::byte{0xaa};
  EXPECT_EQ(ah_opened(*make_inbound(spec), outer).verdict, Verdict::bad_icv);
  EXPECT_EQ(ah_opened(*make_inbound(spec), resigned(spec, outer, 16)),
            (Outcome{Verdict::pass, clear4}));

  auto as_linux = parameters(spec);
  as_linux.ah_alignment = sa::AhAlignment::eight;
  auto sender =
      ipsec::OutboundSa::make(std::move(as_linux), crypto::openssl::provider(), {}).value();
  auto padded = ah_sealed(*sender, clear4);
  ASSERT_EQ(padded.size(), clear4.size() + 32);
  EXPECT_EQ(core::to_hex(View(padded).subspan(48, 4)), "00000000");
  EXPECT_EQ(ah_opened(*make_inbound(spec), padded), (Outcome{Verdict::pass, clear4}));
  padded[50] = std::byte{0x55};
  EXPECT_EQ(ah_opened(*make_inbound(spec), resigned(spec, padded, 16)),
            (Outcome{Verdict::pass, clear4}));
}

TEST(Open, refuses_every_length_but_those_its_icv_makes) {
  for (unsigned words = 0; words < 256; ++words) {
    for (const bool is_ipv6 : {false, true}) {
      const auto spec = is_ipv6 ? ah_spec6() : ah_spec();
      auto outer = ah_sealed(*make_outbound(spec),
                             is_ipv6 ? Ipv6Packet{.payload = pattern(30)}.bytes() : clear4);
      outer[ah_place(outer).offset + 1U] = static_cast<std::byte>(words);
      const auto verdict = ah_opened(*make_inbound(spec), outer).verdict;
      const auto is_own = words == (is_ipv6 ? 6U : 5U);
      const auto is_other = !is_ipv6 && words == 6;
      EXPECT_EQ(verdict, is_own     ? Verdict::pass
                         : is_other ? Verdict::bad_icv
                                    : Verdict::bad_ah_length)
          << words;
    }
  }
}

TEST(Open, refuses_every_truncation) {
  const auto outer = ah_sealed(*make_outbound(ah_spec()), clear4);
  for (std::uint16_t size = 12; size < outer.size() - 20; ++size) {
    Slot slot(View(outer).first(20U + size));
    auto place = ah_place(outer);
    place.size = size;
    const ipsec::Inbound inbound{&slot.packet, place};
    auto in = make_inbound(ah_spec());
    ah::open(*in, {&inbound, 1}, {});

    EXPECT_EQ(slot.packet.verdict, size < 28 ? Verdict::too_short : Verdict::bad_icv) << size;
    EXPECT_EQ(in->usage.packets.value(), 0U);
  }
}

TEST(Open, refuses_copies_old_numbers_and_forgeries_that_would_move_the_window) {
  auto spec = ah_spec();
  spec.replay_window = 32;
  Ends ends{spec};
  std::vector<Bytes> sent;
  for (int i = 0; i < 40; ++i) sent.push_back(ah_sealed(*ends.out, clear4));
  auto forged = sent[39];
  forged.back() ^= std::byte{1};

  EXPECT_EQ(ah_opened(*ends.in, forged).verdict, Verdict::bad_icv);
  EXPECT_EQ(ah_opened(*ends.in, sent[0]).verdict, Verdict::pass);
  EXPECT_EQ(ah_opened(*ends.in, sent[39]).verdict, Verdict::pass);
  EXPECT_EQ(ah_opened(*ends.in, sent[39]).verdict, Verdict::replay_duplicate);
  EXPECT_EQ(ah_opened(*ends.in, sent[7]).verdict, Verdict::replay_too_old);
  EXPECT_EQ(ah_opened(*ends.in, sent[8]).verdict, Verdict::pass);
}

TEST(Open, crosses_two_to_the_32_with_esn) {
  auto spec = ah_spec();
  spec.esn = sa::Esn::yes;
  Ends ends{spec};
  ends.out->continue_from(core::Seq64{0xffffffff - 2});
  (void)ends.in->commit(core::Seq64{0xffffffff - 2});
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(ah_opened(*ends.in, ah_sealed(*ends.out, clear4)).verdict, Verdict::pass) << i;
  }
}

TEST(Open, counts_packets_and_the_octets_covered_at_both_ends) {
  auto spec = ah_spec();
  spec.lifetime = {.hard_packets = 2};
  Ends ends{spec};
  const auto first = ah_sealed(*ends.out, clear4);
  (void)ah_opened(*ends.in, first);
  (void)ah_opened(*ends.in, ah_sealed(*ends.out, clear4));

  EXPECT_EQ(ends.out->usage.octets.value(), 2 * first.size());
  EXPECT_EQ(ends.in->usage.octets.value(), 2 * first.size());
  EXPECT_EQ(ah_seal(*ends.out, clear4), (Outcome{Verdict::lifetime_over, clear4}));
  EXPECT_EQ(ah_opened(*ends.in, first).verdict, Verdict::lifetime_over);
}

TEST(Open, gives_a_tunnelled_packet_its_congestion_mark_or_drops_it) {
  Ends ends{ah_spec(Mode::tunnel)};
  const auto capable = Ipv4Packet{.tos = 0x02, .payload = pattern(30)}.bytes();
  auto marked = ah_sealed(*ends.out, capable);
  marked[1] = std::byte{0x03};
  auto dropped = ah_sealed(*ends.out, clear4);
  dropped[1] = std::byte{0xbb};

  EXPECT_EQ(ah_opened(*ends.in, marked),
            (Outcome{Verdict::pass, Ipv4Packet{.tos = 0x03, .payload = pattern(30)}.bytes()}));
  EXPECT_EQ(ah_opened(*ends.in, dropped).verdict, Verdict::bad_ecn);
}

TEST(Open, passes_a_mutable_option_that_changed_and_refuses_one_that_must_not) {
  Ends ends{ah_spec()};
  const auto with_options = [](std::string_view options) {
    return Ipv4Packet{.options = hex(options), .payload = pattern(30)}.bytes();
  };
  auto recorded = ah_sealed(*ends.out, with_options("0707040000000000"));
  core::copy(hex("080a010203"), core::MutableView(recorded).subspan(22));
  auto alerted = ah_sealed(*ends.out, with_options("94040000"));
  alerted[23] = std::byte{1};

  EXPECT_EQ(ah_opened(*ends.in, recorded).verdict, Verdict::pass);
  EXPECT_EQ(ah_opened(*ends.in, alerted).verdict, Verdict::bad_icv);
}

}  // namespace
}  // namespace esplanade::ah
