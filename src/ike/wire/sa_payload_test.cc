#include "ike/wire/wire_test_support.h"

#include <gtest/gtest.h>

namespace esplanade::ike::wire {
namespace {

using core::Code;
using core::Error;
using iana::PayloadType;
using iana::SecurityProtocol;

// The offer that RFC 7296, 3.3 draws.
const std::string rfc_example = R"(
    02 00 0050 01 03 04 07 052357bb
      03 00 000c 01 00 000c 800e 0080
      03 00 000c 01 00 000c 800e 00c0
      03 00 000c 01 00 000c 800e 0100
      03 00 0008 03 00 0002
      03 00 0008 03 00 0005
      03 00 0008 05 00 0001
      00 00 0008 05 00 0000
    00 00 0034 02 03 04 04 35a1d6f2
      03 00 000c 01 00 0012 800e 0080
      03 00 000c 01 00 0012 800e 0100
      03 00 0008 05 00 0001
      00 00 0008 05 00 0000)";

TEST(SaPayload, reads_the_proposals_of_an_offer) {
  const auto parsed = parse_one(PayloadType::sa, rfc_example).value();

  const auto& proposals = std::get<SaPayload>(parsed).proposals;
  ASSERT_EQ(proposals.size(), 2U);
  EXPECT_EQ(proposals[0].number, 1);
  EXPECT_EQ(proposals[0].protocol, SecurityProtocol::esp);
  EXPECT_EQ(proposals[0].spi, hex("052357bb"));
  ASSERT_EQ(proposals[0].transforms.size(), 7U);
  EXPECT_EQ(proposals[0].transforms[2], sa::transform(iana::EncryptionId::encr_aes_cbc, 256));
  EXPECT_EQ(proposals[0].transforms[4], sa::transform(iana::IntegrityId::auth_aes_xcbc_96));
  EXPECT_EQ(proposals[1].number, 2);
  EXPECT_EQ(proposals[1].transforms[0], sa::transform(iana::EncryptionId::encr_aes_gcm_8, 128));
  EXPECT_EQ(proposals[1].transforms[2],
            sa::transform(iana::SequenceNumbersId::partial_64_bit_sequential));
}

TEST(SaPayload, writes_what_it_read) {
  const auto parsed = parse_one(PayloadType::sa, rfc_example).value();

  EXPECT_EQ(body_of(parsed), hex(rfc_example));
}

/// One proposal for IKE, of this length, with one transform.
auto one_proposal(const std::string& length, const std::string& transform) -> std::string {
  return "00 00 " + length + " 01 01 00 01 " + transform;
}

TEST(SaPayload, keeps_a_transform_with_an_attribute_nobody_knows_apart) {
  const auto parsed =
      parse_one(PayloadType::sa, one_proposal("0018", "00 00 0010 01 00 000c 8010 0001 800e 0080"))
          .value();

  const auto& transform = std::get<SaPayload>(parsed).proposals[0].transforms[0];
  EXPECT_TRUE(transform.has_unknown_attribute);
  EXPECT_EQ(transform.key_bits, 128);
}

TEST(SaPayload, steps_over_a_long_attribute_nobody_knows) {
  const auto parsed =
      parse_one(PayloadType::sa,
                one_proposal("001b", "00 00 0013 01 00 000c 0010 0003 aabbcc 800e 0080"))
          .value();

  EXPECT_TRUE(std::get<SaPayload>(parsed).proposals[0].transforms[0].has_unknown_attribute);
}

TEST(SaPayload, refuses_a_key_length_that_is_not_in_the_attribute_header) {
  const auto body = one_proposal("0016", "00 00 000e 01 00 000c 000e 0002 0080");

  EXPECT_EQ(refusal(PayloadType::sa, body).code, Code::bad_value);
}

TEST(SaPayload, refuses_two_key_lengths) {
  const auto body = one_proposal("0018", "00 00 0010 01 00 000c 800e 0080 800e 0100");

  EXPECT_EQ(refusal(PayloadType::sa, body).code, Code::bad_value);
}

TEST(SaPayload, never_takes_a_key_length_of_zero_for_none) {
  const auto parsed =
      parse_one(PayloadType::sa, one_proposal("0014", "00 00 000c 01 00 001c 800e 0000")).value();

  EXPECT_TRUE(std::get<SaPayload>(parsed).proposals[0].transforms[0].has_unknown_attribute);
}

TEST(SaPayload, refuses_an_attribute_longer_than_its_transform) {
  const auto body = one_proposal("0014", "00 00 000c 01 00 000c 0010 0001");

  EXPECT_EQ(refusal(PayloadType::sa, body).code, Code::too_short);
}

struct Refused {
  const char* body;
  Error error;
};

class SaRefused : public testing::TestWithParam<Refused> {};

TEST_P(SaRefused, names_the_place) {
  EXPECT_EQ(refusal(PayloadType::sa, GetParam().body), GetParam().error);
}

// Offsets count from the payload's own header, which is 4 octets.
INSTANTIATE_TEST_SUITE_P(
    SaPayload, SaRefused,
    testing::Values(
        // no proposal at all
        Refused{"", {Code::too_short, {4}}},
        // a proposal shorter than its header, and one longer than the payload
        Refused{"00 00 0007 01 01 00 00", {Code::bad_length, {6}}},
        Refused{"00 00 0009 01 01 00 00", {Code::bad_length, {6}}},
        // "more" and nothing follows; "last" and something does; neither 0 nor 2
        Refused{"02 00 0010 01 01 00 01 00 00 0008 02 00 0005", {Code::too_short, {20}}},
        Refused{"00 00 0010 01 01 00 01 00 00 0008 02 00 0005 00", {Code::bad_length, {20}}},
        Refused{"01 00 0008 01 01 00 00", {Code::bad_value, {4}}},
        // numbers begin at 1 and go up by 1; one alone is numbered as well
        Refused{"02 00 0010 01 01 00 01 00 00 0008 02 00 0005 00 00 0010 03 01 00 01 00 00 0008 02 "
                "00 0005",
                {Code::bad_value, {4}}},
        Refused{"02 00 0010 02 01 00 01 00 00 0008 02 00 0005 00 00 0010 03 01 00 01 00 00 0008 02 "
                "00 0005",
                {Code::bad_value, {4}}},
        Refused{"00 00 0010 00 01 00 01 00 00 0008 02 00 0005", {Code::bad_value, {4}}},
        // SPI sizes: 0 or 8 for IKE, 4 for ESP and AH
        Refused{"00 00 000c 01 01 04 00 01020304", {Code::bad_length, {10}}},
        Refused{"00 00 0008 01 03 00 00", {Code::bad_length, {10}}},
        Refused{"00 00 0010 01 02 08 00 0102030405060708", {Code::bad_length, {10}}},
        // an SPI longer than its proposal
        Refused{"00 00 0008 01 01 08 00", {Code::too_short, {12}}},
        // fewer transforms than counted, more than counted, none counted
        Refused{"00 00 0010 01 01 00 02 00 00 0008 02 00 0005", {Code::bad_value, {12}}},
        Refused{"00 00 0018 01 01 00 01 03 00 0008 02 00 0005 00 00 0008 02 00 0006",
                {Code::bad_value, {12}}},
        Refused{"00 00 0018 01 01 00 01 00 00 0008 02 00 0005 00 00 0008 02 00 0006",
                {Code::bad_length, {20}}},
        Refused{"00 00 0008 01 01 00 00", {Code::bad_value, {12}}},
        // a transform shorter than its header, and one longer than its proposal
        Refused{"00 00 0010 01 01 00 01 00 00 0007 02 00 0005", {Code::bad_length, {14}}},
        Refused{"00 00 0010 01 01 00 01 00 00 0009 02 00 0005", {Code::bad_length, {14}}},
        Refused{"00 00 0010 01 01 00 01 02 00 0008 02 00 0005", {Code::bad_value, {12}}}));

TEST(SaPayload, accepts_the_number_that_an_answer_keeps) {
  const auto parsed =
      parse_one(PayloadType::sa, "00 00 0010 07 01 00 01 00 00 0008 02 00 0005").value();

  EXPECT_EQ(std::get<SaPayload>(parsed).proposals[0].number, 7);
}

TEST(SaPayload, keeps_a_protocol_nobody_knows) {
  const auto parsed =
      parse_one(PayloadType::sa, "00 00 0012 01 04 02 01 1234 00 00 0008 02 00 0005").value();

  const auto& proposal = std::get<SaPayload>(parsed).proposals[0];
  EXPECT_EQ(std::to_underlying(proposal.protocol), 4);
  EXPECT_EQ(proposal.spi, hex("1234"));
}

TEST(SaPayload, bounds_proposals_and_transforms) {
  const sa::Proposal one{.number = 1,
                         .protocol = SecurityProtocol::ike,
                         .transforms = {sa::transform(iana::PrfId::prf_hmac_sha2_256)}};
  SaPayload many{.proposals = std::vector(65, one)};
  for (std::size_t i = 0; i < 65; ++i) many.proposals[i].number = static_cast<std::uint8_t>(i + 1);
  SaPayload wide{.proposals = {one}};
  wide.proposals[0].transforms.assign(129, one.transforms[0]);

  EXPECT_EQ(parse_one(PayloadType::sa, body_of(many)).error().code, Code::too_long);
  EXPECT_EQ(parse_one(PayloadType::sa, body_of(wide)).error().code, Code::too_long);
  many.proposals.pop_back();
  wide.proposals[0].transforms.pop_back();
  EXPECT_EQ(parse_one(PayloadType::sa, body_of(many)), Payload{many});
  EXPECT_EQ(parse_one(PayloadType::sa, body_of(wide)), Payload{wide});
}

}  // namespace
}  // namespace esplanade::ike::wire
