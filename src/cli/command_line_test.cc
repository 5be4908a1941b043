#include "cli/command_line.h"

#include <gtest/gtest.h>

#include <unistd.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace esplanade::cli {
namespace {

using daemon::Exit;

struct Outcome {
  Exit exit;
  std::string out, err;
};

auto run(std::vector<const char*> arguments) -> Outcome {
  arguments.insert(arguments.begin(), "esplanade");
  std::ostringstream out, err;
  const auto exit =
      cli::run(static_cast<int>(arguments.size()), arguments.data(), {.out = out, .err = err});
  return {exit, out.str(), err.str()};
}

/// A folder that ends with its test.
class Folder {
 public:
  Folder() { std::filesystem::create_directory(path_); }
  Folder(const Folder&) = delete;
  auto operator=(const Folder&) -> Folder& = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] auto file(std::string_view name) const -> std::string { return path_ / name; }
  [[nodiscard]] auto write(std::string_view name, std::string_view text) const -> std::string {
    std::ofstream(file(name)) << text;
    return file(name);
  }

 private:
  std::filesystem::path path_ =
      std::filesystem::temp_directory_path() / ("esplanade_cli_" + std::to_string(::getpid()));
};

TEST(CommandLine, refuses_what_it_does_not_know_in_one_line) {
  const auto [exit, out, err] = run({"check", "--jason"});
  EXPECT_EQ(exit, Exit::bad_usage);
  EXPECT_EQ(out, "");
  EXPECT_TRUE(err.starts_with("esplanade: ")) << err;
  EXPECT_EQ(std::ranges::count(err, '\n'), 1);
}

TEST(CommandLine, names_the_values_an_option_takes) {
  EXPECT_EQ(run({"run", "--log", "xml"}).err,
            "esplanade: --log: xml not in {text,json} (--help tells more)\n");
}

TEST(CommandLine, wants_a_subcommand) { EXPECT_EQ(run({}).exit, Exit::bad_usage); }

TEST(CommandLine, helps_with_each_subcommand_by_examples_and_exit_status) {
  for (const auto* name : {"run", "check", "keygen", "decode", "diagnose", "status", "version"}) {
    const auto [exit, out, err] = run({name, "--help"});
    EXPECT_EQ(exit, Exit::success);
    EXPECT_NE(out.find("Examples:\n  esplanade " + std::string(name)), std::string::npos) << out;
    EXPECT_NE(out.find("Exit status:"), std::string::npos);
    EXPECT_EQ(err, "");
  }
}

TEST(Version, names_the_algorithms) {
  EXPECT_NE(run({"version"}).out.find("ENCR_AES_GCM_16, keys of 128, 192, 256 bits (RFC 4106)"),
            std::string::npos);
  EXPECT_TRUE(run({"version", "--json"}).out.starts_with("{\"version\":\""));
}

constexpr auto config_text = R"(manual { gw {
  local_addrs = 192.0.2.1
  remote_addrs = 192.0.2.2
  local_ts = 10.1.0.0/16[tcp/80]
  remote_ts = 10.2.0.0/16
  encap = udp
  out { spi = 0x1001 key_file = a.key }
  in { spi = 0x1002 key_file = b.key }
} }
)";

/// One connection between two addresses, with keys of a.key and b.key.
auto config_with(const std::string& settings) -> std::string {
  return "manual { gw {\n local_addrs = 192.0.2.1\n remote_addrs = 192.0.2.2\n " + settings +
         "\n out { spi = 0x1001 key_file = a.key }\n in { spi = 0x1002 key_file = b.key }\n} }\n";
}

TEST(Check, describes_a_configuration_with_the_keys_keygen_made) {
  const Folder folder;
  const auto config = folder.write("gw.conf", config_text);
  ASSERT_EQ(run({"keygen", folder.file("a.key").c_str(), folder.file("b.key").c_str()}).exit,
            Exit::success);

  const auto text = run({"check", config.c_str()});
  const auto json = run({"check", "-c", config.c_str(), "--json"});

  EXPECT_EQ(text.exit, Exit::success) << text.err;
  EXPECT_NE(text.out.find("192.0.2.2"), std::string::npos);
  EXPECT_EQ(json.out,
            R"({"valid":true,"connections":[{"name":"gw","mode":"tunnel","ours":"192.0.2.1",)"
            R"("theirs":"192.0.2.2","encap":{"ours":4500,"theirs":4500},"selectors":{"ours":)"
            R"([{"addresses":"10.1.0.0/16","protocol":6,"ports":[80,80]}],"theirs":)"
            R"([{"addresses":"10.2.0.0/16","protocol":null,"ports":[0,65535]}]},"esn":true,)"
            R"("replay_window":64,"out":{"spi":"0x00001001","protocol":"esp",)"
            R"("algorithms":"aes128gcm16",)"
            R"("key_file":")" +
                folder.file("a.key") +
                R"(","key_used":false},"in":{"spi":"0x00001002","protocol":"esp",)"
                R"("algorithms":"aes128gcm16",)"
                R"("key_file":")" +
                folder.file("b.key") + R"(","key_used":false}}],"ike":[],"warnings":[]})" + "\n");
}

TEST(Check, complains_to_standard_error_or_as_json) {
  const Folder folder;
  const auto config = folder.write("gw.conf", "manual { gw { mode = tunel } }\n");

  const auto text = run({"check", config.c_str()});
  const auto json = run({"check", config.c_str(), "--json"});

  EXPECT_EQ(text.exit, Exit::bad_usage);
  EXPECT_EQ(text.out, "");
  EXPECT_NE(text.err.find("gw.conf:1:"), std::string::npos);
  EXPECT_EQ(json.exit, Exit::bad_usage);
  EXPECT_EQ(json.err, "");
  EXPECT_TRUE(json.out.starts_with("{\"valid\":false,\"complaints\":[{\"file\":")) << json.out;
}

TEST(Keygen, refuses_a_file_that_is_there_and_tells_what_it_made) {
  const Folder folder;
  const auto made = folder.file("a.key");
  const auto there = folder.write("b.key", "");

  const auto [exit, out, err] = run({"keygen", made.c_str(), there.c_str()});

  EXPECT_EQ(exit, Exit::failed);
  EXPECT_EQ(out, "");
  EXPECT_NE(err.find(there), std::string::npos);
  EXPECT_NE(err.find("made before: " + made), std::string::npos);
}

TEST(Keygen, makes_private_files_and_prints_no_key) {
  const Folder folder;
  const auto path = folder.file("a.key");

  const auto made = run({"keygen", "--esp", "aes256-sha256", "--json", path.c_str()});

  EXPECT_EQ(made.out, "{\"esp\":\"aes256-sha256\",\"files\":[\"" + path + "\"]}\n");
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
}

TEST(Keygen, makes_keys_of_ah_that_a_configuration_takes) {
  const Folder folder;
  const auto made = run({"keygen", "--ah", "aes256gmac", "--json", folder.file("a.key").c_str(),
                         folder.file("b.key").c_str()});
  const auto config = folder.write("gw.conf", config_with("mode = transport"));

  const auto json = run({"check", config.c_str(), "--json"});

  EXPECT_TRUE(made.out.starts_with("{\"ah\":\"aes256gmac\",")) << made.out << made.err;
  EXPECT_EQ(json.exit, Exit::success) << json.out;
  EXPECT_NE(json.out.find(R"("protocol":"ah","algorithms":"aes256gmac")"), std::string::npos)
      << json.out;
}

TEST(Keygen, makes_keys_of_one_protocol_by_algorithms_of_it) {
  const Folder folder;
  const auto path = folder.file("a.key");
  const auto of_esp = run({"keygen", "--ah", "aes128gcm16", path.c_str()});
  const auto of_both = run({"keygen", "--ah", "sha256", "--esp", "aes128gcm16", path.c_str()});

  EXPECT_EQ(of_esp.exit, Exit::bad_usage);
  EXPECT_NE(of_esp.err.find("--ah: "), std::string::npos) << of_esp.err;
  EXPECT_EQ(of_both.exit, Exit::bad_usage);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Check, names_each_mode_in_json) {
  const Folder folder;
  ASSERT_EQ(run({"keygen", folder.file("a.key").c_str(), folder.file("b.key").c_str()}).exit,
            Exit::success);
  const auto config =
      folder.write("gw.conf", config_with("mode = beet local_ts = 10.1.0.1 remote_ts = 10.2.0.1"));

  const auto json = run({"check", config.c_str(), "--json"});

  EXPECT_NE(json.out.find(R"("name":"gw","mode":"beet")"), std::string::npos) << json.out;
}

TEST(Keygen, refuses_algorithms_it_does_not_know) {
  const Folder folder;
  const auto path = folder.file("a.key");
  const auto made = run({"keygen", "--esp", "rot13", path.c_str()});
  EXPECT_EQ(made.exit, Exit::bad_usage);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Decode, names_the_line_of_a_bad_table) {
  const Folder folder;
  const auto table = folder.write("esp_sa", "# keys\n\"IPv4\"\n");
  const auto [exit, out, err] = run({"decode", "none.pcap", "--esp-keys", table.c_str()});
  EXPECT_EQ(exit, Exit::failed);
  EXPECT_EQ(out, "");
  EXPECT_TRUE(err.starts_with("esplanade: " + table + ":2:1: a row has 8 fields")) << err;
}

TEST(Decode, names_the_capture_it_cannot_read) {
  const Folder folder;
  const auto table = folder.write("esp_sa", "");
  const auto capture = folder.file("none.pcap");
  const auto decoded = run({"decode", capture.c_str(), "--esp-keys", table.c_str()});
  EXPECT_EQ(decoded.exit, Exit::failed);
  EXPECT_EQ(decoded.err, "esplanade: cannot read " + capture + ": No such file or directory\n");
}

}  // namespace
}  // namespace esplanade::cli
