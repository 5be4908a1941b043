#include "ike/wire/wire_test_support.h"

#include <gtest/gtest.h>

namespace esplanade::ike::wire {
namespace {

using iana::ExchangeType;
using iana::NotifyType;
using iana::PayloadType;

enum class Way : std::uint8_t { request, response };

auto notify(NotifyType type) -> Payload { return NotifyPayload{.type = type}; }
const Payload sa = SaPayload{};
const Payload ke = KePayload{};
const Payload nonce = NoncePayload{};
const Payload auth = AuthPayload{};
const Payload id_i = IdPayload{.is_initiator = true};
const Payload id_r = IdPayload{.is_initiator = false};
const Payload ts_i = TsPayload{.is_initiator = true};
const Payload ts_r = TsPayload{.is_initiator = false};
const Payload cert = CertPayload{};
const Payload cert_req = CertReqPayload{};
const Payload vendor = VendorIdPayload{};
const Payload eap = EapPayload{};
const Payload cp = CpPayload{};
const Payload deletion = DeletePayload{};
const Payload unknown = UnknownPayload{.type = PayloadType{200}};
const Payload critical = UnknownPayload{.type = PayloadType{200}, .is_critical = true};

struct Allowed {
  const char* name;
  ExchangeType exchange;
  Way way;
  Payloads payloads;
};

void PrintTo(const Allowed& one, std::ostream* out) { *out << one.name; }

class AllowedChain : public testing::TestWithParam<Allowed> {};

TEST_P(AllowedChain, follows_the_grammar) {
  const auto& [name, exchange, way, payloads] = GetParam();

  EXPECT_TRUE(check_grammar(exchange, way == Way::response, payloads));
}

// RFC 7296, appendix C, and RFC 6023.
INSTANTIATE_TEST_SUITE_P(
    Grammar, AllowedChain,
    testing::Values(
        Allowed{
            "init_request",
            ExchangeType::ike_sa_init,
            Way::request,
            {notify(NotifyType::cookie), sa, ke, nonce, notify(NotifyType::nat_detection_source_ip),
             notify(NotifyType::nat_detection_source_ip),
             notify(NotifyType::nat_detection_destination_ip), vendor, vendor}},
        Allowed{"init_in_another_order", ExchangeType::ike_sa_init, Way::request, {nonce, ke, sa}},
        Allowed{"init_response",
                ExchangeType::ike_sa_init,
                Way::response,
                {sa, ke, nonce, cert_req, cert_req}},
        Allowed{"init_response_with_a_cookie",
                ExchangeType::ike_sa_init,
                Way::response,
                {notify(NotifyType::cookie)}},
        Allowed{"init_response_with_an_error",
                ExchangeType::ike_sa_init,
                Way::response,
                {notify(NotifyType::invalid_ke_payload)}},
        Allowed{"auth_request",
                ExchangeType::ike_auth,
                Way::request,
                {id_i, cert, cert, notify(NotifyType::initial_contact), cert_req, id_r, auth, cp,
                 sa, ts_i, ts_r, vendor}},
        Allowed{
            "auth_request_for_EAP", ExchangeType::ike_auth, Way::request, {id_i, sa, ts_i, ts_r}},
        Allowed{"auth_round_of_EAP", ExchangeType::ike_auth, Way::request, {eap}},
        Allowed{"auth_response_without_child",
                ExchangeType::ike_auth,
                Way::response,
                {id_r, auth, notify(NotifyType::no_proposal_chosen)}},
        Allowed{"auth_childless", ExchangeType::ike_auth, Way::response, {id_r, auth}},
        Allowed{"create_child",
                ExchangeType::create_child_sa,
                Way::request,
                {notify(NotifyType::rekey_sa), sa, nonce, ke, ts_i, ts_r}},
        Allowed{
            "rekey_of_the_IKE_SA", ExchangeType::create_child_sa, Way::response, {sa, nonce, ke}},
        Allowed{"create_child_refused",
                ExchangeType::create_child_sa,
                Way::response,
                {notify(NotifyType::temporary_failure)}},
        Allowed{"empty_informational", ExchangeType::informational, Way::request, {}},
        Allowed{"informational",
                ExchangeType::informational,
                Way::response,
                {deletion, deletion, notify(NotifyType::cookie2), cp}},
        Allowed{"unknown_payload", ExchangeType::informational, Way::request, {unknown, unknown}},
        Allowed{"unknown_exchange", ExchangeType{99}, Way::request, {sa, sa}}),
    [](const auto& one) { return one.param.name; });

struct Refused {
  const char* name;
  ExchangeType exchange;
  Way way;
  Payloads payloads;
  PayloadType fault;
};

void PrintTo(const Refused& one, std::ostream* out) { *out << one.name; }

class RefusedChain : public testing::TestWithParam<Refused> {};

TEST_P(RefusedChain, names_the_payload) {
  const auto& [name, exchange, way, payloads, fault] = GetParam();

  const auto judged = check_grammar(exchange, way == Way::response, payloads);

  ASSERT_FALSE(judged);
  EXPECT_EQ(judged.error().payload, fault);
  EXPECT_EQ(judged.error().answer, NotifyType::invalid_syntax);
}

INSTANTIATE_TEST_SUITE_P(
    Grammar, RefusedChain,
    testing::Values(Refused{"init_without_nonce",
                            ExchangeType::ike_sa_init,
                            Way::request,
                            {sa, ke},
                            PayloadType::nonce},
                    Refused{"init_with_two_KE",
                            ExchangeType::ike_sa_init,
                            Way::request,
                            {sa, ke, ke, nonce},
                            PayloadType::ke},
                    Refused{"init_with_selectors",
                            ExchangeType::ike_sa_init,
                            Way::request,
                            {sa, ke, nonce, ts_i},
                            PayloadType::ts_i},
                    Refused{"init_with_an_encrypted_payload",
                            ExchangeType::ike_sa_init,
                            Way::request,
                            {sa, ke, nonce, SkPayload{}},
                            PayloadType::sk},
                    // only a response may be left alone by an error or a cookie
                    Refused{"init_request_with_an_error",
                            ExchangeType::ike_sa_init,
                            Way::request,
                            {notify(NotifyType::invalid_syntax)},
                            PayloadType::sa},
                    Refused{"init_request_with_a_cookie_alone",
                            ExchangeType::ike_sa_init,
                            Way::request,
                            {notify(NotifyType::cookie)},
                            PayloadType::sa},
                    Refused{"auth_response_with_IDi",
                            ExchangeType::ike_auth,
                            Way::response,
                            {id_i, id_r, auth},
                            PayloadType::id_i},
                    Refused{"auth_with_two_IDi",
                            ExchangeType::ike_auth,
                            Way::request,
                            {id_i, id_i, auth},
                            PayloadType::id_i},
                    Refused{"auth_with_one_selector_payload",
                            ExchangeType::ike_auth,
                            Way::request,
                            {id_i, auth, sa, ts_i},
                            PayloadType::ts_r},
                    Refused{"auth_with_selectors_but_no_SA",
                            ExchangeType::ike_auth,
                            Way::request,
                            {id_i, auth, ts_i, ts_r},
                            PayloadType::sa},
                    Refused{"two_errors_do_not_excuse_two_SAs",
                            ExchangeType::ike_auth,
                            Way::response,
                            {sa, sa, notify(NotifyType::ts_unacceptable)},
                            PayloadType::sa},
                    Refused{"create_child_without_SA",
                            ExchangeType::create_child_sa,
                            Way::response,
                            {nonce},
                            PayloadType::sa},
                    Refused{"create_child_without_TSi",
                            ExchangeType::create_child_sa,
                            Way::request,
                            {sa, nonce, ts_r},
                            PayloadType::ts_i},
                    Refused{"informational_with_SA",
                            ExchangeType::informational,
                            Way::request,
                            {sa},
                            PayloadType::sa}),
    [](const auto& one) { return one.param.name; });

TEST(Grammar, refuses_an_unknown_critical_payload_by_its_type_whatever_else_is_wrong) {
  for (const auto exchange : {ExchangeType::ike_sa_init, ExchangeType::informational}) {
    const auto judged = check_grammar(exchange, false, {unknown, critical});

    ASSERT_FALSE(judged);
    EXPECT_EQ(judged.error().answer, NotifyType::unsupported_critical_payload);
    EXPECT_EQ(judged.error().payload, PayloadType{200});
  }
}

}  // namespace
}  // namespace esplanade::ike::wire
