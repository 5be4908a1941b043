// `esplanade keygen`: new key files.
#include "cli/subcommands.h"
#include "config/algorithms.h"
#include "config/key_file.h"
#include "crypto/registry.h"
#include "platform/key_marks.h"
#include "platform/system_random.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace esplanade::cli {
namespace {

constexpr auto footer =
    R"(Each FILE gets a key of its own, at random, and mode 0600. A file that is there already,
or was used (FILE.used), is refused.

A tunnel takes two files, one for each direction, and both gateways need both: what is
`out` on one is `in` on the other. Make them on one gateway and copy them to the other
over a safe channel, such as scp.

AES-GCM breaks if a key meets the same sequence number twice, so `run` renames a key file
to FILE.used when it begins to send with it, and keeps how far its numbers went in the file
`sequence_numbers`: without that, the next start needs new key files.

Exit status: 0 all files were made, 1 one could not be made, 2 wrong usage.

Examples:
  esplanade keygen gw-to-branch.key branch-to-gw.key
  esplanade keygen --esp aes256gcm16 a.key b.key
  esplanade keygen --esp aes128-sha256 --json a.key b.key
  esplanade keygen --ah aes256gmac a.key b.key)";

struct Options {
  sa::Protocol protocol = sa::Protocol::esp;
  std::string proposal = "aes128gcm16";
  std::vector<std::string> paths;
  bool is_json = false;
};

/// `size` octets at random; the passing copy is wiped.
template <class Key>
auto random_key(std::size_t size, core::Random& random) -> Key {
  std::array<std::byte, 64> octets{};
  const auto part = std::span(octets).first(size);
  random.fill(part);
  Key key{part};
  core::wipe(octets);
  return key;
}

auto random_keys(const sa::EspAlgorithms& algorithms, core::Random& random) -> sa::EspKeys {
  const auto* const encryption = crypto::find_encryption(algorithms.encryption);
  const auto* const integrity = crypto::find_integrity(algorithms.integrity);
  core::ensure(encryption != nullptr);  // the proposal's parser knows no other
  const auto size = std::size_t{algorithms.key_bits} / 8 + encryption->salt_size;
  return {.encryption = random_key<sa::EncryptionKey>(size, random),
          .integrity = random_key<sa::IntegrityKey>(
              integrity == nullptr ? 0 : integrity->material_size(), random)};
}

auto text_for(const Options& options) -> std::string {
  std::string lines;
  for (const auto& path : options.paths) {
    lines += fmt::format("made {} ({})\n", path, options.proposal);
  }
  return lines;
}

auto json_for(const Options& options) -> std::string {
  using Json = nlohmann::ordered_json;
  return Json({{config::word_of(options.protocol), options.proposal}, {"files", options.paths}})
             .dump(-1, ' ', false, Json::error_handler_t::replace) +
         '\n';
}

auto refuse(const platform::SystemError& error, const Options& options, std::size_t made,
            const Console& console) -> daemon::Exit {
  auto what = error.to_string();
  for (std::size_t i = 0; i < made; ++i) {
    what += (i == 0 ? "; made before: " : ", ") + options.paths[i];
  }
  return console.complain(what, daemon::Exit::failed);
}

auto keygen(const Options& options, const Console& console) -> daemon::Exit {
  const auto algorithms = config::parse_algorithms(options.protocol, options.proposal);
  if (!algorithms) {
    const auto option = fmt::format("--{}: ", config::word_of(options.protocol));
    return console.complain(option + algorithms.error(), daemon::Exit::bad_usage);
  }
  platform::SystemRandom random;
  for (std::size_t i = 0; i < options.paths.size(); ++i) {
    const auto text = config::write_key_file({.protocol = options.protocol,
                                              .algorithms = *algorithms,
                                              .keys = random_keys(*algorithms, random)});
    const auto written = platform::write_new_key_file(options.paths[i], text);
    if (!written) return refuse(written.error(), options, i, console);
  }
  console.out << (options.is_json ? json_for(options) : text_for(options));
  return console.finish();
}

}  // namespace

void add_keygen(CLI::App& app, Action& action) {
  const auto options = std::make_shared<Options>();
  auto* const command = app.add_subcommand("keygen", "Make key files");
  command->footer(footer);
  command->add_option("FILE", options->paths, "Files to be made")->required();
  auto* const esp = command->add_option("--esp", options->proposal, "Algorithms the keys are for")
                        ->type_name("PROPOSAL")
                        ->capture_default_str();
  command
      ->add_option_function<std::string>(
          "--ah",
          [options](const std::string& proposal) {
            options->protocol = sa::Protocol::ah;
            options->proposal = proposal;
          },
          "The same for AH, as sha256")
      ->type_name("PROPOSAL")
      ->excludes(esp);
  command->add_flag("--json", options->is_json, "One JSON object");
  command->callback([options, &action] {
    action = [options](const Console& console) { return keygen(*options, console); };
  });
}

}  // namespace esplanade::cli
