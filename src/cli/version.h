// What was built, with what, and what it can do.
#pragma once

#include <string>

namespace esplanade::cli {

/// "esplanade 0.1.0"
[[nodiscard]] auto version_line() -> std::string;

}  // namespace esplanade::cli
