#include "cli/decode/ike_output.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace esplanade::cli::decode {
namespace {

using namespace ike::wire;  // NOLINT(google-build-using-namespace)

auto octets(const char* hex) -> core::Bytes { return core::from_hex(hex).value(); }

auto with(Payloads payloads) -> IkeMessage {
  return {.header = {.spis = {ike::IkeSpi{0x0102030405060708}, ike::IkeSpi{}},
                     .exchange = iana::ExchangeType::ike_auth,
                     .is_from_initiator = true,
                     .message_id = 1,
                     .length = 300},
          .payloads = std::move(payloads)};
}

struct Shown {
  const char* name;
  Payload payload;
  const char* text;
  const char* json;
};

void PrintTo(const Shown& shown, std::ostream* out) { *out << shown.name; }

class ShownPayload : public testing::TestWithParam<Shown> {};

TEST_P(ShownPayload, has_its_lines) {
  EXPECT_EQ(ike_text(with({GetParam().payload})), GetParam().text);
}

TEST_P(ShownPayload, has_its_object) {
  const auto message = nlohmann::ordered_json::parse(ike_json(with({GetParam().payload})));

  EXPECT_EQ(message["payloads"][0].dump(), GetParam().json);
}

auto range(const char* text) -> net::Range { return net::Range::parse(text).value(); }

INSTANTIATE_TEST_SUITE_P(
    IkeOutput, ShownPayload,
    testing::Values(
        Shown{"SA",
              SaPayload{{{.number = 1,
                          .protocol = iana::SecurityProtocol::esp,
                          .spi = octets("01020304"),
                          .transforms = {sa::transform(iana::EncryptionId::encr_aes_cbc, 256),
                                         {.type = iana::TransformType{9}, .id = 7}}}}},
              "                SA  1 ESP 0x01020304: ENCR_AES_CBC-256, transform 7 of type 9\n",
              R"({"type":"SA","proposals":[{"number":1,"protocol":"ESP","spi":"0x01020304",)"
              R"("transforms":[{"type":"ENCR","id":12,"name":"ENCR_AES_CBC","key_bits":256,)"
              R"("has_unknown_attribute":false},{"type":"type 9","id":7,)"
              R"("name":"transform 7 of type 9","key_bits":null,)"
              R"("has_unknown_attribute":false}]}]})"},
        Shown{"KE", KePayload{.method = iana::KeyExchangeId{999}, .data = octets("0102")},
              "                KE  method 999, 2 octets\n",
              R"({"type":"KE","method":"method 999","data":"0102"})"},
        Shown{
            "IDi",
            IdPayload{.is_initiator = true, .id = {iana::IdType::id_ipv4_addr, octets("c0000201")}},
            "               IDi  ID_IPV4_ADDR 192.0.2.1\n",
            R"({"type":"IDi","id_type":"ID_IPV4_ADDR","id":"192.0.2.1","data":"c0000201"})"},
        Shown{"AUTH",
              AuthPayload{.method = iana::AuthMethod::digital_signature,
                          .data = core::Bytes(41, std::byte{0xab})},
              "              AUTH  DIGITAL_SIGNATURE "
              "abababababababababababababababababababababababababababababababababababababababab"
              "... 41 octets\n",
              R"({"type":"AUTH","method":"DIGITAL_SIGNATURE","data":")"
              R"(abababababababababababababababababababababababababababababababababababababababab)"
              R"(ab"})"},
        Shown{"N",
              NotifyPayload{.protocol = iana::SecurityProtocol::esp,
                            .spi = octets("01020304"),
                            .type = iana::NotifyType::rekey_sa},
              "                 N  REKEY_SA ESP 0x01020304\n",
              R"({"type":"N","notify":"REKEY_SA","number":16393,"protocol":"ESP",)"
              R"("spi":"0x01020304","data":""})"},
        Shown{"D",
              DeletePayload{.protocol = iana::SecurityProtocol::esp,
                            .spis = {core::Spi{1}, core::Spi{0xabcdef01}}},
              "                 D  ESP 0x00000001, 0xabcdef01\n",
              R"({"type":"D","protocol":"ESP","spis":["0x00000001","0xabcdef01"]})"},
        Shown{"TSr",
              TsPayload{.is_initiator = false,
                        .selectors = {{range("10.0.0.0/8"), iana::IpProtocol::udp, {53, 53}},
                                      {range("fd00::1-fd00::2"), std::nullopt, {65535, 0}}},
                        .unknown = 1},
              "               TSr  10.0.0.0/8 UDP port 53\n"
              "               TSr  fd00::1-fd00::2 OPAQUE\n"
              "               TSr  1 of types not known here\n",
              R"({"type":"TSr","selectors":[{"first":"10.0.0.0","last":"10.255.255.255",)"
              R"("protocol":17,"first_port":53,"last_port":53},{"first":"fd00::1",)"
              R"("last":"fd00::2","protocol":null,"first_port":65535,"last_port":0}],)"
              R"("unknown":1})"},
        Shown{"CP",
              CpPayload{.type = iana::CfgType::reply,
                        .attributes = {{.type = 1, .value = octets("0a000001")}}},
              "                CP  CFG_REPLY\n                CP  attribute 1 0a000001\n",
              R"({"type":"CP","cfg_type":"CFG_REPLY",)"
              R"("attributes":[{"attribute":1,"value":"0a000001"}]})"},
        Shown{"SKF", SkfPayload{.number = 2, .total = 3, .body = octets("00")},
              "               SKF  fragment 2 of 3, 1 octet\n",
              R"({"type":"SKF","number":2,"total":3,"octets":1})"},
        Shown{"unknown", UnknownPayload{.type = iana::PayloadType{200}, .is_critical = true},
              "       payload 200  critical\n",
              R"({"type":"payload 200","is_critical":true,"data":""})"}),
    [](const auto& one) { return one.param.name; });

TEST(IkeOutput, has_the_header_in_one_line_and_one_object) {
  const auto message = with({});

  EXPECT_EQ(ike_summary(message), "IKE_AUTH request 1, 0102030405060708 0000000000000000");
  EXPECT_EQ(ike_json(message),
            R"({"spi_i":"0102030405060708","spi_r":"0000000000000000","version":"2.0",)"
            R"("exchange":"IKE_AUTH","is_response":false,"is_from_initiator":true,)"
            R"("message_id":1,"length":300,"payloads":[]})");
}

TEST(IkeOutput, has_null_for_what_it_does_not_read_of_IKEv1) {
  auto message = with({});
  message.header.major_version = 1;
  message.header.exchange = iana::ExchangeType{4};

  const auto object = nlohmann::json::parse(ike_json(message));

  EXPECT_EQ(object["exchange"], "Aggressive");
  EXPECT_TRUE(object["is_response"].is_null());
  EXPECT_TRUE(object["payloads"].is_null());
}

}  // namespace
}  // namespace esplanade::cli::decode
