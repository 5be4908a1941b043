#include "ike/wire/wire_test_support.h"

#include <gtest/gtest.h>

namespace esplanade::ike::wire {
namespace {

using core::Code;
using core::Error;
using iana::PayloadType;

auto range(const char* text) -> net::Range { return net::Range::parse(text).value(); }

// RFC 7296, 2.9: TSi = ((17, 100, 198.51.100.66-198.51.100.66), (17, 200, the same)).
const std::string two_ports = R"(
    02 000000
    07 11 0010 0064 0064 c6336442 c6336442
    07 11 0010 00c8 00c8 c6336442 c6336442)";

TEST(TsPayload, reads_and_writes_the_selectors_of_the_RFC) {
  const TsPayload expected{
      .is_initiator = true,
      .selectors = {{range("198.51.100.66"), iana::IpProtocol::udp, {100, 100}},
                    {range("198.51.100.66"), iana::IpProtocol::udp, {200, 200}}}};

  EXPECT_EQ(parse_one(PayloadType::ts_i, two_ports), Payload{expected});
  EXPECT_EQ(body_of(expected), hex(two_ports));
}

TEST(TsPayload, reads_and_writes_a_range_of_IPv6_and_any_protocol) {
  const std::string body = R"(
      01 000000
      08 00 0028 0000 ffff
      20010db8000000000000000000000000 20010db800000000ffffffffffffffff)";
  const TsPayload expected{.is_initiator = false,
                           .selectors = {{range("2001:db8::/64"), std::nullopt, {}}}};

  EXPECT_EQ(parse_one(PayloadType::ts_r, body), Payload{expected});
  EXPECT_EQ(body_of(expected), hex(body));
}

TEST(TsPayload, keeps_ICMP_type_and_code_in_the_octets_of_the_ports) {
  const auto parsed =
      parse_one(PayloadType::ts_i, "01 000000 07 01 0010 0800 08ff 00000000 ffffffff").value();

  const auto& selector = std::get<TsPayload>(parsed).selectors[0];
  EXPECT_EQ(selector.ports, (sa::PortRange{0x0800, 0x08ff}));
}

TEST(TsPayload, reads_opaque_ports_as_they_are_written) {
  const std::string body = "01 000000 07 06 0010 ffff 0000 00000000 ffffffff";
  const auto parsed = parse_one(PayloadType::ts_i, body).value();

  EXPECT_EQ(std::get<TsPayload>(parsed).selectors[0].ports, (sa::PortRange{65535, 0}));
  EXPECT_EQ(body_of(parsed), hex(body));
}

TEST(TsPayload, counts_selectors_of_other_types_and_leaves_them_out) {
  const auto parsed = parse_one(PayloadType::ts_i, R"(
      03 000000
      0a 00 0007 616263
      07 00 0010 0000 ffff 0a000000 0affffff
      09 00 0008 00000000)");

  const TsPayload expected{
      .is_initiator = true, .selectors = {{range("10.0.0.0/8"), std::nullopt, {}}}, .unknown = 2};
  EXPECT_EQ(parsed, Payload{expected});
}

struct Refused {
  const char* body;
  Error error;
};

class TsRefused : public testing::TestWithParam<Refused> {};

TEST_P(TsRefused, names_the_place) {
  EXPECT_EQ(refusal(PayloadType::ts_r, GetParam().body), GetParam().error);
}

// Offsets count from the payload's own header, which is 4 octets.
INSTANTIATE_TEST_SUITE_P(
    TsPayload, TsRefused,
    testing::Values(
        // no header; no selector
        Refused{"010000", {Code::too_short, {7}}}, Refused{"00000000", {Code::bad_value, {4}}},
        // fewer than counted; more than counted
        Refused{"02000000 07000010 0000ffff 00000000 ffffffff", {Code::bad_length, {24}}},
        Refused{"01000000 07000010 0000ffff 00000000 ffffffff 00", {Code::bad_length, {24}}},
        // IPv4 of 15 and 40 octets, IPv6 of 16
        Refused{"01000000 0700000f 0000ffff 00000000 ffffff", {Code::bad_length, {10}}},
        Refused{"01000000 07000018 0000ffff 00000000 ffffffff 0000000000000000",
                {Code::bad_length, {10}}},
        Refused{"01000000 08000010 0000ffff 00000000 ffffffff", {Code::bad_length, {10}}},
        // lengths that would stand still or run over the end, of types known and unknown
        Refused{"01000000 07000000 0000ffff 00000000 ffffffff", {Code::bad_length, {8}}},
        Refused{"01000000 63000003", {Code::bad_length, {8}}},
        Refused{"01000000 63000005", {Code::bad_length, {8}}},
        // the end before the beginning, of addresses and of ports
        Refused{"01000000 07000010 0000ffff 00000002 00000001", {Code::bad_value, {16}}},
        Refused{"01000000 07060010 00020001 00000000 ffffffff", {Code::bad_value, {12}}},
        Refused{"01000000 07060010 ffff0001 00000000 ffffffff", {Code::bad_value, {12}}}));

}  // namespace
}  // namespace esplanade::ike::wire
