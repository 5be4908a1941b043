// Every payload but SA and TS: a body as its RFC draws it, read and written, and what is refused.
#include "ike/wire/wire_test_support.h"

#include <gtest/gtest.h>

namespace esplanade::ike::wire {
namespace {

using core::Code;
using core::Error;
using iana::PayloadType;

struct Drawn {
  const char* name;
  PayloadType type;
  const char* body;
  Payload value;
};

void PrintTo(const Drawn& drawn, std::ostream* out) { *out << drawn.name; }

class DrawnPayload : public testing::TestWithParam<Drawn> {};

TEST_P(DrawnPayload, is_read) {
  EXPECT_EQ(parse_one(GetParam().type, GetParam().body), GetParam().value);
}

TEST_P(DrawnPayload, is_written) { EXPECT_EQ(body_of(GetParam().value), hex(GetParam().body)); }

TEST_P(DrawnPayload, has_its_type) { EXPECT_EQ(type_of(GetParam().value), GetParam().type); }

auto id(iana::IdType type, const char* data) -> policy::Identity { return {type, hex(data)}; }

INSTANTIATE_TEST_SUITE_P(
    Payloads, DrawnPayload,
    testing::Values(
        Drawn{"KE", PayloadType::ke, "0013 0000 aabbcc",
              KePayload{.method = iana::KeyExchangeId::ecp_256, .data = hex("aabbcc")}},
        Drawn{"IDi", PayloadType::id_i, "02 000000 6d6f6f6e",
              IdPayload{.is_initiator = true, .id = id(iana::IdType::id_fqdn, "6d6f6f6e")}},
        Drawn{"IDr", PayloadType::id_r, "01 010203 c0000201",
              IdPayload{.is_initiator = false,
                        .id = id(iana::IdType::id_ipv4_addr, "c0000201"),
                        .reserved = {std::byte{1}, std::byte{2}, std::byte{3}}}},
        Drawn{"CERT", PayloadType::cert, "04 3082",
              CertPayload{.encoding = iana::CertificateEncoding::x509_signature,
                          .data = hex("3082")}},
        Drawn{"CERTREQ", PayloadType::cert_req, "04 000102030405060708090a0b0c0d0e0f10111213",
              CertReqPayload{.encoding = iana::CertificateEncoding::x509_signature,
                             .data = hex("000102030405060708090a0b0c0d0e0f10111213")}},
        Drawn{"AUTH", PayloadType::auth, "02 000000 0102",
              AuthPayload{.method = iana::AuthMethod::shared_key_message_integrity_code,
                          .data = hex("0102")}},
        Drawn{"Nonce", PayloadType::nonce, "000102030405060708090a0b0c0d0e0f",
              NoncePayload{.data = hex("000102030405060708090a0b0c0d0e0f")}},
        Drawn{"N", PayloadType::notify, "03 04 4009 01020304 ff",
              NotifyPayload{.protocol = iana::SecurityProtocol::esp,
                            .spi = hex("01020304"),
                            .type = iana::NotifyType::rekey_sa,
                            .data = hex("ff")}},
        Drawn{"D", PayloadType::delete_, "03 04 0002 01020304 0a0b0c0d",
              DeletePayload{.protocol = iana::SecurityProtocol::esp,
                            .spis = {core::Spi{0x01020304}, core::Spi{0x0a0b0c0d}}}},
        Drawn{"D_of_the_IKE_SA", PayloadType::delete_, "01 00 0000",
              DeletePayload{.protocol = iana::SecurityProtocol::ike, .spis = {}}},
        Drawn{"V", PayloadType::vendor_id, "4f70", VendorIdPayload{.data = hex("4f70")}},
        Drawn{"CP", PayloadType::cp, "01 000000 0001 0000 0003 0004 08080808",
              CpPayload{
                  .type = iana::CfgType::request,
                  .attributes = {{.type = 1, .value = {}}, {.type = 3, .value = hex("08080808")}}}},
        Drawn{"EAP", PayloadType::eap, "01 05 0005 01", EapPayload{.message = hex("0105000501")}},
        Drawn{"PS", PayloadType::ps, "0102",
              UnknownPayload{.type = PayloadType::ps, .is_critical = false, .body = hex("0102")}}),
    [](const auto& one) { return one.param.name; });

struct Refused {
  const char* name;
  PayloadType type;
  std::string body;
  Error error;
};

void PrintTo(const Refused& refused, std::ostream* out) { *out << refused.name; }

class RefusedPayload : public testing::TestWithParam<Refused> {};

TEST_P(RefusedPayload, names_the_place) {
  EXPECT_EQ(refusal(GetParam().type, GetParam().body), GetParam().error);
}

auto zeroes(std::size_t octets) -> std::string { return std::string(2 * octets, '0'); }

// Offsets count from the payload's own header, which is 4 octets.
INSTANTIATE_TEST_SUITE_P(
    Payloads, RefusedPayload,
    testing::Values(
        Refused{"KE_without_group", PayloadType::ke, "001300", {Code::too_short, {7}}},
        Refused{"ID_without_reserved", PayloadType::id_i, "0200", {Code::too_short, {6}}},
        Refused{"ID_of_type_0", PayloadType::id_i, "00000000", {Code::bad_value, {4}}},
        Refused{"IPv4_ID_of_5", PayloadType::id_r, "01000000 0102030405", {Code::bad_length, {8}}},
        Refused{"IPv6_ID_of_4", PayloadType::id_r, "05000000 01020304", {Code::bad_length, {8}}},
        Refused{"empty_CERT", PayloadType::cert, "", {Code::too_short, {4}}},
        Refused{"empty_CERTREQ", PayloadType::cert_req, "", {Code::too_short, {4}}},
        Refused{"CERTREQ_of_21", PayloadType::cert_req, "04" + zeroes(21), {Code::bad_length, {5}}},
        Refused{"AUTH_without_reserved", PayloadType::auth, "020000", {Code::too_short, {7}}},
        Refused{"Nonce_of_15", PayloadType::nonce, zeroes(15), {Code::bad_length, {19}}},
        Refused{"Nonce_of_257", PayloadType::nonce, zeroes(257), {Code::bad_length, {260}}},
        Refused{"N_without_type", PayloadType::notify, "000040", {Code::too_short, {6}}},
        Refused{"N_shorter_than_its_SPI",
                PayloadType::notify,
                "03044009 010203",
                {Code::too_short, {8}}},
        Refused{"N_of_the_IKE_SA_with_SPI",
                PayloadType::notify,
                "01040001 01020304",
                {Code::bad_length, {5}}},
        Refused{"N_of_ESP_with_SPI_of_8",
                PayloadType::notify,
                "03084009" + zeroes(8),
                {Code::bad_length, {5}}},
        Refused{"D_without_count", PayloadType::delete_, "030400", {Code::too_short, {7}}},
        Refused{"D_with_a_missing_SPI",
                PayloadType::delete_,
                "03040002 01020304",
                {Code::bad_length, {6}}},
        Refused{"D_with_an_SPI_too_many",
                PayloadType::delete_,
                "03040000 01020304",
                {Code::bad_length, {6}}},
        Refused{"D_of_ESP_with_SPI_of_8",
                PayloadType::delete_,
                "03080001" + zeroes(8),
                {Code::bad_length, {5}}},
        Refused{"D_of_the_IKE_SA_with_SPI",
                PayloadType::delete_,
                "01080001" + zeroes(8),
                {Code::bad_length, {5}}},
        Refused{"CP_without_reserved", PayloadType::cp, "0100", {Code::too_short, {5}}},
        Refused{"CP_with_a_cut_attribute",
                PayloadType::cp,
                "01000000 4000 0004 0808",
                {Code::too_short, {12}}},
        Refused{"CP_with_an_address_of_5",
                PayloadType::cp,
                "01000000 0001 0005 0000000000",
                {Code::bad_length, {8}}},
        Refused{"EAP_without_length", PayloadType::eap, "010500", {Code::too_short, {7}}},
        Refused{"EAP_longer_than_it_is", PayloadType::eap, "0105000601", {Code::bad_length, {6}}},
        Refused{"EAP_shorter_than_it_is", PayloadType::eap, "0105000401", {Code::bad_length, {6}}},
        Refused{"EAP_success_with_data", PayloadType::eap, "0305000501", {Code::bad_length, {6}}},
        Refused{"SKF_without_total", PayloadType::skf, "000100", {Code::too_short, {7}}},
        Refused{"SKF_number_0", PayloadType::skf, "00000001", {Code::bad_value, {4}}},
        Refused{"SKF_beyond_its_total", PayloadType::skf, "00030002", {Code::bad_value, {4}}}),
    [](const auto& one) { return one.param.name; });

TEST(Nonce, may_have_16_to_256_octets) {
  EXPECT_TRUE(parse_one(PayloadType::nonce, zeroes(16)));
  EXPECT_TRUE(parse_one(PayloadType::nonce, zeroes(256)));
}

TEST(CpPayload, ignores_the_reserved_bit_of_an_attribute) {
  const auto parsed = parse_one(PayloadType::cp, "02000000 8003 0000").value();

  EXPECT_EQ(std::get<CpPayload>(parsed).attributes[0].type, 3);
}

TEST(CpPayload, bounds_its_attributes) {
  CpPayload payload{.type = iana::CfgType::request,
                    .attributes = std::vector<ConfigurationAttribute>(257, {.type = 7})};

  EXPECT_EQ(parse_one(PayloadType::cp, body_of(payload)).error().code, Code::too_long);
  payload.attributes.pop_back();
  EXPECT_EQ(parse_one(PayloadType::cp, body_of(payload)), Payload{payload});
}

TEST(IdPayload, has_a_body_for_AUTH_with_the_reserved_octets_as_received) {
  const auto body = hex("02 a1b2c3 6d6f6f6e");
  const auto parsed = parse_one(PayloadType::id_i, body).value();

  EXPECT_EQ(id_body(std::get<IdPayload>(parsed)), body);
}

}  // namespace
}  // namespace esplanade::ike::wire
