// Where a command writes: results to `out`, complaints to `err`; the standard streams, or strings
// in tests.
#pragma once

#include "daemon/run.h"

#include <ostream>
#include <string_view>

namespace esplanade::cli {

struct Console {
  std::ostream& out;
  std::ostream& err;

  /// "esplanade: what" as a line on `err`; gives `code` back.
  auto complain(std::string_view what, daemon::Exit code) const -> daemon::Exit {
    err << "esplanade: " << what << '\n';
    return code;
  }
  /// Success if all that was written has arrived.
  [[nodiscard]] auto finish() const -> daemon::Exit {
    if (out.flush()) return daemon::Exit::success;
    return complain("cannot write to standard output", daemon::Exit::failed);
  }
};

}  // namespace esplanade::cli
