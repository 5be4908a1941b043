#include "config/check/conflicts.h"

#include "config/check/connection_test_support.h"

#include <gmock/gmock.h>

namespace esplanade::config::check {
namespace {

using testing::ElementsAre;

auto sa(const std::string& spi, const std::string& key) -> std::string {
  return "{ spi = " + spi + " esp = aes128-sha256 key = " + key + " auth_key = " + auth_key + " }";
}

/// Two connections, to 192.0.2.2 and to `theirs`, whose keys differ in the last octet.
auto two_connections(const std::string& theirs, const std::string& out, const std::string& in) {
  const auto first = "manual {\na { local_addrs = 192.0.2.1 remote_addrs = 192.0.2.2\nout " +
                     sa("0x1001", cbc_key_1) + "\nin " + sa("0x1002", cbc_key_2) + "\n}\n";
  return first + "b { local_addrs = 192.0.2.1 remote_addrs = " + theirs + "\nout " + out + "\nin " +
         in + "\n} }";
}

auto complaints_of(const std::string& text) -> std::vector<std::string> {
  const auto configuration = load_text(text);
  std::vector<std::string> complaints;
  if (configuration) return complaints;
  for (const auto& [place, line, what, hint, severity] : configuration.error()) {
    complaints.push_back(fmt::format("{}: {}", place.line, what));
  }
  return complaints;
}

const std::string key_3 = "0x200102030405060708090a0b0c0d0e0f";
const std::string key_4 = "0x300102030405060708090a0b0c0d0e0f";

TEST(Conflicts, are_none_between_numbers_of_different_ends) {
  // Our `out` SPIs are the peers' own numbers, and neither are they our `in` ones.
  EXPECT_THAT(complaints_of(two_connections("192.0.2.3", sa("0x1001", key_3), sa("0x1001", key_4))),
              ElementsAre());
}

TEST(Conflicts, are_spis_that_we_receive_twice) {
  EXPECT_THAT(complaints_of(two_connections("192.0.2.3", sa("0x1003", key_3), sa("0x1002", key_4))),
              ElementsAre("8: SPI 0x1002 is already that of `in` of `a`, at gw.conf:4:1"));
}

TEST(Conflicts, are_none_between_a_group_and_others_that_receive_by_one_spi) {
  EXPECT_THAT(complaints_of(two_connections("239.1.1.1", sa("0x1003", key_3), sa("0x1002", key_4))),
              ElementsAre());
}

TEST(Conflicts, are_spis_that_we_send_twice_to_one_address) {
  EXPECT_THAT(complaints_of(two_connections("192.0.2.2", sa("0x1001", key_3), sa("0x1003", key_4))),
              ElementsAre("7: SPI 0x1001 is already that of `out` of `a`, at gw.conf:3:1"));
}

TEST(Conflicts, are_keys_that_stand_twice_in_any_direction) {
  EXPECT_THAT(
      complaints_of(two_connections("192.0.2.3", sa("0x1003", cbc_key_2), sa("0x1004", key_4))),
      ElementsAre("7: this key is already that of `in` of `a`, at gw.conf:4:1"));
}

TEST(Conflicts, are_key_files_that_are_named_twice) {
  const auto text = connection_text(
      "", {.out = "spi = 300 key_file = gcm.key", .in = "spi = 301 key_file = ./gcm.key"});

  EXPECT_THAT(complaints_of(text),
              ElementsAre("6: this key is already that of `out` of `x`, at gw.conf:5:1"));
}

TEST(Conflicts, are_found_beside_other_mistakes) {
  EXPECT_THAT(complaints_of(connection_text("esn = ?", {.out = "spi = 300 key_file = gcm.key",
                                                        .in = "spi = 1 key_file = gcm.key"})),
              ElementsAre("4: `esn` must be `yes` or `no`, not `?`",
                          "6: this key is already that of `out` of `x`, at gw.conf:5:1",
                          "6: `spi` must be a number from 256 to 4294967295, not `1`"));
}

}  // namespace
}  // namespace esplanade::config::check
