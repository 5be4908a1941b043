// Which octets of the headers count as zero, option by option (RFC 4302, appendix A).
#include "ah/mutable_fields.h"

#include "tests/support/packets.h"

#include <gtest/gtest.h>

namespace esplanade::ah {
namespace {

using sa::Direction;
using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

auto blanked(Bytes headers, Direction direction = Direction::inbound) -> Bytes {
  EXPECT_TRUE(is_covered(headers, direction));
  EXPECT_TRUE(blank_mutable_fields(headers, direction));
  return headers;
}

auto header4(std::string_view options) -> Bytes {
  return Ipv4Packet{.protocol = IpProtocol::ah, .options = hex(options)}.bytes();
}
auto options4(std::string_view options) -> std::string {
  return core::to_hex(View(blanked(header4(options))).subspan(20));
}

TEST(MutableFields, are_tos_flags_offset_ttl_and_checksum_of_ipv4) {
  const auto header = Ipv4Packet{
      .protocol = IpProtocol::ah,
      .tos = 0xff,
      .flags_and_offset = 0xffff,
      .payload = {}}.bytes();

  EXPECT_EQ(core::to_hex(blanked(header)),
            "4500"
            "0014"
            "1234"
            "0000"
            "00"
            "33"
            "0000"
            "0a010001"
            "0a020001");
}

TEST(MutableFields, are_class_flow_label_and_hop_limit_of_ipv6) {
  const auto header = Ipv6Packet{.protocol = IpProtocol::ah, .traffic_class = 0xff}.bytes();

  EXPECT_EQ(core::to_hex(blanked(header)),
            "60000000"
            "0000"
            "3300"
            "20010db8000100000000000000000001"
            "20010db8000200000000000000000001");
}

// AH-A1-01.
TEST(MutableFields, leave_out_the_immutable_options_of_a1) {
  for (const auto* options :
       {"00000000", "01010101", "820431c3", "85040102", "8604a5a5", "94040000", "9504e000"}) {
    EXPECT_EQ(options4(options), options);
  }
}

// AH-A1-02, AH-A1-03, and AH-3.3.3.1-02 for those of no list: as a whole, type and length too.
TEST(MutableFields, are_all_other_options_as_a_whole) {
  for (const unsigned type : {131U, 68U, 7U, 137U, 82U, 136U, 11U, 12U, 145U, 10U, 205U, 142U, 15U,
                              144U, 147U, 0x9eU, 2U, 255U}) {
    auto options = hex("00040504");
    options[0] = static_cast<std::byte>(type);
    EXPECT_EQ(options4(core::to_hex(options)), "00000000") << type;
  }
}

TEST(MutableFields, are_found_between_options_that_stay) {
  EXPECT_EQ(options4("01"
                     "94040000"
                     "0707040a000001"
                     "94040001"
                     "00"
                     "000000"
                     "00000000"),
            "01"
            "94040000"
            "00000000000000"
            "94040001"
            "00"
            "000000"
            "00000000");
}

TEST(MutableFields, are_not_sought_behind_the_end_of_options) {
  EXPECT_EQ(options4("0007ffff"), "0007ffff");
}

TEST(MutableFields, are_refused_where_an_option_runs_over_the_end) {
  for (const auto* options : {"07000000", "07010000", "07050000", "01010107", "94050000"}) {
    EXPECT_FALSE(is_covered(header4(options), Direction::inbound)) << options;
  }
}

// AH-3.3.3.1.1.1-03, TRAP-AH-03.
TEST(SourceRoute, predicts_the_last_address_as_destination_while_hops_are_left) {
  for (const auto* type : {"83", "89"}) {
    const auto route = std::string(type) + "0b04c0000201c000020200";
    const auto sent = blanked(header4(route), Direction::outbound);
    const auto arrived = blanked(header4(route), Direction::inbound);

    EXPECT_EQ(u32(sent, 16), 0xc0000202U);
    EXPECT_EQ(u32(arrived, 16), 0x0a020001U);
    EXPECT_EQ(core::to_hex(View(sent).subspan(20)), "000000000000000000000000");
  }
}

TEST(SourceRoute, predicts_nothing_where_it_is_used_up_or_broken) {
  const auto used_up = blanked(header4("830b0cc0000201c000020200"), Direction::outbound);

  EXPECT_EQ(u32(used_up, 16), 0x0a020001U);
  EXPECT_FALSE(is_covered(header4("83020000"), Direction::outbound));
  EXPECT_FALSE(is_covered(header4("8306010a0a000000"), Direction::outbound));
}

auto header6(const std::vector<Extension>& extensions) -> Bytes {
  return Ipv6Packet{.protocol = IpProtocol::ah, .extensions = extensions}.bytes();
}
auto with_options(std::string_view options) -> Extension {
  Bytes rest = hex("00");
  append(rest, hex(options));
  return {IpProtocol::hop_by_hop, rest};
}

// AH-3.3.3.1.2.2-01, TRAP-AH-04: 0x3e may change on the way, 0x1e may not.
TEST(Ipv6Options, lose_their_data_where_a_bit_says_that_it_changes) {
  const auto stays = header6({with_options("1e04aabbccdd")});
  const auto changes = header6({with_options("3e04aabbccdd")});

  EXPECT_EQ(core::to_hex(View(blanked(stays)).subspan(40)), "33001e04aabbccdd");
  EXPECT_EQ(core::to_hex(View(blanked(changes)).subspan(40)), "33003e0400000000");
}

TEST(Ipv6Options, are_walked_with_padding_of_one_and_more_octets) {
  auto extension = with_options(
      "0000"
      "3e02aabb"
      "0102ffff"
      "000000"
      "00");
  extension.rest[0] = std::byte{1};
  extension.rest.resize(15);
  auto wanted =
      hex("33010000"
          "3e020000"
          "0102ffff"
          "00000000");

  const auto seen = blanked(header6({extension}));

  EXPECT_EQ(Bytes(seen.begin() + 40, seen.end()), wanted);
}

TEST(Ipv6Options, are_refused_where_they_run_over_and_where_an_address_would_move) {
  for (const auto* options : {"3e05aabbccdd", "00000000003e", "c904aabbccdd"}) {
    EXPECT_FALSE(is_covered(header6({with_options(options)}), Direction::inbound)) << options;
  }
}

auto routing(unsigned type, unsigned left, const std::vector<std::string_view>& addresses)
    -> Extension {
  Bytes rest;
  append8(rest, addresses.size() * 2);
  append8(rest, type);
  append8(rest, left);
  rest.resize(7);
  for (const auto one : addresses) append(rest, address(one).bytes());
  return {IpProtocol::routing, rest};
}

// AH-A2-01, TRAP-AH-06: what each stop does by RFC 2460, 4.4, done by hand. D is the destination.
TEST(RoutingHeader, is_predicted_as_the_receiver_will_see_it) {
  struct Row {
    unsigned left;
    std::string_view destination;
    std::vector<std::string_view> addresses;
  };
  const Row rows[] = {
      {0, "2001:db8:2::1", {"::a", "::b", "::c"}},
      {1, "::c", {"::a", "::b", "2001:db8:2::1"}},
      {2, "::c", {"::a", "2001:db8:2::1", "::b"}},
      {3, "::c", {"2001:db8:2::1", "::a", "::b"}},
  };
  for (const auto& row : rows) {
    auto wanted = header6({routing(0, 0, row.addresses)});
    core::copy(address(row.destination).bytes(), core::MutableView(wanted).subspan(24));

    EXPECT_EQ(blanked(header6({routing(0, row.left, {"::a", "::b", "::c"})}), Direction::outbound),
              blanked(wanted))
        << row.left;
  }
}

TEST(RoutingHeader, of_mobile_ipv6_swaps_its_address) {
  const auto sent = blanked(header6({routing(2, 1, {"::a"})}), Direction::outbound);

  EXPECT_EQ(net::Address{View(sent).subspan(24, 16)}, address("::a"));
  EXPECT_EQ(net::Address{View(sent).subspan(48, 16)}, address("2001:db8:2::1"));
  EXPECT_EQ(u8(sent, 43), 0U);
}

TEST(RoutingHeader, is_taken_as_it_arrived_by_the_receiver) {
  const auto arrived = header6({routing(0, 2, {"::a", "::b"})});
  const auto seen = blanked(arrived);

  EXPECT_EQ(Bytes(seen.begin() + 8, seen.end()), Bytes(arrived.begin() + 8, arrived.end()));
}

TEST(RoutingHeader, is_refused_where_it_is_of_another_type_or_contradicts_itself) {
  EXPECT_FALSE(is_covered(header6({routing(4, 0, {"::a"})}), Direction::inbound));
  EXPECT_FALSE(is_covered(header6({routing(3, 0, {"::a"})}), Direction::outbound));
  EXPECT_FALSE(is_covered(header6({routing(0, 2, {"::a"})}), Direction::outbound));
  auto odd = routing(0, 1, {"::a"});
  odd.rest[0] = std::byte{1};
  odd.rest.resize(15);
  EXPECT_FALSE(is_covered(header6({odd}), Direction::outbound));
}

TEST(Headers, are_refused_where_they_are_too_long_cut_or_unknown) {
  std::vector<Extension> many(4, extension(IpProtocol::destination_options, 7));
  const auto fragment = header6({fragment_header(0)});
  const auto whole = header6({extension(IpProtocol::hop_by_hop, 2)});

  EXPECT_FALSE(is_covered(header6(many), Direction::inbound));
  EXPECT_FALSE(is_covered(fragment, Direction::inbound));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(is_covered(View(whole).first(size), Direction::inbound), size == 40) << size;
  }
  EXPECT_TRUE(is_covered(whole, Direction::inbound));
}

TEST(SavedHeaders, give_back_what_was_blanked) {
  const auto before = header6({with_options("3e04aabbccdd"), routing(0, 1, {"::a"})});
  auto headers = before;
  SavedHeaders saved;

  saved.take(headers);
  ASSERT_TRUE(blank_mutable_fields(headers, Direction::outbound));
  EXPECT_NE(headers, before);
  saved.put_back(headers);

  EXPECT_EQ(headers, before);
}

}  // namespace
}  // namespace esplanade::ah
