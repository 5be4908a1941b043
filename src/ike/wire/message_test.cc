#include "ike/wire/message.h"

#include "ike/wire/wire_test_support.h"

#include <gtest/gtest.h>

namespace esplanade::ike::wire {
namespace {

using core::Code;
using core::Error;
using iana::NotifyType;
using iana::PayloadType;

// HDR, SAi1, KEi, Ni, N(COOKIE) of RFC 7296, 1.2 and 2.6, by its boxes.
const auto sa_init = hex(R"(
    0102030405060708 0000000000000000 21 20 22 08 00000000 00000090
    22 00 0030 00 00 002c 01 01 00 04
      03 00 000c 01 00 000c 800e 0080
      03 00 0008 02 00 0005
      03 00 0008 03 00 000c
      00 00 0008 04 00 001f
    28 00 0028 001f 0000 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
    29 00 0014 f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff
    00 00 0008 00 00 4006)");

TEST(Message, reads_an_IKE_SA_INIT_request) {
  const auto message = parse_message(sa_init).value();

  EXPECT_EQ(message.header.exchange, iana::ExchangeType::ike_sa_init);
  ASSERT_EQ(message.payloads.size(), 4U);
  const auto* sa = find<SaPayload>(message.payloads);
  ASSERT_NE(sa, nullptr);
  ASSERT_EQ(sa->proposals.size(), 1U);
  EXPECT_EQ(sa->proposals[0].transforms,
            (std::vector{sa::transform(iana::EncryptionId::encr_aes_cbc, 128),
                         sa::transform(iana::PrfId::prf_hmac_sha2_256),
                         sa::transform(iana::IntegrityId::auth_hmac_sha2_256_128),
                         sa::transform(iana::KeyExchangeId::curve25519)}));
  EXPECT_EQ(find<KePayload>(message.payloads)->data.size(), 32U);
  EXPECT_EQ(find<NoncePayload>(message.payloads)->data.size(), 16U);
  EXPECT_NE(find_notify(message.payloads, NotifyType::cookie), nullptr);
  EXPECT_EQ(find_error(message.payloads), nullptr);
}

TEST(Message, writes_what_it_read_and_fills_in_type_and_length) {
  auto [header, payloads] = parse_message(sa_init).value();
  header.length = 0;
  header.next_payload = PayloadType::none;

  EXPECT_EQ(write_message(header, payloads), sa_init);
}

TEST(Message, is_refused_wherever_it_is_cut) {
  for (std::size_t size = 0; size < sa_init.size(); ++size) {
    auto cut = core::Bytes(sa_init.begin(), sa_init.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(parse_message(cut)) << size;

    // With a header that owns up to the cut, the payloads must not add up.
    if (size < header_size) continue;
    core::store_be(static_cast<std::uint32_t>(size), core::MutableView{cut}, 24);
    EXPECT_FALSE(parse_message(cut)) << size;
  }
}

TEST(Message, is_refused_when_its_length_is_not_the_datagrams) {
  auto longer = sa_init;
  longer.push_back(std::byte{0});

  EXPECT_EQ(parse_message(longer).error(), (Error{Code::bad_length, {24}}));
}

TEST(Message, is_refused_with_octets_behind_its_last_payload) {
  auto longer = sa_init;
  longer.push_back(std::byte{1});
  core::store_be(std::uint32_t{0x91}, core::MutableView{longer}, 24);

  EXPECT_EQ(parse_message(longer).error(), (Error{Code::bad_length, {0x90}}));
}

TEST(Message, may_be_filled_up_with_zeroes_as_Openswan_does) {
  const auto octets = hex(R"(
      0001020304050607 debc583a8f40d0cf 29 20 22 20 00000000 00000028
      00 00 000a 01 00 0011 000e 0000)");

  const auto message = parse_message(octets).value();

  EXPECT_EQ(find_error(message.payloads)->type, NotifyType::invalid_ke_payload);
}

TEST(Message, may_not_be_filled_up_with_more_than_alignment_needs) {
  auto longer = sa_init;
  longer.resize(longer.size() + 4);
  core::store_be(std::uint32_t{0x94}, core::MutableView{longer}, 24);

  EXPECT_EQ(parse_message(longer).error(), (Error{Code::bad_length, {0x90}}));
}

TEST(Message, is_refused_with_another_major_version_but_any_minor_one) {
  auto other = sa_init;

  other[17] = std::byte{0x30};
  EXPECT_EQ(parse_message(other).error(), (Error{Code::bad_version, {17}}));
  other[17] = std::byte{0x10};
  EXPECT_EQ(parse_message(other).error(), (Error{Code::bad_version, {17}}));
  other[17] = std::byte{0x25};
  EXPECT_TRUE(parse_message(other));
}

TEST(Message, needs_an_SPI_of_its_initiator_unless_it_belongs_to_no_SA) {
  const Header nobody{.exchange = iana::ExchangeType::informational};
  auto without = nobody;
  without.exchange = iana::ExchangeType::ike_sa_init;

  EXPECT_TRUE(parse_message(write_message(nobody, {})));
  EXPECT_EQ(parse_message(write_message(without, {})).error(), (Error{Code::bad_value, {0}}));
}

TEST(Message, says_where_in_the_datagram_the_fault_lies) {
  auto broken = sa_init;

  broken[0x77] = std::byte{15 + 4};  // the length of the nonce
  EXPECT_EQ(parse_message(broken).error(), (Error{Code::bad_length, {0x87}}));
}

TEST(Message, ends_with_its_encrypted_payload) {
  const auto octets = hex(R"(
      0102030405060708 1112131415161718 2e 20 23 08 00000001 00000028
      23 00 000c 0102030405060708)");

  const auto message = parse_message(octets).value();

  EXPECT_EQ(
      message.payloads,
      (Payloads{SkPayload{.first_inner = PayloadType::id_i, .body = hex("0102030405060708")}}));
}

TEST(Message, may_not_go_on_behind_its_encrypted_payload) {
  const auto octets = hex(R"(
      0102030405060708 1112131415161718 2e 20 23 08 00000001 00000030
      29 00 000c 0102030405060708
      00 00 0008 00 00 4000)");

  EXPECT_EQ(parse_message(octets).error(), (Error{Code::bad_length, {40}}));
}

TEST(Message, shows_a_fragment_with_its_numbers) {
  const auto octets = hex(R"(
      0102030405060708 1112131415161718 35 20 23 08 00000001 00000028
      00 00 000c 0002 0003 aabbccdd)");

  const SkfPayload expected{
      .first_inner = PayloadType::none, .number = 2, .total = 3, .body = hex("aabbccdd")};
  EXPECT_EQ(parse_message(octets).value().payloads, (Payloads{expected}));
}

TEST(Chain, may_be_empty) {
  EXPECT_EQ(parse_payloads(PayloadType::none, {}), Payloads{});
  EXPECT_TRUE(write_payloads({}).empty());
  EXPECT_EQ(first_type({}), PayloadType::none);
}

TEST(Chain, keeps_unknown_payloads_and_their_critical_bit) {
  const auto chain = hex("c8 00 0006 aabb 00 80 0004");

  const auto payloads = parse_payloads(PayloadType{1}, chain).value();

  EXPECT_EQ(payloads, (Payloads{UnknownPayload{.type = PayloadType{1}, .body = hex("aabb")},
                                UnknownPayload{.type = PayloadType{200}, .is_critical = true}}));
  EXPECT_EQ(write_payloads(payloads), chain);
}

TEST(Chain, ignores_the_critical_bit_of_payloads_it_knows) {
  EXPECT_EQ(parse_payloads(PayloadType::vendor_id, hex("00 80 0005 01")),
            (Payloads{VendorIdPayload{.data = hex("01")}}));
}

TEST(Chain, is_refused_with_a_payload_shorter_than_its_header_or_longer_than_the_chain) {
  EXPECT_EQ(parse_payloads(PayloadType::vendor_id, hex("00 00 0003")).error(),
            (Error{Code::bad_length, {0}}));
  EXPECT_EQ(parse_payloads(PayloadType::vendor_id, hex("00 00 0005")).error(),
            (Error{Code::too_short, {0}}));
  EXPECT_EQ(parse_payloads(PayloadType::vendor_id, hex("2b 00 0004 00 00")).error(),
            (Error{Code::too_short, {4}}));
}

TEST(Chain, bounds_the_number_of_payloads) {
  EXPECT_TRUE(
      parse_payloads(PayloadType::vendor_id, write_payloads(Payloads(128, VendorIdPayload{}))));
  EXPECT_EQ(parse_payloads(PayloadType::vendor_id, write_payloads(Payloads(129, VendorIdPayload{})))
                .error(),
            (Error{Code::too_long, {512}}));
}

TEST(Chain, shows_what_comes_before_a_fault) {
  const auto partial = parse_partially(PayloadType::vendor_id, hex("2b 00 0005 01 00 00 0009"));

  EXPECT_EQ(partial.payloads, (Payloads{VendorIdPayload{.data = hex("01")}}));
  EXPECT_EQ(partial.size, 5U);
  EXPECT_EQ(partial.error, (Error{Code::too_short, {5}}));
}

TEST(Find, tells_the_ends_apart) {
  const Payloads payloads = {IdPayload{.is_initiator = false}, IdPayload{.is_initiator = true},
                             TsPayload{.is_initiator = true}};

  EXPECT_EQ(find_id(payloads, true), &std::get<IdPayload>(payloads[1]));
  EXPECT_EQ(find_id(payloads, false), &std::get<IdPayload>(payloads[0]));
  EXPECT_EQ(find_ts(payloads, true), &std::get<TsPayload>(payloads[2]));
  EXPECT_EQ(find_ts(payloads, false), nullptr);
}

TEST(Find, takes_unknown_errors_for_errors) {
  const Payloads payloads = {NotifyPayload{.type = NotifyType{16384}},
                             NotifyPayload{.type = NotifyType{8192}}};

  EXPECT_EQ(find_error(payloads), &std::get<NotifyPayload>(payloads[1]));
}

}  // namespace
}  // namespace esplanade::ike::wire
