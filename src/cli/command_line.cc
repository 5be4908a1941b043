#include "cli/command_line.h"

#include "cli/subcommands.h"
#include "cli/version.h"

#include <CLI/CLI.hpp>

namespace esplanade::cli {
namespace {

constexpr auto footer = R"(Exit status, of every subcommand:
  0  success
  1  the system refused something, or a file is not what it should be
  2  the command line or the configuration is wrong

Examples:
  esplanade keygen gw-to-branch.key branch-to-gw.key
  esplanade check /etc/esplanade/esplanade.conf
  esplanade run
  esplanade decode dump.pcapng --esp-keys esp_sa
  esplanade diagnose dump.pcapng --config /etc/esplanade/esplanade.conf

Manual: esplanade(8), esplanade.conf(5).)";

/// CLI11 throws what it has to say; --help among it.
auto parse(CLI::App& app, int argc, const char* const* argv, const Console& console)
    -> daemon::Exit {
  try {
    app.parse(argc, argv);
    return daemon::Exit::success;
  } catch (const CLI::Success& asked) {
    (void)app.exit(asked, console.out, console.err);
    return console.finish();
  } catch (const CLI::ParseError& error) {
    return console.complain(std::string(error.what()) + " (--help tells more)",
                            daemon::Exit::bad_usage);
  }
}

}  // namespace

auto run(int argc, const char* const* argv, const Console& console) -> daemon::Exit {
  CLI::App app("IPsec, whole, in userspace", "esplanade");
  app.footer(footer);
  app.set_version_flag("--version", version_line(), "Print the version and exit");
  app.require_subcommand(1);

  Action action;
  add_run(app, action);
  add_check(app, action);
  add_keygen(app, action);
  add_decode(app, action);
  add_diagnose(app, action);
  add_status(app, action);
  add_explain(app, action);
  add_commands(app, action);
  add_version(app, action);

  const auto parsed = parse(app, argc, argv, console);
  return action ? action(console) : parsed;
}

}  // namespace esplanade::cli
