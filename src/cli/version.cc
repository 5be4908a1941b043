// `esplanade version`.
#include "cli/version.h"

#include "cli/subcommands.h"
#include "crypto/openssl/version.h"
#include "crypto/registry.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace esplanade::cli {
namespace {

using Json = nlohmann::ordered_json;

#ifdef __clang__
constexpr auto compiler = "clang " __clang_version__;
#else
constexpr auto compiler = "GCC " __VERSION__;
#endif

constexpr auto footer = R"(Exit status: 0 success, 1 the output could not be written, 2 wrong usage.

Examples:
  esplanade version
  esplanade version --json)";

auto keys_text(const crypto::EncryptionInfo& info) -> std::string {
  if (info.key_bits.empty()) return "no key";
  return fmt::format("keys of {} bits", fmt::join(info.key_bits, ", "));
}

auto text() -> std::string {
  auto lines = fmt::format("{}\ncompiler: {}\ncryptography: {}\n", version_line(), compiler,
                           crypto::openssl::library_version());
  for (const auto& info : crypto::encryption_algorithms()) {
    lines += fmt::format("encryption: {}, {} ({})\n", info.name, keys_text(info), info.reference);
  }
  for (const auto& info : crypto::integrity_algorithms()) {
    lines += fmt::format("integrity: {}, key of {} bits ({})\n", info.name, info.key_size * 8,
                         info.reference);
  }
  return lines;
}

auto json() -> std::string {
  Json encryption = Json::array();
  for (const auto& info : crypto::encryption_algorithms()) {
    encryption.push_back({{"name", info.name},
                          {"key_bits", std::vector(info.key_bits.begin(), info.key_bits.end())},
                          {"reference", info.reference}});
  }
  Json integrity = Json::array();
  for (const auto& info : crypto::integrity_algorithms()) {
    integrity.push_back(
        {{"name", info.name}, {"key_bits", info.key_size * 8}, {"reference", info.reference}});
  }
  return Json({{"version", ESPLANADE_VERSION},
               {"compiler", compiler},
               {"openssl", crypto::openssl::library_version()},
               {"encryption", encryption},
               {"integrity", integrity}})
             .dump() +
         '\n';
}

}  // namespace

auto version_line() -> std::string { return "esplanade " ESPLANADE_VERSION; }

void add_version(CLI::App& app, Action& action) {
  const auto is_json = std::make_shared<bool>(false);
  auto* const command = app.add_subcommand("version", "Print version and algorithms");
  command->footer(footer);
  command->add_flag("--json", *is_json, "One JSON object");
  command->callback([is_json, &action] {
    action = [is_json](const Console& console) {
      console.out << (*is_json ? json() : text());
      return console.finish();
    };
  });
}

}  // namespace esplanade::cli
