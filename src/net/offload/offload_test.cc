// What a sender leaves to its device, cut here, and joined again: the same octets, and what is in
// between are whole datagrams with right checksums.
#include "net/checksum.h"
#include "net/datagram.h"
#include "net/ipv4.h"
#include "net/offload/coalescer.h"
#include "net/offload/segmenter.h"
#include "net/offload/transport_checksum.h"
#include "tests/support/draw.h"
#include "tests/support/packets.h"
#include "tests/support/slot.h"

#include <gtest/gtest.h>

namespace esplanade::net {
namespace {

using namespace esplanade::test;  // NOLINT(google-build-using-namespace)
using core::Code;
using iana::IpProtocol;

struct Super {
  Bytes octets;
  VirtioHeader header;
};

auto kind_for(Family family, bool is_tcp) -> SegmentKind {
  if (!is_tcp) return SegmentKind::udp;
  return family == Family::ipv4 ? SegmentKind::tcp4 : SegmentKind::tcp6;
}

constexpr std::uint8_t ack_psh_fin_cwr = 0x99;

auto super_of(Family family, bool is_tcp, std::size_t size, std::uint16_t segment_size,
              std::uint8_t flags = ack_psh_fin_cwr) -> Super {
  const auto data = SeededRandom(size).bytes(size);
  const auto upper = is_tcp ? TcpSegment{.number = 0xfffffff0,
                                         .flags = flags,
                                         .options = hex("0101080a01020304"
                                                        "05060708"),
                                         .data = data}
                                  .bytes()
                            : udp(1000, 2000, data);
  const auto protocol = is_tcp ? IpProtocol::tcp : IpProtocol::udp;
  auto octets =
      family == Family::ipv4
          ? Ipv4Packet{.protocol = protocol, .tos = 0xb8, .payload = upper}.bytes()
          : Ipv6Packet{.protocol = protocol, .traffic_class = 0xb8, .payload = upper}.bytes();
  const VirtioHeader header{.flags = VirtioHeader::needs_checksum,
                            .kind = std::to_underlying(kind_for(family, is_tcp)),
                            .segment_size = segment_size};
  return {std::move(octets), header};
}

auto cut(const Super& super) -> std::vector<Bytes> {
  std::vector<Bytes> all;
  auto segmenter = Segmenter::of(super.octets, super.header).value();
  while (!segmenter.is_done()) {
    Bytes out(9000);
    out.resize(segmenter.next(out));
    all.push_back(out);
  }
  return all;
}

auto upper_offset(const Bytes& octets) -> std::size_t {
  return Datagram::parse(octets).value().upper_offset;
}

class EveryKind : public ::testing::TestWithParam<std::pair<Family, bool>> {};
INSTANTIATE_TEST_SUITE_P(Offload, EveryKind,
                         ::testing::Values(std::pair{Family::ipv4, true},
                                           std::pair{Family::ipv4, false},
                                           std::pair{Family::ipv6, true},
                                           std::pair{Family::ipv6, false}));

TEST_P(EveryKind, is_cut_into_datagrams_with_right_lengths_and_checksums) {
  const auto [family, is_tcp] = GetParam();
  const auto super = super_of(family, is_tcp, 3100, 1000);
  const auto all = cut(super);
  ASSERT_EQ(all.size(), 4U);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto datagram = Datagram::parse(all[i]).value();
    EXPECT_EQ(datagram.total_length, all[i].size());
    const auto protocol = is_tcp ? IpProtocol::tcp : IpProtocol::udp;
    EXPECT_TRUE(is_transport_checksum_right(all[i], datagram.upper_offset, protocol)) << i;
    if (family != Family::ipv4) continue;
    EXPECT_EQ(naive_checksum(View(all[i]).first(20)), 0U) << i;
    EXPECT_EQ(u16(all[i], 4), 0x1234U + i);
  }
}

TEST_P(EveryKind, keeps_all_of_its_data_in_order) {
  const auto [family, is_tcp] = GetParam();
  const auto super = super_of(family, is_tcp, 3100, 1000);
  const auto headers = upper_offset(super.octets) + (is_tcp ? 32U : 8U);
  Bytes together;
  for (const auto& one : cut(super)) append(together, View(one).subspan(headers));
  EXPECT_EQ(together, SeededRandom(3100).bytes(3100));
}

TEST(Segmenter, counts_tcp_numbers_on_and_keeps_flags_where_they_belong) {
  const auto all = cut(super_of(Family::ipv4, true, 2500, 1000));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(u32(all[0], 24), 0xfffffff0U);
  EXPECT_EQ(u32(all[1], 24), 0xfffffff0U + 1000U);
  EXPECT_EQ(u8(all[0], 33), 0x90U) << "ACK, CWR";
  EXPECT_EQ(u8(all[1], 33), 0x10U) << "ACK";
  EXPECT_EQ(u8(all[2], 33), 0x19U) << "ACK, PSH, FIN";
}

TEST(Segmenter, skips_a_segment_that_has_no_room) {
  const auto super = super_of(Family::ipv4, false, 1500, 1000);
  auto segmenter = Segmenter::of(super.octets, super.header).value();
  Bytes small(600);
  EXPECT_EQ(segmenter.next(small), 0U);
  EXPECT_EQ(segmenter.next(small), 528U);
  EXPECT_TRUE(segmenter.is_done());
}

TEST(Segmenter, refuses_what_is_not_what_its_header_says) {
  const auto error_of = [](const Super& super) {
    const auto made = Segmenter::of(super.octets, super.header);
    return made ? std::optional<Code>{} : std::optional(made.error().code);
  };
  auto super = super_of(Family::ipv4, true, 2500, 1000);
  EXPECT_FALSE(error_of(super));
  super.header.segment_size = 0;
  EXPECT_EQ(error_of(super), Code::bad_value);
  super.header.segment_size = 1000;
  super.header.kind = std::to_underlying(SegmentKind::udp);
  EXPECT_EQ(error_of(super), Code::bad_value);
  super.header.kind = std::to_underlying(SegmentKind::tcp4) | VirtioHeader::has_ecn;
  EXPECT_FALSE(error_of(super));
  super.octets[6] = std::byte{0x20};
  EXPECT_EQ(error_of(super), Code::bad_value) << "a fragment";
  EXPECT_EQ(error_of(super_of(Family::ipv4, true, 0, 1000)), Code::bad_value);
  super.octets.resize(30);
  EXPECT_TRUE(error_of(super));
}

TEST(Segmenter, reads_nothing_that_is_not_there) {
  for_each_seed(3000, [](Draw& draw) {
    auto super = super_of(draw.one_of({Family::ipv4, Family::ipv6}), draw.is_one_in(2),
                          draw.number(1, 3000), static_cast<std::uint16_t>(draw.number(1, 1500)));
    for (int i = 0; i < 3; ++i) {
      super.octets[draw.number(0, std::min<std::size_t>(super.octets.size(), 80))] =
          std::byte{draw.octet()};
    }
    if (draw.is_one_in(3)) super.octets.resize(draw.number(1, super.octets.size()));
    auto segmenter = Segmenter::of(super.octets, super.header);
    if (!segmenter) return;
    std::size_t data = 0;
    Bytes out(4000);
    while (!segmenter->is_done()) data += segmenter->next(out);
    EXPECT_GT(data, 0U);
  });
}

TEST(CompleteChecksum, computes_what_a_sender_has_left_out) {
  auto packet = Ipv4Packet{.protocol = IpProtocol::udp, .payload = udp(1, 2, pattern(33))}.bytes();
  set_pseudo_checksum(packet, 20, packet.size() - 20, IpProtocol::udp);
  const VirtioHeader header{
      .flags = VirtioHeader::needs_checksum, .checksum_start = 20, .checksum_at = 6};
  EXPECT_FALSE(is_transport_checksum_right(packet, 20, IpProtocol::udp));
  EXPECT_TRUE(complete_checksum(packet, header));
  EXPECT_TRUE(is_transport_checksum_right(packet, 20, IpProtocol::udp));
}

TEST(CompleteChecksum, refuses_places_outside_of_the_packet) {
  Bytes packet(40);
  EXPECT_FALSE(complete_checksum(packet, {.checksum_start = 40, .checksum_at = 0}));
  EXPECT_FALSE(complete_checksum(packet, {.checksum_start = 30, .checksum_at = 10}));
  EXPECT_FALSE(complete_checksum(packet, {.checksum_start = 20, .checksum_at = 7}));
  EXPECT_EQ(packet, Bytes(40));
}

/// What is written of a batch: each train as one packet, and how many it was.
struct Written {
  std::vector<Bytes> packets;
  std::vector<std::size_t> counts;
  std::vector<VirtioHeader> headers;
};

auto join(const std::vector<Bytes>& packets) -> Written {
  Batch batch(packets, 4096);
  Written written;
  Coalescer coalescer;
  coalescer.for_each(batch.packets(), [&](const Train& train) {
    const auto first = train.packets()[0]->bytes();
    Bytes whole(first.begin(), first.end());
    for (auto* const packet : train.packets().subspan(1)) append(whole, train.payload_of(*packet));
    written.packets.push_back(whole);
    written.counts.push_back(train.packets().size());
    written.headers.push_back(train.header());
  });
  return written;
}

using Counts = std::vector<std::size_t>;
constexpr std::uint8_t ack = 0x10;
constexpr std::uint8_t ack_psh = 0x18;

TEST_P(EveryKind, that_was_cut_is_joined_again) {
  const auto [family, is_tcp] = GetParam();
  const auto super = super_of(family, is_tcp, 3100, 1000, ack_psh);
  const auto written = join(cut(super));
  ASSERT_EQ(written.counts, Counts{4});
  auto expected = super.octets;
  const auto at = upper_offset(expected);
  const auto protocol = is_tcp ? IpProtocol::tcp : IpProtocol::udp;
  set_pseudo_checksum(expected, at, expected.size() - at, protocol);
  EXPECT_EQ(written.packets[0], expected);
  const auto& header = written.headers[0];
  EXPECT_EQ(header.flags, VirtioHeader::needs_checksum);
  EXPECT_EQ(header.kind, super.header.kind);
  EXPECT_EQ(header.segment_size, 1000U);
  EXPECT_EQ(header.header_size, at + (is_tcp ? 32U : 8U));
  EXPECT_EQ(header.checksum_start, at);
  EXPECT_EQ(header.checksum_at, is_tcp ? 16U : 6U);
}

TEST(Coalescer, leaves_alone_what_has_a_wrong_checksum) {
  auto packets = cut(super_of(Family::ipv4, true, 3000, 1000, ack));
  packets[1].back() ^= std::byte{1};
  const auto written = join(packets);
  EXPECT_EQ(written.counts, (Counts{1, 1, 1}));
  EXPECT_EQ(written.packets, packets);
  EXPECT_EQ(written.headers[0].flags, 0U);
}

TEST(Coalescer, does_not_join_what_a_receiver_would_tell_apart) {
  const auto packets = cut(super_of(Family::ipv4, true, 2000, 1000, ack));
  const std::size_t places[] = {1, 8, 13, 21, 28, 32, 35, 45};  // TOS, TTL, ends, ports, ACK, ...
  for (const auto at : places) {
    auto changed = packets;
    changed[1][at] ^= std::byte{at == 32 ? std::uint8_t{0} : std::uint8_t{4}};
    if (at == 32) changed[1][33] = std::byte{0x11};  // FIN
    set_transport_checksum(changed[1], 20, IpProtocol::tcp);
    EXPECT_EQ(join(changed).counts, (Counts{1, 1})) << at;
  }
  auto gap = packets;
  gap[1][27] ^= std::byte{1};
  set_transport_checksum(gap[1], 20, IpProtocol::tcp);
  EXPECT_EQ(join(gap).counts, (Counts{1, 1})) << "a number that does not follow";
}

TEST(Coalescer, ends_a_train_with_what_is_shorter_or_pushed) {
  auto packets = cut(super_of(Family::ipv4, false, 2500, 1000));
  packets.push_back(packets[0]);
  set_ipv4_id(packets[3], 0x1237);
  EXPECT_EQ(join(packets).counts, (Counts{3, 1}));
  auto pushed = cut(super_of(Family::ipv6, true, 2000, 1000, ack_psh));
  const auto more = cut(super_of(Family::ipv6, true, 2000, 1000, ack_psh));
  pushed.insert(pushed.end(), more.begin(), more.end());
  EXPECT_EQ(join(pushed).counts, (Counts{2, 2}));
}

TEST(Coalescer, joins_flows_that_are_mixed_and_keeps_each_in_order) {
  const auto one = cut(super_of(Family::ipv4, true, 3000, 1000, ack));
  const auto other = cut(super_of(Family::ipv6, false, 3000, 1000));
  const auto written = join({one[0], other[0], one[1], other[1], one[2], other[2]});
  EXPECT_EQ(written.counts, (Counts{3, 3}));
}

TEST(Coalescer, writes_what_came_before_a_packet_that_it_cannot_look_into) {
  const auto one = cut(super_of(Family::ipv4, true, 3000, 1000, ack));
  const auto ping = Ipv4Packet{.protocol = IpProtocol::icmp, .payload = pattern(16)}.bytes();
  const auto written = join({one[0], one[1], ping, one[2]});
  EXPECT_EQ(written.counts, (Counts{2, 1, 1}));
  EXPECT_EQ(written.packets[1], ping);
}

TEST(Coalescer, never_makes_more_than_a_datagram_can_be) {
  std::vector<Bytes> packets;
  for (std::size_t i = 0; i < batch_max; ++i) {
    auto one = Ipv4Packet{.flags_and_offset = 0x4000, .payload = udp(1, 2, pattern(1400))}.bytes();
    set_transport_checksum(one, 20, IpProtocol::udp);
    packets.push_back(one);
  }
  const auto written = join(packets);
  EXPECT_EQ(written.counts, (Counts{46, 18}));
}

TEST(Coalescer, loses_and_invents_nothing_of_any_batch) {
  for_each_seed(300, [](Draw& draw) {
    std::vector<Bytes> packets;
    while (packets.size() < 40) {
      const auto some = cut(super_of(draw.one_of({Family::ipv4, Family::ipv6}), draw.is_one_in(2),
                                     draw.number(1, 2500), 700, draw.one_of({ack, ack_psh})));
      packets.insert(packets.end(), some.begin(), some.end());
    }
    const auto written = join(packets);
    std::size_t count = 0;
    std::vector<Bytes> again;
    for (std::size_t i = 0; i < written.packets.size(); ++i) {
      count += written.counts[i];
      if (written.counts[i] == 1) {
        again.push_back(written.packets[i]);
        continue;
      }
      const auto cut_again = cut({written.packets[i], written.headers[i]});
      again.insert(again.end(), cut_again.begin(), cut_again.end());
    }
    EXPECT_EQ(count, packets.size());
    std::ranges::sort(again);
    std::ranges::sort(packets);
    EXPECT_EQ(again, packets);
  });
}

}  // namespace
}  // namespace esplanade::net
