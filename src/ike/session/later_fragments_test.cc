// NON_FIRST_FRAGMENTS_ALSO (RFC 7296, 1.3.1 and 3.10.1; RFC 4301, 7).
#include "ike/duo_test_support.h"

namespace esplanade::ike::test {
namespace {

using iana::NotifyType;

struct Ports : Duo {
  Ports() {
    for (auto* selectors :
         {&a.connection.children.front().theirs, &b.connection.children.front().ours}) {
      selectors->front().protocol = iana::IpProtocol::udp;
      selectors->front().ports = {.first = 53, .last = 53};
    }
  }
  [[nodiscard]] auto said() const -> std::ptrdiff_t {
    return std::ranges::count_if(seen, [](const Seen& one) {
      return has_notify(one, NotifyType::non_first_fragments_also);
    });
  }
  /// Of all SAs at both ends.
  [[nodiscard]] auto agreed() const -> std::vector<bool> {
    std::vector<bool> all;
    for (const auto* end : {&a, &b}) {
      for (const auto* sas : {&end->inbound, &end->outbound}) {
        for (const auto& [id, sa] : *sas) all.push_back(sa->carries_later_fragments);
      }
    }
    return all;
  }
};

TEST(LaterFragments, are_agreed_upon_where_ports_matter) {
  Ports duo;
  duo.start();
  duo.call();

  EXPECT_EQ(duo.said(), 2);
  EXPECT_EQ(duo.agreed(), std::vector<bool>(4, true));
}

TEST(LaterFragments, are_agreed_upon_again_at_a_rekey) {
  Ports duo;
  duo.start();
  duo.call();
  duo.seen.clear();

  duo.rekey(duo.b, "net");
  duo.deliver();

  EXPECT_EQ(duo.said(), 2);
}

TEST(LaterFragments, are_not_spoken_of_where_any_port_goes) {
  Duo duo;
  duo.start();
  duo.call();

  EXPECT_TRUE(std::ranges::none_of(duo.seen, [](const Seen& one) {
    return has_notify(one, NotifyType::non_first_fragments_also);
  }));
}

/// Either end may not know the notify.
TEST(LaterFragments, are_not_agreed_upon_where_one_end_says_nothing) {
  for (const auto is_silent_response : {false, true}) {
    Ports duo;
    duo.start();
    duo.call();
    duo.a.inbound.clear();
    duo.b.inbound.clear();
    duo.on_wire = [&](Seen& one) {
      if (one.header.is_response != is_silent_response) return true;
      std::erase_if(one.payloads, [](const wire::Payload& payload) {
        const auto* notify = std::get_if<wire::NotifyPayload>(&payload);
        return notify != nullptr && notify->type == NotifyType::non_first_fragments_also;
      });
      one.octets = duo.sealed(*one.from,
                              {.exchange = one.header.exchange,
                               .is_response = one.header.is_response,
                               .message_id = one.header.message_id},
                              one.payloads);
      return true;
    };
    duo.rekey(duo.a, "net");
    duo.deliver();

    ASSERT_EQ(duo.a.inbound.size(), 1U);
    EXPECT_FALSE(duo.a.inbound.begin()->second->carries_later_fragments);
    ASSERT_EQ(duo.b.inbound.size(), 1U);
    EXPECT_EQ(duo.b.inbound.begin()->second->carries_later_fragments, is_silent_response);
  }
}

}  // namespace
}  // namespace esplanade::ike::test
