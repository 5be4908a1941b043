// A receiver of extended sequence numbers that has lost 2^32 packets and more (RFC 4303, A3).
#include "tests/support/esp.h"

#include <gtest/gtest.h>

namespace esplanade::esp {
namespace {

using core::Seq64;
using ipsec::Resync;
using net::Verdict;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

constexpr auto two_to_32 = std::uint64_t{1} << 32;

/// How often frames were opened or verified, beside what another does.
class CountingAead : public crypto::Aead {
 public:
  CountingAead(std::unique_ptr<Aead> real, unsigned& opened)
      : real_(std::move(real)), opened_(opened) {}
  void seal(std::span<crypto::SealJob> jobs) noexcept override { real_->seal(jobs); }
  void open(std::span<crypto::OpenJob> jobs) noexcept override {
    opened_ += static_cast<unsigned>(jobs.size());
    real_->open(jobs);
  }

 private:
  std::unique_ptr<Aead> real_;
  unsigned& opened_;
};

class CountingIntegrity : public crypto::Integrity {
 public:
  CountingIntegrity(std::unique_ptr<Integrity> real, unsigned& verified)
      : real_(std::move(real)), verified_(verified) {}
  void sign(std::span<const crypto::SignJob> jobs) noexcept override { real_->sign(jobs); }
  void verify(std::span<crypto::VerifyJob> jobs) noexcept override {
    verified_ += static_cast<unsigned>(jobs.size());
    real_->verify(jobs);
  }

 private:
  std::unique_ptr<Integrity> real_;
  unsigned& verified_;
};

void count(ipsec::EspSuite& suite, unsigned& transforms) {
  if (auto* const aead = std::get_if<ipsec::AeadSuite>(&suite.keyed)) {
    aead->aead = std::make_unique<CountingAead>(std::move(aead->aead), transforms);
  } else {
    auto& integrity = std::get<ipsec::EncryptThenMacSuite>(suite.keyed).integrity;
    integrity = std::make_unique<CountingIntegrity>(std::move(integrity), transforms);
  }
}

/// The two ends of an SA; some packets have arrived.
struct Ends {
  explicit Ends(const SaSpec& spec) : out(make_outbound(spec)), in(make_inbound(spec)) {
    count(in->suite, transforms);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(send(), Verdict::pass);
    transforms = 0;
  }
  auto send() -> Verdict { return opened(*in, sealed(*out, datagram)).verdict; }
  auto forge() -> Verdict {
    auto forged = sealed(*out, datagram);
    forged.back() ^= std::byte{1};
    return opened(*in, forged).verdict;
  }
  /// The sender goes on behind `count` packets that are lost.
  void lose(std::uint64_t lost) const { out->continue_from({out->last_sequence().value + lost}); }

  Bytes datagram = udp4_of_size(100);
  unsigned transforms = 0;
  std::unique_ptr<ipsec::OutboundSa> out;
  std::unique_ptr<ipsec::InboundSa> in;
};

const auto all_kinds = [] {
  std::vector<SaSpec> specs = {{.kind = Kind::aead, .esn = sa::Esn::yes},
                               {.kind = Kind::encrypt_then_mac, .esn = sa::Esn::yes}};
  specs.push_back({.algorithms = sa::EspAlgorithms{iana::EncryptionId::encr_aes_gcm_16_iiv, 128},
                   .esn = sa::Esn::yes});
  return specs;
}();

// ESP-A3-01 and ESP-A3-02: both AEADs, one of which has the number in its nonce, and CBC with HMAC.
TEST(EspResync, finds_a_sender_that_is_some_subspaces_ahead) {
  for (const auto& spec : all_kinds) {
    for (std::uint64_t ahead = 1; ahead <= Resync::tries; ++ahead) {
      Ends ends{spec};
      ends.lose(ahead * two_to_32 + 1000);

      for (unsigned i = 0; i < Resync::trigger; ++i) EXPECT_EQ(ends.send(), Verdict::bad_icv);
      EXPECT_EQ(opened(*ends.in, sealed(*ends.out, ends.datagram)),
                (Outcome{Verdict::pass, ends.datagram}));

      EXPECT_EQ(ends.send(), Verdict::pass);
      EXPECT_FALSE(ends.in->check(ends.out->last_sequence())) << "the window stands there";
      EXPECT_FALSE(ends.in->check({7})) << "and no longer where it was";
      EXPECT_EQ(ends.in->usage.packets.value(), 5U + 2);
    }
  }
}

TEST(EspResync, does_without_replay_protection_too) {
  Ends ends{{.esn = sa::Esn::yes, .replay_window = 0}};
  ends.lose(2 * two_to_32);

  for (unsigned i = 0; i < Resync::trigger; ++i) EXPECT_EQ(ends.send(), Verdict::bad_icv);

  EXPECT_EQ(ends.send(), Verdict::pass);
}

TEST(EspResync, tries_no_more_than_so_many_values) {
  Ends ends{{.esn = sa::Esn::yes}};
  ends.lose((Resync::tries + 1) * two_to_32 + 1000);

  for (unsigned i = 0; i < 10 * Resync::trigger; ++i) EXPECT_EQ(ends.send(), Verdict::bad_icv);
}

TEST(EspResync, costs_a_quarter_more_for_each_forged_packet_and_moves_nothing) {
  constexpr unsigned forged = 10 * Resync::trigger;
  for (const auto& spec : all_kinds) {
    Ends ends{spec};

    for (unsigned i = 0; i < forged; ++i) EXPECT_EQ(ends.forge(), Verdict::bad_icv);

    EXPECT_GT(ends.transforms, forged) << "it was tried";
    EXPECT_LE(ends.transforms, forged + forged / Resync::trigger * Resync::tries);
    EXPECT_TRUE(ends.in->check({6})) << "as if nothing had come";
    EXPECT_EQ(ends.in->expect(6), Seq64{6});
    EXPECT_EQ(ends.send(), Verdict::pass);
  }
}

TEST(EspResync, takes_nothing_from_the_past_for_something_of_the_future) {
  Ends ends{{.esn = sa::Esn::yes}};
  const auto old = sealed(*ends.out, ends.datagram);
  ends.lose(two_to_32 - 1000);
  EXPECT_EQ(ends.send(), Verdict::pass);
  ends.lose(two_to_32 - 1000);
  EXPECT_EQ(ends.send(), Verdict::pass);

  for (unsigned i = 0; i < 3 * Resync::trigger; ++i) {
    EXPECT_EQ(opened(*ends.in, old).verdict, Verdict::bad_icv);
  }
  EXPECT_EQ(ends.send(), Verdict::pass);
}

TEST(EspResync, is_not_for_numbers_of_32_bits) {
  Ends ends{{.esn = sa::Esn::no}};

  for (unsigned i = 0; i < 3 * Resync::trigger; ++i) EXPECT_EQ(ends.forge(), Verdict::bad_icv);

  EXPECT_EQ(ends.transforms, 3 * Resync::trigger);
}

TEST(EspResync, tries_one_packet_of_a_batch) {
  Ends ends{{.esn = sa::Esn::yes}};
  ends.lose(two_to_32 + 1000);
  for (unsigned i = 0; i < Resync::trigger; ++i) EXPECT_EQ(ends.send(), Verdict::bad_icv);
  Batch batch({sealed(*ends.out, ends.datagram), sealed(*ends.out, ends.datagram),
               sealed(*ends.out, ends.datagram)});
  ends.transforms = 0;

  open_all(*ends.in, batch.packets());

  EXPECT_EQ(batch.verdicts(), (std::vector{Verdict::pass, Verdict::bad_icv, Verdict::bad_icv}));
  EXPECT_EQ(ends.transforms, 3U + 1);
  EXPECT_EQ(ends.send(), Verdict::pass);
}

}  // namespace
}  // namespace esplanade::esp
