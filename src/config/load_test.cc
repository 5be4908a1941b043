#include "config/load.h"

#include "config/memory_loader_test_support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace esplanade::config {
namespace {

using testing::SizeIs;

const std::string key_1 = "0x000102030405060708090a0b0c0d0e0f00000001";
const std::string key_2 = "0x000102030405060708090a0b0c0d0e0f00000002";

auto key_file(const std::string& key) -> std::string {
  return "# esplanade key file, version 1\nesp = aes128gcm16\nkey = " + key + "\n";
}

/// Two gateways, seen from A; B has the ends and the directions exchanged.
const std::string gateway_a = R"(
manual {
  a-to-b {
    mode = tunnel   # or transport
    local_addrs = 192.0.2.1
    remote_addrs = 192.0.2.2
    local_ts = 10.1.0.0/16, fd01::/48
    remote_ts = 10.2.0.0/16, fd02::/48
    esn = yes
    replay_window = 1024
    out { spi = 0x1001   esp = aes128gcm16       key_file = keys/a-to-b.key }
    in  { spi = 0x1002   esp = aes128gcm16       key_file = keys/b-to-a.key }
  }
}
dataplane { mtu = 1400 }
)";

const std::string gateway_b = R"(
manual {
  a-to-b {
    local_addrs = 192.0.2.2
    remote_addrs = 192.0.2.1
    local_ts = 10.2.0.0/16, fd02::/48
    remote_ts = 10.1.0.0/16, fd01::/48
    replay_window = 1024
    out { spi = 0x1002   esp = aes128gcm16       key_file = keys/b-to-a.key }
    in  { spi = 0x1001   esp = aes128gcm16       key_file = keys/a-to-b.key }
  }
}
)";

auto files_with(const std::string& text) -> std::map<std::string, std::string> {
  return {{"/etc/gw.conf", text}};
}

auto loaded(const std::string& text) -> Checked<Configuration> {
  MemoryLoader files;
  files.texts = files_with(text);
  files.key_files = {{"/etc/keys/a-to-b.key", key_file(key_1)},
                     {"/etc/keys/b-to-a.key", key_file(key_2)}};
  return load("/etc/gw.conf", files);
}

TEST(Load, reads_a_gateway) {
  const auto configuration = loaded(gateway_a);
  ASSERT_TRUE(configuration) << configuration.error().front().to_string();
  ASSERT_THAT(configuration->manual, SizeIs(1));
  const auto& connection = configuration->manual.front();

  EXPECT_EQ(connection.name, "a-to-b");
  EXPECT_EQ(connection.mode, sa::Mode::tunnel);
  EXPECT_EQ(connection.ours.to_string(), "192.0.2.1");
  EXPECT_EQ(connection.theirs.to_string(), "192.0.2.2");
  EXPECT_EQ(connection.selectors.theirs.at(1).addresses.to_string(), "fd02::/48");
  EXPECT_EQ(connection.esn, sa::Esn::yes);
  EXPECT_EQ(connection.replay_window, 1024U);
  EXPECT_EQ(connection.out.spi, core::Spi{0x1001});
  EXPECT_EQ(connection.in.spi, core::Spi{0x1002});
  EXPECT_EQ(connection.out.key_file, "/etc/keys/a-to-b.key");
  EXPECT_EQ("0x" + core::to_hex(connection.out.keys.encryption.reveal()), key_1);
  EXPECT_EQ(configuration->dataplane.mtu, 1400);
}

TEST(Load, makes_both_ends_fit_each_other) {
  const auto a = loaded(gateway_a);
  const auto b = loaded(gateway_b);
  ASSERT_TRUE(a && b);

  const auto sent = a->manual.front().parameters(sa::Direction::outbound);
  const auto received = b->manual.front().parameters(sa::Direction::inbound);

  EXPECT_EQ(sent.direction, sa::Direction::outbound);
  EXPECT_EQ(sent.spi, received.spi);
  EXPECT_EQ(sent.algorithms, received.algorithms);
  EXPECT_TRUE(
      core::equal_constant_time(sent.keys.encryption.reveal(), received.keys.encryption.reveal()));
  EXPECT_EQ(sent.ours, received.theirs);
  EXPECT_EQ(sent.selectors.ours, received.selectors.theirs);
}

TEST(Load, carries_on_that_a_key_file_is_used) {
  MemoryLoader files;
  files.texts = files_with(gateway_a);
  files.key_files = {{"/etc/keys/a-to-b.key", key_file(key_1)},
                     {"/etc/keys/b-to-a.key", key_file(key_2)}};
  files.used = {"/etc/keys/a-to-b.key"};

  const auto configuration = load("/etc/gw.conf", files);

  ASSERT_TRUE(configuration);
  EXPECT_TRUE(configuration->manual.front().out.is_used);
  EXPECT_FALSE(configuration->manual.front().in.is_used);
}

TEST(Load, takes_a_key_file_from_the_folder_of_the_file_that_names_it) {
  MemoryLoader files;
  files.texts = files_with(
      "manual { x {\nlocal_addrs = 192.0.2.1\nremote_addrs = 192.0.2.2\n"
      "include sites/b.conf\n in { spi = 300 key_file = in.key } } }");
  files.texts["/etc/sites/b.conf"] = "out { spi = 301 key_file = out.key }";
  files.key_files = {{"/etc/in.key", key_file(key_1)}, {"/etc/sites/out.key", key_file(key_2)}};

  const auto configuration = load("/etc/gw.conf", files);

  ASSERT_TRUE(configuration) << configuration.error().front().to_string();
  EXPECT_EQ(configuration->manual.front().out.key_file, "/etc/sites/out.key");
  EXPECT_EQ(configuration->manual.front().out.algorithms.key_bits, 128);
}

TEST(Load, inherits_from_a_template) {
  const auto configuration = loaded(R"(
templates { site { local_addrs = 192.0.2.1 replay_window = 128 esn = no } }
manual {
  b : templates.site {
    remote_addrs = 192.0.2.2
    esn =
    out { spi = 0x1001 key_file = keys/a-to-b.key }
    in { spi = 0x1002 key_file = keys/b-to-a.key }
  }
})");

  ASSERT_TRUE(configuration) << configuration.error().front().to_string();
  EXPECT_EQ(configuration->manual.front().replay_window, 128U);
  EXPECT_EQ(configuration->manual.front().esn, sa::Esn::yes);
}

TEST(Load, without_anything_gives_the_defaults) {
  const auto configuration = loaded("");

  ASSERT_TRUE(configuration);
  EXPECT_TRUE(configuration->manual.empty());
  EXPECT_EQ(configuration->dataplane.mtu, std::nullopt);
}

auto complaints_of(const std::string& text) -> std::string {
  const auto configuration = loaded(text);
  if (configuration) return "none";
  std::string all;
  for (const auto& complaint : configuration.error()) all += complaint.to_string();
  return all;
}

TEST(Load, says_that_virtual_addresses_are_not_there_yet) {
  EXPECT_EQ(complaints_of("pools {\n  rw { addrs = 10.3.0.0/28 }\n}"),
            "/etc/gw.conf:1:1: error: `pools` needs virtual addresses, which this version does not "
            "have\npools {\n^\n  hint: give each end its inner address by hand\n");
}

TEST(Load, keeps_warnings_beside_what_is_good) {
  const auto configuration = loaded(
      "connections { x { mobike = yes\nlocal { auth = psk } remote { auth = psk } } }\n"
      "secrets { ike { secret = x } }");

  ASSERT_TRUE(configuration);
  ASSERT_THAT(configuration->warnings, SizeIs(1));
  EXPECT_EQ(configuration->warnings.front().to_string(),
            "/etc/gw.conf:1:19: warning: `mobike` has no effect: this version does not have MOBIKE "
            "(RFC 4555)\n"
            "connections { x { mobike = yes\n"
            "                  ^\n"
            "  hint: an address that a NAT changes is followed; after a change of our own address "
            "the connection has to be made anew\n");
}

TEST(Load, refuses_sections_that_mean_nothing) {
  EXPECT_EQ(complaints_of("manuel {\n}\na = b"),
            "/etc/gw.conf:1:1: error: `manuel` is no section of this program, and none inherits "
            "from it\nmanuel {\n^\n  hint: did you mean `manual`?\n"
            "/etc/gw.conf:3:1: error: setting `a` stands in no section\na = b\n^\n");
}

TEST(Load, tells_everything_in_one_pass_in_the_order_of_the_text) {
  EXPECT_EQ(complaints_of("dataplane {\n  mtu = 99\n  tum = x\n}\nmanual { x = 1 }\n"),
            "/etc/gw.conf:2:9: error: `mtu` must be a number from 1280 to 9000, not `99`\n"
            "  mtu = 99\n        ^\n"
            "/etc/gw.conf:3:3: error: unknown setting `tum`\n"
            "  tum = x\n  ^\n  hint: did you mean `tun`?\n"
            "/etc/gw.conf:5:10: error: `manual` holds sections, one a connection\n"
            "manual { x = 1 }\n         ^\n");
}

TEST(Load, complains_once_about_what_two_sections_inherit) {
  const auto configuration = loaded(
      "t { mode = tunel }\nmanual { a : t { local_addrs = 192.0.2.1 }\n"
      "b : t { local_addrs = 192.0.2.1 } }");

  ASSERT_FALSE(configuration);
  EXPECT_EQ(std::ranges::count(configuration.error(),
                               "`mode` must be `tunnel`, `transport`, `beet`, `pass` or `drop`, "
                               "not `tunel`",
                               &Complaint::what),
            1);
}

TEST(Load, has_enough_after_a_hundred_complaints) {
  std::string text;
  for (auto i = 0; i < 300; ++i) text += "a" + std::to_string(i) + " = 1 ";

  const auto configuration = loaded(text);

  ASSERT_FALSE(configuration);
  EXPECT_THAT(configuration.error(), SizeIs(100));
}

}  // namespace
}  // namespace esplanade::config
