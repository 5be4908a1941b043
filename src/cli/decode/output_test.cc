#include "cli/decode/output.h"

#include <gtest/gtest.h>

namespace esplanade::cli::decode {
namespace {

auto opened() -> DecodedFrame {
  return {.number = 7,
          .captured_at = {std::chrono::nanoseconds(1'700'000'000'123'456'789)},
          .protocol = Protocol::esp,
          .src = net::Address::parse("192.0.2.1").value(),
          .dst = net::Address::parse("192.0.2.2").value(),
          .spi = core::Spi{0x1001},
          .seq = core::Seq64{0x1'0000'0002},
          .status = Status::opened,
          .next_header = iana::IpProtocol::ipv4,
          .inner = core::from_hex("45000016000000004001"
                                  "0000"
                                  "0a0100020a020002"
                                  "0800")
                       .value()};
}

auto not_ip() -> DecodedFrame {
  return {.number = 1, .captured_at = {std::chrono::milliseconds(-1500)}, .reason = "not \"IP\""};
}

TEST(JsonLine, has_every_key_in_its_order) {
  EXPECT_EQ(json_line(opened()),
            R"({"frame":7,"time":1700000000.123456789,"protocol":"esp","src":"192.0.2.1",)"
            R"("dst":"192.0.2.2","spi":"0x00001001","seq":4294967298,"status":"opened",)"
            R"("reason":null,"next_header":4,)"
            R"("inner":"450000160000000040010000)"
            R"(0a0100020a0200020800","ike":null})"
            "\n");
}

TEST(JsonLine, has_null_for_what_does_not_apply) {
  EXPECT_EQ(json_line(not_ip()),
            R"({"frame":1,"time":-1.500000000,"protocol":"clear","src":null,"dst":null,)"
            R"("spi":null,"seq":null,"status":"clear","reason":"not \"IP\"","next_header":null,)"
            R"("inner":null,"ike":null})"
            "\n");
}

TEST(JsonLine, has_an_empty_inner_for_a_dummy) {
  auto dummy = opened();
  dummy.inner.emplace();
  EXPECT_NE(json_line(dummy).find(R"("inner":"")"), std::string::npos);
}

TEST(TextLine, tells_what_was_inside_a_tunnel) {
  EXPECT_EQ(text_line(opened()),
            "     7  1700000000.123456  192.0.2.1 -> 192.0.2.2           "
            "esp 0x00001001/4294967298  opened   10.1.0.2 -> 10.2.0.2 ICMP 22\n");
}

TEST(TextLine, tells_what_transport_mode_carried) {
  auto frame = opened();
  frame.next_header = iana::IpProtocol::tcp;
  EXPECT_TRUE(text_line(frame).ends_with("  opened   TCP 22\n"));
}

TEST(TextLine, tells_the_reason) {
  EXPECT_EQ(text_line(not_ip()),
            "     1  -1.500000  -                                clear               clear    "
            "not \"IP\"\n");
}

TEST(Summary, counts_by_status) {
  Summary summary;
  summary.count(Status::opened);
  summary.count(Status::refused);
  summary.count(Status::opened);
  EXPECT_EQ(summary.text(), "3 frames: 2 opened, 0 verified, 0 clear, 0 no_key, 1 refused\n");
}

}  // namespace
}  // namespace esplanade::cli::decode
