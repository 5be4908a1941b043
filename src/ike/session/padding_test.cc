// ESP_TFC_PADDING_NOT_SUPPORTED (RFC 7296, 1.3.1 and 3.10.1; RFC 4303, 2.7).
#include "ike/duo_test_support.h"

namespace esplanade::ike::test {
namespace {

using iana::NotifyType;

/// Both ends have `tfc_padding = 1000`.
struct Padding : Duo {
  Padding() {
    for (auto* end : {&a, &b}) end->connection.children.front().pad_to = 1000;
  }
  /// Both children, the first and the one that a rekey makes, which the notify is for too.
  void say_no(bool in_responses) {
    on_wire = [this, in_responses](Seen& one) {
      if (one.header.is_response != in_responses) return true;
      one.payloads.emplace_back(
          wire::NotifyPayload{.protocol = {},
                              .spi = {},
                              .type = NotifyType::esp_tfc_padding_not_supported,
                              .data = {}});
      one.octets = sealed(*one.from,
                          {.exchange = one.header.exchange,
                           .is_response = one.header.is_response,
                           .message_id = one.header.message_id},
                          one.payloads);
      return true;
    };
  }
  void rekey_from_a() {
    a.outbound.clear();
    b.outbound.clear();
    rekey(a, "net");
    deliver();
  }
};

auto pads_to(const auto& end) -> std::vector<unsigned> {
  std::vector<unsigned> all;
  for (const auto& [id, sa] : end.outbound) all.push_back(sa->pad_to);
  return all;
}

TEST(TfcPadding, is_done_by_both_ends_where_nobody_objects) {
  Padding duo;
  duo.start();
  duo.call();

  EXPECT_EQ(pads_to(duo.a), std::vector{1000U});
  EXPECT_EQ(pads_to(duo.b), std::vector{1000U});
  for (const auto& [id, sa] : duo.b.inbound) EXPECT_EQ(sa->pad_to, 0);
}

TEST(TfcPadding, is_left_out_by_the_initiator_whose_peer_does_not_take_it) {
  Padding duo;
  duo.start();
  duo.call();
  duo.say_no(true);

  duo.rekey_from_a();

  EXPECT_EQ(pads_to(duo.a), std::vector{0U});
  EXPECT_EQ(pads_to(duo.b), std::vector{1000U});
}

TEST(TfcPadding, is_left_out_by_the_responder_whose_peer_does_not_take_it) {
  Padding duo;
  duo.start();
  duo.call();
  duo.say_no(false);

  duo.rekey_from_a();

  EXPECT_EQ(pads_to(duo.a), std::vector{1000U});
  EXPECT_EQ(pads_to(duo.b), std::vector{0U});
}

TEST(TfcPadding, is_for_tunnels) {
  Padding duo;
  for (auto* end : {&duo.a, &duo.b}) {
    end->connection.children.front().mode = sa::Mode::transport;
  }
  duo.start();
  duo.call();

  EXPECT_EQ(pads_to(duo.a), std::vector{0U});
}

}  // namespace
}  // namespace esplanade::ike::test
