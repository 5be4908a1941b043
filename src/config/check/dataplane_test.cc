#include "config/check/dataplane.h"

#include "config/check/connection_test_support.h"

#include <gtest/gtest.h>

namespace esplanade::config::check {
namespace {

TEST(Dataplane, takes_every_setting) {
  const auto configuration = load_text(
      "dataplane { mtu = 9000 tun = vpn%d fwmark = 0x10 table = 100 priority = 200\n"
      "esp_key_log = /run/esp_sa ike_key_log = keys/ikev2 path_mtu = 9100 tcp_mss = keep\n"
      "icmp_errors = ignore icmp_error_check = quoted guard = yes keep_guard = yes\n"
      "path_mtu_age = 7m fragment_before = no icmp_discards = yes audit = no\n"
      "icmp_log = all cryptography = openssl }");
  ASSERT_TRUE(configuration) << configuration.error().front().to_string();
  const auto& dataplane = configuration->dataplane;

  EXPECT_EQ(dataplane.mtu, 9000);
  EXPECT_EQ(dataplane.path_mtu, 9100);
  EXPECT_EQ(dataplane.path_mtu_age, std::chrono::minutes(7));
  EXPECT_EQ(dataplane.fragmenting, sa::Fragmenting::after);
  EXPECT_TRUE(dataplane.tells_discards);
  EXPECT_EQ(dataplane.audit, Audit::off);
  EXPECT_EQ(dataplane.icmp_log, IcmpLog::all);
  EXPECT_EQ(dataplane.cryptography, crypto::Library::openssl);
  EXPECT_EQ(dataplane.tcp_mss, sa::TcpMss::keep);
  EXPECT_EQ(dataplane.icmp_errors, IcmpErrors::ignore);
  EXPECT_EQ(dataplane.icmp_error_check, sa::IcmpErrorCheck::quoted);
  EXPECT_EQ(dataplane.guard, GuardUse::required);
  EXPECT_TRUE(dataplane.keeps_guard);
  EXPECT_EQ(dataplane.tun_name, "vpn%d");
  EXPECT_EQ(dataplane.fwmark, 0x10U);
  EXPECT_EQ(dataplane.table, 100U);
  EXPECT_EQ(dataplane.priority, 200U);
  EXPECT_EQ(dataplane.esp_key_log, "/run/esp_sa");
  EXPECT_EQ(dataplane.ike_key_log, "keys/ikev2");
}

struct Refused {
  std::string setting;
  std::string complaint;
};

const auto refused = std::to_array<Refused>({
    {"mtu = 1279", "1:19: `mtu` must be a number from 1280 to 9000, not `1279`"},
    {"mtu = 9001", "1:19: `mtu` must be a number from 1280 to 9000, not `9001`"},
    {"path_mtu = 1000", "1:24: `path_mtu` must be a number from 1280 to 9216, not `1000`"},
    {"path_mtu_age = 299",
     "1:28: `path_mtu_age` must be 5 minutes at least, or 0 for ever, not `299`"},
    {"fragment_before = 2", "1:31: `fragment_before` must be `yes` or `no`, not `2`"},
    {"icmp_discards = icmp", "1:29: `icmp_discards` must be `yes` or `no`, not `icmp`"},
    {"icmp_log = yes", "1:24: `icmp_log` must be `none`, `path` or `all`, not `yes`"},
    {"audit = all", "1:21: `audit` must be `yes` or `no`, not `all`"},
    {"tcp_mss = yes", "1:23: `tcp_mss` must be `lower` or `keep`, not `yes`"},
    {"icmp_errors = no", "1:27: `icmp_errors` must be `accept` or `ignore`, not `no`"},
    {"icmp_error_check = no", "1:32: `icmp_error_check` must be `either` or `quoted`, not `no`"},
    {"guard = on", "1:21: `guard` must be `auto`, `yes` or `no`, not `on`"},
    {"tun = a/b",
     "1:19: `tun` must be the name of an interface, of 15 characters, with one `%d` at most, not "
     "`a/b`"},
    {"fwmark = 0", "1:22: `fwmark` must be a number from 1 to 4294967295, not `0`"},
    {"table = 254", "1:21: `table` must be a table of our own, not `254`"},
    {"priority = 32766", "1:24: `priority` must be a number from 1 to 32765, not `32766`"},
    {"esp_key_log = \"\"", "1:28: `esp_key_log` names no file"},
    {"ike_key_log = \"\"", "1:28: `ike_key_log` names no file"},
    {"fwmrk = 1", "1:13: unknown setting `fwmrk`"},
    {"in { }", "1:13: unknown section `in`"},
});

TEST(Dataplane, complains_at_the_place_of_what_is_wrong) {
  for (const auto& row : refused) {
    EXPECT_EQ(complaint_about("dataplane { " + row.setting + " }"), row.complaint);
  }
}

TEST(Dataplane, has_path_mtus_grow_old_after_ten_minutes_or_never) {
  EXPECT_EQ(load_text("")->dataplane.path_mtu_age, std::chrono::minutes(10));
  EXPECT_EQ(load_text("dataplane { path_mtu_age = 0 }")->dataplane.path_mtu_age,
            core::Duration::max());
}

TEST(Dataplane, audits_and_tells_no_sender_what_is_discarded_unless_it_is_set) {
  const auto dataplane = load_text("")->dataplane;

  EXPECT_EQ(dataplane.audit, Audit::on);
  EXPECT_FALSE(dataplane.tells_discards);
  EXPECT_EQ(dataplane.fragmenting, sa::Fragmenting::before);
}

TEST(Dataplane, refuses_names_that_no_interface_can_have) {
  for (const auto* name : {"\"\"", ".", "..", "a:b", "esp%s", "esp%d%d", "sixteen-letters-"}) {
    EXPECT_NE(complaint_about(fmt::format("dataplane {{ tun = {} }}", name)), "none") << name;
  }
}

}  // namespace
}  // namespace esplanade::config::check
