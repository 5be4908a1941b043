// `esplanade diagnose`: what the IKE SAs in a capture say, and why they failed.
#include "cli/diagnose/output.h"
#include "cli/diagnose/watcher.h"
#include "cli/key_tables.h"
#include "cli/subcommands.h"
#include "config/load.h"
#include "crypto/openssl/provider.h"

#include <CLI/CLI.hpp>

namespace esplanade::cli {
namespace {

constexpr auto footer =
    R"(CAPTURE is a pcap or pcapng file, taken at either end or on the way. For each IKE SA in it:
who began, what each end offered and chose, what came of it, and every reason that can be
found why it failed: proposals, groups, cookies, identities, secrets, certificates and
clocks, selectors, blocked ports, packets that are too large, NATs, ESP one way only.

IKE_SA_INIT is in clear; what follows needs the keys (--ike-keys; the daemon writes them,
ike_key_log). With --config, the configuration of one of the two ends, what the other said
is compared with its connection for these addresses, and the line to change is named. No
privileges are needed, and nothing is sent.

With --json one object a line and IKE SA: initiator, responder, spi_i, spi_r, first_frame,
last_frame, messages, outcome (established, answered, refused, unanswered, unfinished,
continued, not_ikev2), connection, facts, and findings, each with level, topic, frame, why,
hint and line.

Exit status: 0 the capture was read to its end, whatever was in it; 1 a file cannot be
read or is damaged; 2 wrong usage, or the configuration is wrong.

Examples:
  esplanade diagnose dump.pcapng
  esplanade diagnose dump.pcap --config gw.conf --ike-keys ikev2_decryption_table
  esplanade diagnose dump.pcap --json | jq -r '.findings[].why')";

struct Options {
  std::string capture;
  std::string config;
  std::string ike_keys;
  std::vector<std::uint16_t> udp_ports = {4500};
  bool is_json = false;
};

auto watch_all(const Options& options, diagnose::Watcher& watcher, ike::explain::Observer& observer)
    -> Complained<void> {
  auto capture = platform::CaptureReader::open(options.capture);
  if (!capture) return std::unexpected(capture.error().to_string());
  while (true) {
    const auto frame = capture->next();
    if (!frame) return std::unexpected(frame.error().to_string());
    if (!*frame) return {};
    watcher.watch(**frame, observer);
  }
}

void print(const ike::explain::Observer& observer, const Options& options, const Console& console) {
  const auto& knowledge = observer.knowledge();
  for (const auto& conversation : knowledge.conversations) {
    const auto report = explain(conversation, knowledge);
    console.out << (options.is_json ? diagnose::json_of(conversation, report)
                                    : diagnose::text_of(conversation, report));
  }
  if (options.is_json) return;
  if (knowledge.conversations.empty()) console.out << "no IKE in this capture\n";
  if (observer.left_out() != 0) {
    console.out << fmt::format("{} messages of more IKE SAs were left out\n", observer.left_out());
  }
}

/// What was read before the damage is told all the same.
auto diagnose_capture(const Options& options, ike::explain::Observer& observer,
                      const Console& console) -> daemon::Exit {
  auto table = read_table(options.ike_keys, decode::parse_ike_table);
  if (!table) return console.complain(table.error(), daemon::Exit::failed);
  warn_of_unsupported(*table, options.ike_keys, console);
  diagnose::Watcher watcher(*std::move(table), options.udp_ports, crypto::openssl::provider());
  const auto watched = watch_all(options, watcher, observer);
  if (watched || !observer.knowledge().conversations.empty()) print(observer, options, console);
  const auto finished = console.finish();
  return watched ? finished : console.complain(watched.error(), daemon::Exit::failed);
}

auto run_diagnose(const Options& options, const Console& console) -> daemon::Exit {
  ike::explain::Observer observer;
  if (options.config.empty()) return diagnose_capture(options, observer, console);
  platform::Files files;
  const auto configuration = config::load(options.config, files);
  if (!configuration) {
    for (const auto& complaint : configuration.error()) console.err << complaint.to_string();
    return daemon::Exit::bad_usage;
  }
  observer.know(configuration->connections, configuration->credentials);
  return diagnose_capture(options, observer, console);
}

}  // namespace

void add_diagnose(CLI::App& app, Action& action) {
  const auto options = std::make_shared<Options>();
  auto* const command =
      app.add_subcommand("diagnose", "Say why the IKE SAs in a capture failed, and what to change");
  command->footer(footer);
  command->add_option("CAPTURE", options->capture, "pcap or pcapng file")->required();
  command->add_option("-c,--config", options->config, "Configuration of one of the two ends")
      ->type_name("FILE");
  command->add_option("--ike-keys", options->ike_keys, "Wireshark's ikev2_decryption_table")
      ->type_name("FILE");
  command
      ->add_option("--udp-port", options->udp_ports,
                   "Port that carries IKE and ESP in UDP, may be repeated; replaces 4500")
      ->type_name("N")
      ->check(CLI::Range(1, 65535).description(""))
      ->allow_extra_args(false);
  command->add_flag("--json", options->is_json, "One JSON object a line");
  command->callback([options, &action] {
    action = [options](const Console& console) { return run_diagnose(*options, console); };
  });
}

}  // namespace esplanade::cli
