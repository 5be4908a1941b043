#include "tests/alloc/counting.h"
#include "tests/support/roads.h"
#include "tests/support/slot.h"

#include <gtest/gtest.h>

namespace esplanade::test {
namespace {

constexpr std::size_t batch_size = 32;

/// One SA of each kind, of AH too, and packets for all in turn.
class RoadAllocations : public ::testing::Test {
 protected:
  void refill() {
    for (std::size_t i = 0; i < batch_size; ++i) {
      auto& packet = arena_.packets()[i];
      const auto& clear = clear_[i % clear_.size()];
      core::copy(clear, packet.reset());
      packet.size = static_cast<std::uint16_t>(clear.size());
    }
  }
  void round_trip() {
    refill();
    gateways_.send(arena_.packets());
    gateways_.receive(arena_.packets());
  }
  void forged_round_trip() {
    refill();
    gateways_.send(arena_.packets());
    for (auto& packet : arena_.packets()) packet.bytes().back() ^= std::byte{1};
    gateways_.receive(arena_.packets());
  }
  void refused_round_trip() {
    gateways_.sender.discards = pipeline::DiscardAnswers::icmp;
    refill();
    for (auto& packet : arena_.packets()) packet.bytes()[16] = std::byte{99};  // no policy
    gateways_.send(arena_.packets());
    answered_ += gateways_.out.answers().size();
    gateways_.receive(arena_.packets());
  }
  [[nodiscard]] auto answered() const -> std::size_t { return answered_; }
  [[nodiscard]] auto count(net::Verdict verdict) const -> std::uint64_t {
    return gateways_.in.verdicts().value(verdict);
  }

 private:
  static auto packet_to(std::string_view dst) -> Bytes {
    return Ipv4Packet{.dst = address(dst), .options = hex("94040000"), .payload = pattern(1380)}
        .bytes();
  }
  static auto ah_by(iana::IntegrityId integrity) -> sa::EspAlgorithms {
    return {iana::EncryptionId::encr_null, 0, integrity};
  }

  std::array<Bytes, 4> clear_{packet_to("10.2.1.1"), packet_to("10.2.2.1"), packet_to("10.2.3.1"),
                              packet_to("10.2.4.1")};
  net::Arena arena_{2048, batch_size};
  std::size_t answered_ = 0;
  NoNotices notices_;
  Gateways gateways_{{{.spi = 0x1001, .inner_theirs = {"10.2.1.0/24"}},
                      {.kind = Kind::encrypt_then_mac,
                       .esn = sa::Esn::yes,
                       .encapsulation = sa::UdpEncapsulation{},
                       .spi = 0x1002,
                       .inner_theirs = {"10.2.2.0/24"}},
                      {.algorithms = ah_by(iana::IntegrityId::auth_hmac_sha2_256_128),
                       .protocol = sa::Protocol::ah,
                       .mode = sa::Mode::transport,
                       .esn = sa::Esn::yes,
                       .spi = 0x1003,
                       .inner_theirs = {"10.2.3.0/24"}},
                      {.algorithms = ah_by(iana::IntegrityId::auth_aes_128_gmac),
                       .protocol = sa::Protocol::ah,
                       .spi = 0x1004,
                       .inner_theirs = {"10.2.4.0/24"}}},
                     notices_};
};

// A few batches come first, to fill OpenSSL's and our own lists.
template <class Run>
auto allocations_of(Run run) -> std::uint64_t {
  for (int i = 0; i < 10; ++i) run();
  const auto before = allocations();
  for (int i = 0; i < 1000; ++i) run();
  return allocations() - before;
}

TEST_F(RoadAllocations, both_roads_carry_packets_without_any) {
  EXPECT_EQ(allocations_of([&] { round_trip(); }), 0U);
  EXPECT_EQ(count(net::Verdict::pass), 1010 * batch_size);
}

TEST_F(RoadAllocations, the_inbound_road_refuses_forgeries_without_any) {
  EXPECT_EQ(allocations_of([&] { forged_round_trip(); }), 0U);
  EXPECT_EQ(count(net::Verdict::bad_icv), 1010 * batch_size);
}

TEST_F(RoadAllocations, both_roads_discard_what_is_not_theirs_without_any) {
  EXPECT_EQ(allocations_of([&] { refused_round_trip(); }), 0U);
  EXPECT_EQ(count(net::Verdict::pass), 0U);
  EXPECT_GT(answered(), 0U);
}

}  // namespace
}  // namespace esplanade::test
