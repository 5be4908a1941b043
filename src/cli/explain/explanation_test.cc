#include "cli/explain/explanation.h"

#include "config/load.h"
#include "config/memory_loader_test_support.h"
#include "crypto/openssl/provider.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace esplanade::cli::explain {
namespace {

using testing::HasSubstr;

const std::string keys = "esp = aes128-sha256 key = 0x" + std::string(32, '1') + " auth_key = 0x";

auto text_of_configuration() -> std::string {
  return "manual { lan { mode = pass\nlocal_ts = 10.1.0.0/16\nremote_ts = 10.1.0.0/16 }\n"
         "web { local_addrs = 192.0.2.1\nremote_addrs = 192.0.2.2\nlocal_ts = 10.1.0.0/16\n"
         "remote_ts = 10.0.0.0/8[tcp/443]\nout { spi = 0x1001 " +
         keys + std::string(64, '2') + " }\nin { spi = 0x1002 " + "esp = aes128-sha256 key = 0x" +
         std::string(32, '3') + " auth_key = 0x" + std::string(64, '4') +
         " } }\nrest { mode = drop\nremote_ts = 10.0.0.0/8 } }\n";
}

auto configuration() -> config::Configuration {
  config::MemoryLoader files;
  files.texts["gw.conf"] = text_of_configuration();
  auto loaded = config::load("gw.conf", files);
  if (!loaded) ADD_FAILURE() << loaded.error().front().to_string();
  return std::move(loaded).value();
}

auto answer_to(const Question& question, sa::Direction direction = sa::Direction::outbound)
    -> Explanation {
  return explain(configuration(), {packet_of(question).value(), direction},
                 crypto::openssl::provider());
}

TEST(Explain, names_the_entry_the_sa_and_why_those_before_do_not_take_it) {
  const auto text = to_text(answer_to({.from = "10.1.0.5",
                                       .to = "10.2.0.7",
                                       .protocol = "tcp",
                                       .source_port = 50000,
                                       .destination_port = 443,
                                       .icmp_type = {}}));

  EXPECT_EQ(
      text,
      "TCP from 10.1.0.5 port 50000 to 10.2.0.7 port 443, going out\n"
      "  not `lan`: its destination 10.2.0.7 is not in remote_ts, 10.1.0.0/16\n"
      "  `web` takes it: it is protected (PROTECT)\n"
      "  carried by ESP with SPI 0x00001001 and aes128-sha256, from 192.0.2.1 to 192.0.2.2\n");
}

TEST(Explain, takes_the_sa_of_a_child_from_what_a_daemon_answers) {
  Explanation explanation{.asked = {}, .passed = {}, .taker = Taker{.name = "site.net"}};
  explanation.taker->is_keyed = true;
  const auto carrier_by = [&](std::string_view answer) {
    take_carrier(explanation, nlohmann::ordered_json::parse(answer));
    return explanation.taker->carrier;
  };
  EXPECT_EQ(carrier_by(R"({"carriers":[]})"), "no SA yet: IKE has made none that holds it");
  EXPECT_EQ(carrier_by(R"({"carriers":[{"entry":"other.net","carrier":"one"},
                                       {"entry":"site.net","carrier":"newest"},
                                       {"entry":"site.net","carrier":"older"}]})"),
            "newest");
}

TEST(Explain, asks_a_daemon_about_the_packet) {
  const auto packet = packet_of({.from = "10.1.0.5",
                                 .to = "10.2.0.7",
                                 .protocol = "udp",
                                 .source_port = 1,
                                 .destination_port = 53,
                                 .icmp_type = {}});

  EXPECT_EQ(carriers_question(packet.value()).dump(),
            R"({"command":"carriers","from":"10.1.0.5","to":"10.2.0.7","protocol":17,)"
            R"("sport":1,"dport":53})");
}

TEST(Explain, tells_protocols_and_ports_that_do_not_fit) {
  const auto udp = to_text(answer_to({.from = "10.1.0.5",
                                      .to = "10.2.0.7",
                                      .protocol = "udp",
                                      .source_port = {},
                                      .destination_port = 443,
                                      .icmp_type = {}}));
  const auto ssh = to_text(answer_to({.from = "10.1.0.5",
                                      .to = "10.2.0.7",
                                      .protocol = "tcp",
                                      .source_port = {},
                                      .destination_port = 22,
                                      .icmp_type = {}}));

  EXPECT_THAT(udp, HasSubstr("not `web`: UDP is not in remote_ts"));
  EXPECT_THAT(ssh, HasSubstr("not `web`: its destination has port 22, which is not in remote_ts"));
  EXPECT_THAT(ssh, HasSubstr("`rest` takes it: it is dropped (DISCARD)"));
}

TEST(Explain, says_what_becomes_of_clear_packets_that_come_in) {
  const Question lan{.from = "10.1.0.9",
                     .to = "10.1.0.5",
                     .protocol = "icmp",
                     .source_port = {},
                     .destination_port = {},
                     .icmp_type = "8"};
  const Question web{.from = "10.2.0.7",
                     .to = "10.1.0.5",
                     .protocol = "tcp",
                     .source_port = 443,
                     .destination_port = 50000,
                     .icmp_type = {}};

  EXPECT_THAT(to_text(answer_to(lan, sa::Direction::inbound)),
              HasSubstr("`lan` takes it: it is let through in clear (BYPASS)"));
  EXPECT_THAT(to_text(answer_to(web, sa::Direction::inbound)),
              HasSubstr("`web` takes it: it is dropped: it should have come protected"));
}

TEST(Explain, says_that_nothing_takes_a_packet) {
  const auto explanation = answer_to({.from = "192.168.0.1",
                                      .to = "172.16.0.1",
                                      .protocol = "17",
                                      .source_port = {},
                                      .destination_port = {},
                                      .icmp_type = {}});

  EXPECT_FALSE(explanation.taker);
  EXPECT_THAT(to_text(explanation), HasSubstr("no entry takes it: it is dropped"));
  const auto json = nlohmann::json::parse(to_json(explanation));
  EXPECT_EQ(json["passed"].size(), 3U);
  EXPECT_TRUE(json["taker"].is_null());
}

TEST(Explain, refuses_what_is_no_packet) {
  const auto problem = [](std::string from, std::string protocol, std::string icmp_type) {
    const Question question{.from = std::move(from),
                            .to = "10.0.0.1",
                            .protocol = std::move(protocol),
                            .source_port = {},
                            .destination_port = {},
                            .icmp_type = std::move(icmp_type)};
    return packet_of(question).error();
  };

  EXPECT_EQ(problem("gw", "tcp", ""), "--from: `gw` is no address");
  EXPECT_EQ(problem("::1", "tcp", ""), "--from and --to must both be IPv4, or both IPv6");
  EXPECT_EQ(problem("10.0.0.2", "tpc", ""), "--proto: `tpc` is no protocol");
  EXPECT_EQ(problem("10.0.0.2", "icmp", "8/x"), "--icmp-type: `8/x` is no TYPE or TYPE/CODE");
  EXPECT_EQ(problem("10.0.0.2", "tcp", "8"), "--icmp-type is for ICMP");
}

}  // namespace
}  // namespace esplanade::cli::explain
