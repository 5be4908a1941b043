// The `esplanade` command: its subcommands, and what all of them have in common.
#pragma once

#include "cli/console.h"

namespace esplanade::cli {

/// Reads the arguments and does what they ask for. Blocks as long as that takes.
[[nodiscard]] auto run(int argc, const char* const* argv, const Console& console) -> daemon::Exit;

}  // namespace esplanade::cli
