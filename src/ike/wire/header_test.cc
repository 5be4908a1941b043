#include "ike/wire/header.h"

#include "ike/wire/wire_test_support.h"

#include <gtest/gtest.h>

namespace esplanade::ike::wire {
namespace {

const auto octets = hex(R"(0102030405060708 1112131415161718
                           21 20 22 08 00000000 000000e8)");

TEST(Header, reads_every_field_of_the_box) {
  const auto header = Header::parse(octets).value();

  EXPECT_EQ(header.spis, (IkeSpis{IkeSpi{0x0102030405060708}, IkeSpi{0x1112131415161718}}));
  EXPECT_EQ(header.next_payload, iana::PayloadType::sa);
  EXPECT_EQ(header.major_version, 2);
  EXPECT_EQ(header.minor_version, 0);
  EXPECT_EQ(header.exchange, iana::ExchangeType::ike_sa_init);
  EXPECT_TRUE(header.is_from_initiator);
  EXPECT_FALSE(header.is_higher_version);
  EXPECT_FALSE(header.is_response);
  EXPECT_EQ(header.message_id, 0U);
  EXPECT_EQ(header.length, 232U);
}

TEST(Header, reads_each_flag_and_ignores_the_reserved_ones) {
  auto flagged = octets;

  flagged[19] = std::byte{0xff & ~0x08};
  const auto header = Header::parse(flagged).value();

  EXPECT_FALSE(header.is_from_initiator);
  EXPECT_TRUE(header.is_higher_version);
  EXPECT_TRUE(header.is_response);
}

TEST(Header, writes_what_it_read) {
  core::Bytes written(header_size);

  Header::parse(octets).value().write(written);

  EXPECT_EQ(written, octets);
}

TEST(Header, is_refused_when_an_octet_is_missing) {
  const auto header = Header::parse(core::View{octets}.first(27));

  EXPECT_EQ(header.error(), (core::Error{core::Code::too_short, {27}}));
}

}  // namespace
}  // namespace esplanade::ike::wire
