// The daemon from start to stop: `esplanade run`.
//
// In this order, so that a start that fails changes nothing: load and check the configuration,
// refuse used keys, open TUN and sockets; then the key logs and the routes; then record keys as
// used, give up privileges, and run until SIGTERM or SIGINT, when peers are told that their SAs are
// gone. SIGHUP loads the configuration again; one that is wrong changes nothing. SIGUSR1 writes a
// status line per SA to the log. What else the operator wants comes by the control socket.
#pragma once

#include <string>

namespace esplanade::daemon {

enum class LogFormat { text, json };

struct RunOptions {
  std::string config_path;
  LogFormat log_format = LogFormat::text;
  std::string control_path;  ///< of the control socket
};

/// Exit codes of the program, for all subcommands.
enum class Exit : int {
  success = 0,
  failed = 1,     ///< the system refused something, or a file is not what it should be
  bad_usage = 2,  ///< command line or configuration are wrong
};

/// Blocks until the daemon has stopped and everything it made is removed. Logs go to standard
/// error.
[[nodiscard]] auto run(const RunOptions& options) -> Exit;

}  // namespace esplanade::daemon
