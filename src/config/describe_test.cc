#include "config/load.h"
#include "config/memory_loader_test_support.h"

#include <gmock/gmock.h>

namespace esplanade::config {
namespace {

using testing::HasSubstr;
using testing::Not;

auto described(const std::string& text) -> std::string {
  MemoryLoader files;
  files.texts["gw.conf"] = text;
  const std::string head = "# esplanade key file, version 1\nesp = aes128gcm16\nkey = 0x";
  files.key_files["out.key"] = head + std::string(40, 'a') + "\n";
  files.key_files["in.key"] = head + std::string(40, 'b') + "\n";
  files.key_files["gmac.key"] = "# esplanade key file, version 1\nah = aes128gmac\nauth_key = 0x" +
                                std::string(40, 'd') + "\n";
  files.used = {"in.key"};
  const auto configuration = load("gw.conf", files);
  return configuration ? describe(*configuration) : configuration.error().front().to_string();
}

TEST(Describe, says_what_a_gateway_does) {
  EXPECT_EQ(
      described("manual { site {\nlocal_addrs = 192.0.2.1 remote_addrs = 192.0.2.2\n"
                "local_ts = 10.1.0.0/16, fd01::/48\nremote_ts = 10.2.0.0/16[tcp/80], fd02::/48\n"
                "encap = udp life_time = 1h life_bytes = 1M rekey_time = 50m\n"
                "out { spi = 0x1001 key_file = out.key }\nin { spi = 0x1002 key_file = in.key }"
                "\n} }"),
      "site\n"
      "  Protects traffic between 10.1.0.0/16, fd01::/48 here and 10.2.0.0/16 TCP port 80, "
      "fd02::/48 there.\n"
      "  ESP in tunnel mode, from 192.0.2.1 to 192.0.2.2, in UDP from port 4500 to port 4500.\n"
      "  Out: SPI 0x1001, ENCR_AES_GCM_16 with a key of 128 bits, from out.key.\n"
      "  In: SPI 0x1002, ENCR_AES_GCM_16 with a key of 128 bits, from in.key.\n"
      "    in.key is already used: an earlier start has sent packets with its keys. The next start "
      "goes on behind them if it finds the file of sequence numbers, and refuses the keys if not.\n"
      "  Sequence numbers of 64 bits; replays are refused, within a window of 64 packets, as long "
      "as "
      "the daemon runs.\n"
      "  The outer DF bit is copied from the packet inside.\n"
      "  Each SA ends after 3600 seconds or 1048576 octets.\n"
      "  A warning comes after 3000 seconds.\n"
      "\n"
      "data plane\n"
      "  TUN esp%d with the MTU that fits all SAs, routes in table 4303.\n"
      "  Paths take 1500 octets or what is learnt of them; ICMP errors are believed.\n"
      "  Own packets carry mark 0x4303; the rule has priority 4303.\n"
      "  The guard drops what should be protected and is not.\n");
}

TEST(Describe, names_integrity_and_holds_no_key) {
  const auto text = described(
      "manual { x {\nmode = transport esn = no replay_window = 0\n"
      "local_addrs = 2001:db8::1 remote_addrs = 2001:db8::2\n"
      "out { spi = 300 esp = aes128-sha256 key = 0x" +
      std::string(32, 'c') + " auth_key = 0x" + std::string(64, 'c') +
      " }\nin { spi = 300 key_file = out.key } } }");

  EXPECT_THAT(text, HasSubstr("ENCR_AES_CBC with a key of 128 bits and AUTH_HMAC_SHA2_256_128 with "
                              "a key of 256 bits, from the configuration.\n"));
  EXPECT_THAT(text, HasSubstr("ESP in transport mode, from 2001:db8::1 to 2001:db8::2.\n"));
  EXPECT_THAT(text, HasSubstr("Sequence numbers of 32 bits; replayed packets are not noticed.\n"));
  EXPECT_THAT(text, HasSubstr("No limit ends the SAs but their sequence numbers.\n"));
  EXPECT_THAT(text, Not(HasSubstr("ccc")));
  EXPECT_THAT(text, Not(HasSubstr("aaa")));
}

TEST(Describe, tells_ah_and_what_becomes_of_the_headers) {
  const auto key = std::string(64, 'c');
  const auto text = described(
      "manual { x {\nah_align = 8 copy_dscp = in copy_ecn = no\n"
      "local_addrs = 192.0.2.1 remote_addrs = 192.0.2.2\n"
      "out { spi = 300 ah = sha256 auth_key = 0x" +
      key + " }\nin { spi = 301 ah = aes128gmac key_file = gmac.key } } }");

  EXPECT_THAT(text, HasSubstr("  AH in tunnel mode, from 192.0.2.1 to 192.0.2.2.\n"
                              "  Out: SPI 0x12c, AUTH_HMAC_SHA2_256_128 with a key of 256 bits, "
                              "from the configuration.\n"
                              "  In: SPI 0x12d, AUTH_AES_128_GMAC with a key of 128 bits, from "
                              "gmac.key.\n"));
  EXPECT_THAT(text, HasSubstr("  AH over IPv4 is padded to a multiple of 8 octets.\n"
                              "  The outer DSCP is 0.\n"
                              "  The DSCP of packets that arrive is that of the header around "
                              "them.\n"
                              "  The outer ECN field is 0 (RFC 6040, compatibility mode).\n"));
}

TEST(Describe, tells_the_addresses_inside_beet) {
  const auto text = described(
      "manual { x {\nmode = beet local_ts = 10.1.0.1 remote_ts = 10.2.0.1\n"
      "local_addrs = 192.0.2.1 remote_addrs = 192.0.2.2\n"
      "out { spi = 300 key_file = out.key }\nin { spi = 301 key_file = in.key } } }");

  EXPECT_THAT(text, HasSubstr("  ESP in BEET mode, from 192.0.2.1 to 192.0.2.2.\n"));
  EXPECT_THAT(text, HasSubstr("  Inside stand 10.1.0.1 here and 10.2.0.1 there, which are not "
                              "sent.\n"));
}

TEST(Describe, says_when_nothing_is_protected) {
  EXPECT_THAT(described(""), HasSubstr("No connection: nothing is protected.\n"));
  EXPECT_THAT(described("dataplane { esp_key_log = log }"), HasSubstr("KEYS ARE WRITTEN to log"));
}

TEST(Describe, says_between_what_a_gateway_stands_and_what_passes_it) {
  EXPECT_THAT(
      described("dataplane { gateway { inside = a outside = b\narp = discard } }"),
      HasSubstr("  A gateway between a (inside) and b (outside): every datagram between them "
                "meets the policy.\n"
                "  ARP is dropped, neighbour discovery passes; any other kind of frame is "
                "dropped.\n"));
}

}  // namespace
}  // namespace esplanade::config
