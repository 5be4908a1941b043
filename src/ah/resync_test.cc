// A receiver of extended sequence numbers that has lost 2^32 packets and more (RFC 4302, B3).
#include "tests/support/ah.h"

#include <gtest/gtest.h>

namespace esplanade::ah {
namespace {

using ipsec::Resync;
using net::Verdict;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

constexpr auto two_to_32 = std::uint64_t{1} << 32;
const auto clear = Ipv4Packet{.tos = 0xb8, .payload = pattern(30)}.bytes();

auto with_integrity(iana::IntegrityId id) -> SaSpec {
  return {.algorithms = sa::EspAlgorithms{iana::EncryptionId::encr_null, 0, id},
          .protocol = sa::Protocol::ah,
          .mode = sa::Mode::transport,
          .esn = sa::Esn::yes};
}

// AH-B3-01 and AH-B3.2-01
TEST(AhResync, finds_a_sender_that_is_some_subspaces_ahead) {
  for (const auto id :
       {iana::IntegrityId::auth_hmac_sha2_256_128, iana::IntegrityId::auth_aes_128_gmac}) {
    auto out = make_outbound(with_integrity(id));
    auto in = make_inbound(with_integrity(id));
    EXPECT_EQ(ah_opened(*in, ah_sealed(*out, clear)).verdict, Verdict::pass);
    out->continue_from({3 * two_to_32 + 1000});

    for (unsigned i = 0; i < Resync::trigger; ++i) {
      EXPECT_EQ(ah_opened(*in, ah_sealed(*out, clear)).verdict, Verdict::bad_icv);
    }
    EXPECT_EQ(ah_opened(*in, ah_sealed(*out, clear)), (Outcome{Verdict::pass, clear}));

    EXPECT_EQ(in->expect(out->last_sequence().low() + 1)->high(), 3U) << "T is that packet";
    EXPECT_FALSE(in->resync.is_due());
    EXPECT_EQ(ah_opened(*in, ah_sealed(*out, clear)).verdict, Verdict::pass);
  }
}

TEST(AhResync, is_not_led_astray_by_forged_packets) {
  auto out = make_outbound(with_integrity(iana::IntegrityId::auth_hmac_sha2_256_128));
  auto in = make_inbound(with_integrity(iana::IntegrityId::auth_hmac_sha2_256_128));
  auto forged = ah_sealed(*out, clear);
  forged.back() ^= std::byte{1};

  for (unsigned i = 0; i < 3 * Resync::trigger; ++i) {
    const auto outcome = ah_opened(*in, forged);
    EXPECT_EQ(outcome, (Outcome{Verdict::bad_icv, forged})) << "as it came, for the audit";
  }

  EXPECT_EQ(in->expect(1), core::Seq64{1});
  EXPECT_EQ(ah_opened(*in, ah_sealed(*out, clear)).verdict, Verdict::pass);
}

}  // namespace
}  // namespace esplanade::ah
