// `esplanade explain`: which entry of the policy takes a packet.
#include "cli/control.h"
#include "cli/explain/explanation.h"
#include "cli/subcommands.h"
#include "config/load.h"
#include "crypto/openssl/provider.h"
#include "platform/files.h"
#include "platform/local/control_socket.h"

#include <CLI/CLI.hpp>

namespace esplanade::cli {
namespace {

constexpr auto footer =
    R"(Reads the configuration as `run` would and asks its policy about one packet: which entry
takes it, why those before it do not, what happens to it, and which SA carries it. Nothing is
sent. What traffic selectors leave to the peer (`dynamic`) is not known here, nor are the SAs
that IKE has made: with --running the daemon that runs is asked for them.

--in asks about a packet that comes in without protection.

Exit status: 0 an entry takes the packet, 1 none does, or the output could not be written,
2 wrong usage or configuration.

Examples:
  esplanade explain --from 10.1.0.5 --to 10.2.0.7 --proto tcp --dport 443
  esplanade explain --from 10.1.0.5 --to 10.2.0.7 --proto icmp --icmp-type 8 --json
  esplanade explain --running --from 10.1.0.5 --to 10.2.0.7 --proto udp
  esplanade explain --in --from 10.2.0.7 --to 10.1.0.5 --proto udp -c gw.conf)";

struct Options {
  std::string path = default_config_path;
  explain::Question question;
  bool is_inbound = false;
  bool is_json = false;
  bool asks_daemon = false;
  std::string control = platform::default_control_path;
};

auto refuse(const config::Complaints& complaints, const Console& console) -> daemon::Exit {
  for (const auto& complaint : complaints) console.err << complaint.to_string();
  (void)console.finish();
  return daemon::Exit::bad_usage;
}

auto answer(const Options& options, const Console& console) -> daemon::Exit {
  const auto packet = explain::packet_of(options.question);
  if (!packet) return console.complain(packet.error(), daemon::Exit::bad_usage);
  platform::Files files;
  const auto configuration = config::load(options.path, files);
  if (!configuration) return refuse(configuration.error(), console);
  const auto direction = options.is_inbound ? sa::Direction::inbound : sa::Direction::outbound;
  auto explanation =
      explain::explain(*configuration, {*packet, direction}, crypto::openssl::provider());
  if (options.asks_daemon) {
    const auto carriers =
        ask(explain::carriers_question(*packet), {.path = options.control}, console);
    if (!carriers) return daemon::Exit::failed;
    explain::take_carrier(explanation, *carriers);
  }
  console.out << (options.is_json ? explain::to_json(explanation) : explain::to_text(explanation));
  const auto written = console.finish();
  return written == daemon::Exit::success && !explanation.taker ? daemon::Exit::failed : written;
}

}  // namespace

void add_explain(CLI::App& app, Action& action) {
  const auto options = std::make_shared<Options>();
  auto* const command = app.add_subcommand("explain", "Say which policy takes a packet, and why");
  auto& question = options->question;
  command->footer(footer);
  command->add_option("-c,--config", options->path, "Configuration file")->capture_default_str();
  command->add_option("--from", question.from, "Source address")->required();
  command->add_option("--to", question.to, "Destination address")->required();
  command->add_option("--proto", question.protocol, "Protocol, by name or number")->required();
  command->add_option("--sport", question.source_port, "Source port");
  command->add_option("--dport", question.destination_port, "Destination port");
  command->add_option("--icmp-type", question.icmp_type, "ICMP type, or TYPE/CODE");
  command->add_option("--dscp", question.dscp, "DSCP")->check(CLI::Range(0, 63));
  command->add_flag("--in", options->is_inbound, "The packet comes in, in clear");
  command->add_flag("--running", options->asks_daemon, "Ask a running daemon for IKE's SAs");
  command->add_option("--control", options->control, "Path of its control socket")
      ->type_name("PATH")
      ->capture_default_str();
  command->add_flag("--json", options->is_json, "One JSON object");
  command->callback([options, &action] {
    action = [options](const Console& console) { return answer(*options, console); };
  });
}

}  // namespace esplanade::cli
