#include "config/keying/keying_test_support.h"

namespace esplanade::config::keying::test {
namespace {

auto text_with(const std::string& ends, const std::string& child) -> std::string {
  return fmt::format(
      "connections {{ site {{ {}\nlocal {{ auth = psk }} remote {{ auth = psk }}\n"
      "children {{ net {{ {} }} }} }} }} secrets {{ ike {{ secret = x }} }}",
      ends, child);
}

TEST(Reach, needs_somebody_to_begin_with) {
  const std::string complaint =
      "3:33: `net` cannot be started: `remote_addrs` of `site` has no single address and no name";
  EXPECT_EQ(complaint_about(text_with("", "start_action = start")), complaint);
  EXPECT_EQ(complaint_about(text_with("remote_addrs = %any", "start_action = start")), complaint);
  EXPECT_EQ(complaint_about(text_with("remote_addrs = 10.0.0.0/8", "start_action = trap ")),
            complaint);
  EXPECT_EQ(complaint_about(
                text_with("remote_addrs = 10.0.0.0/8, sun.example.org", "start_action = start")),
            "none");
  EXPECT_EQ(complaint_about(text_with("", "")), "none");
}

TEST(Reach, of_transport_mode_is_the_gateway_itself) {
  const std::string ends = "local_addrs = 192.0.2.1\nremote_addrs = 192.0.2.2";
  EXPECT_EQ(complaint_about(text_with(ends, "mode = transport")), "none");
  EXPECT_EQ(complaint_about(text_with(ends,
                                      "mode = transport\nlocal_ts = 192.0.2.1[tcp]\n"
                                      "remote_ts = 192.0.2.2")),
            "none");
  EXPECT_EQ(complaint_about(text_with(ends, "mode = transport\nlocal_ts = 10.1.0.0/16")),
            "5:12: in transport mode `local_ts` can only be the gateway itself, not 10.1.0.0/16; "
            "`dynamic` stands for it; `mode = tunnel` carries the packets of other hosts");
  EXPECT_EQ(complaint_about(text_with(ends, "mode = transport\nremote_ts = 192.0.2.3")),
            "5:13: in transport mode `remote_ts` can only be the gateway itself, not 192.0.2.3/32; "
            "`dynamic` stands for it; `mode = tunnel` carries the packets of other hosts");
}

}  // namespace
}  // namespace esplanade::config::keying::test
