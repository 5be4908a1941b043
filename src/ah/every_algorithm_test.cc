// Every integrity algorithm of AH in every mode, family and with and without extended numbers: what
// is sealed is opened, what may change may, and what may not is noticed.
#include "ah/overhead.h"
#include "tests/support/ah.h"

#include <gtest/gtest.h>

namespace esplanade::ah {
namespace {

using net::Verdict;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

auto name_of(const SaSpec& spec) -> std::string {
  return std::string(crypto::find_integrity(spec.algorithms->integrity)->name) +
         (spec.mode == sa::Mode::tunnel ? " tunnel" : " transport") +
         (spec.esn == sa::Esn::yes ? " ESN " : " ") + std::string(spec.ours);
}

template <class Act>
void for_every_sa(Act act) {
  for (const auto& algorithms : all_ah_algorithms()) {
    for (unsigned bits = 0; bits < 8; ++bits) {
      SaSpec spec{.algorithms = algorithms,
                  .protocol = sa::Protocol::ah,
                  .mode = (bits & 1) != 0 ? sa::Mode::tunnel : sa::Mode::transport,
                  .esn = (bits & 2) != 0 ? sa::Esn::yes : sa::Esn::no};
      if ((bits & 4) != 0) {
        spec.ours = "2001:db8::1";
        spec.theirs = "2001:db8::2";
      }
      act(spec);
    }
  }
}

auto is_ipv6(const SaSpec& spec) -> bool { return spec.ours.contains(':'); }

auto clear_for(const SaSpec& spec, std::size_t payload) -> Bytes {
  if (is_ipv6(spec)) return Ipv6Packet{.traffic_class = 0x2e, .payload = pattern(payload)}.bytes();
  return Ipv4Packet{.tos = 0xb8, .payload = pattern(payload)}.bytes();
}

TEST(EveryAlgorithm, gives_back_what_it_sealed) {
  for_every_sa([](const SaSpec& spec) {
    auto out = make_outbound(spec);
    auto in = make_inbound(spec);
    for (const std::size_t size : {0U, 1U, 2U, 3U, 17U, 1400U}) {
      const auto clear = clear_for(spec, size);
      const auto outcome = ah_opened(*in, ah_sealed(*out, clear));
      EXPECT_EQ(outcome, (Outcome{Verdict::pass, clear})) << name_of(spec) << ", " << size;
    }
  });
}

/// By RFC 4302, 3.3.3.1: TOS, flags and offset, TTL and checksum, or traffic class, flow label and
/// hop limit. The octets, and of the first of IPv6 the low half.
auto may_change(const SaSpec& spec, std::size_t at, unsigned bit) -> bool {
  if (is_ipv6(spec)) return (at == 0 && bit < 0x10) || (at >= 1 && at <= 3) || at == 7;
  return at == 1 || at == 6 || at == 7 || at == 8 || at == 10 || at == 11;
}

/// Whether it is authentic: ECN and where the packet is from and to are others' to judge.
auto is_authentic(Verdict verdict) -> bool {
  return verdict == Verdict::pass || verdict == Verdict::bad_ecn;
}

TEST(EveryAlgorithm, notices_every_change_but_of_mutable_fields) {
  for_every_sa([](const SaSpec& spec) {
    const auto genuine = ah_sealed(*make_outbound(spec), clear_for(spec, 40));
    const auto place = ah_place(genuine);
    for (std::size_t at = 0; at < genuine.size(); ++at) {
      for (const unsigned bit : {1U, 0x10U}) {
        auto forged = genuine;
        forged[at] ^= static_cast<std::byte>(bit);
        Slot slot(forged);
        const ipsec::Inbound inbound{&slot.packet, place};  // as demux saw it in the genuine one
        auto in = make_inbound(spec);
        ah::open(*in, {&inbound, 1}, {});
        EXPECT_EQ(is_authentic(slot.packet.verdict), may_change(spec, at, bit))
            << name_of(spec) << ", octet " << at << ": " << net::name_of(slot.packet.verdict);
      }
    }
  });
}

TEST(EveryAlgorithm, leaves_a_refused_packet_as_it_came) {
  for_every_sa([](const SaSpec& spec) {
    auto forged = ah_sealed(*make_outbound(spec), clear_for(spec, 40));
    forged.back() ^= std::byte{1};
    EXPECT_EQ(ah_opened(*make_inbound(spec), forged), (Outcome{Verdict::bad_icv, forged}));
  });
}

// The high half of the number is authenticated though it is not sent (AH-2.5.1-02).
TEST(EveryAlgorithm, authenticates_the_high_half_of_the_number) {
  for_every_sa([](const SaSpec& spec) {
    if (spec.esn == sa::Esn::no) return;
    auto out = make_outbound(spec);
    out->continue_from(core::Seq64{std::uint64_t{1} << 32});
    EXPECT_EQ(ah_opened(*make_inbound(spec), ah_sealed(*out, clear_for(spec, 9))).verdict,
              Verdict::bad_icv);
  });
}

// AH-2.2-01, AH-2.2-02, AH-2.6-01: words less 2, all of AH a multiple of 4 or 8 octets.
TEST(EveryAlgorithm, has_the_length_its_icv_and_family_make) {
  for_every_sa([](const SaSpec& spec) {
    const auto& mac = *crypto::find_integrity(spec.algorithms->integrity);
    const auto unpadded = 12U + mac.iv_size + mac.icv_size;
    const auto outer = ah_sealed(*make_outbound(spec), clear_for(spec, 9));
    const auto wanted = is_ipv6(spec) ? (unpadded + 7) / 8 * 8 : unpadded;
    EXPECT_EQ((u8(outer, ah_place(outer).offset + 1U) + 2) * 4, wanted) << name_of(spec);
  });
}

TEST(EveryAlgorithm, makes_packets_as_large_as_its_overhead_says) {
  for_every_sa([](const SaSpec& spec) {
    auto out = make_outbound(spec);
    const auto overhead = overhead_of(out->parameters, out->suite.sizes);
    const auto clear = clear_for(spec, 40);
    EXPECT_EQ(ah_sealed(*out, clear).size(), overhead.outer_size(clear.size())) << name_of(spec);
    EXPECT_EQ(overhead.outer_size(overhead.largest_inner(1500)), 1500U) << name_of(spec);
  });
}

}  // namespace
}  // namespace esplanade::ah
