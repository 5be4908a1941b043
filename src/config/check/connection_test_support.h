// One connection in the making: a valid text of which a test changes a setting.
#pragma once

#include "config/load.h"
#include "config/memory_loader_test_support.h"

#include <fmt/format.h>

namespace esplanade::config::check {

inline const std::string cbc_key_1 = "0x000102030405060708090a0b0c0d0e0f";
inline const std::string cbc_key_2 = "0x100102030405060708090a0b0c0d0e0f";
inline const std::string auth_key =
    "0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// The `out` and `in` sections; what is given stands in place of the usual settings of one.
struct Ends {
  std::string out =
      "spi = 0x1001 esp = aes128-sha256 key = " + cbc_key_1 + " auth_key = " + auth_key;
  std::string in =
      "spi = 0x1002 esp = aes128-sha256 key = " + cbc_key_2 + " auth_key = " + auth_key;
};

/// `settings` overrides the addresses.
inline auto connection_text(const std::string& settings, const Ends& ends = {}) -> std::string {
  return fmt::format(
      "manual {{ x {{\nlocal_addrs = 192.0.2.1\nremote_addrs = 192.0.2.2\n{}\n"
      "out {{ {} }}\nin {{ {} }}\n}} }}\n",
      settings, ends.out, ends.in);
}

inline auto load_text(const std::string& text) -> Checked<Configuration> {
  MemoryLoader files;
  files.texts["gw.conf"] = text;
  const std::string head = "# esplanade key file, version 1\n";
  files.key_files["gcm.key"] =
      head + "esp = aes128gcm16\nkey = 0x000102030405060708090a0b0c0d0e0f00000001\n";
  files.key_files["gmac.key"] =
      head + "ah = aes128gmac\nauth_key = 0x000102030405060708090a0b0c0d0e0f00000001\n";
  files.key_files["bad.key"] = head + "esp = aes128gcm16\nkey = 0xcafe\n";
  files.key_files["long.key"] = std::string(key_file_max + 1, '#');
  return load("gw.conf", files);
}

/// The first complaint as "place: what", or "none".
inline auto complaint_about(const std::string& text) -> std::string {
  const auto configuration = load_text(text);
  if (configuration) return "none";
  const auto& [place, line, what, hint, severity] = configuration.error().front();
  return fmt::format("{}:{}: {}", place.line, place.column, what);
}

}  // namespace esplanade::config::check
