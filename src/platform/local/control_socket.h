// The socket in the file system by which the operator talks to the daemon: a line of text there, a
// line back.
#pragma once

#include "platform/system_error.h"
#include "platform/unique_fd.h"

#include <string>
#include <string_view>

namespace esplanade::platform {

inline constexpr auto default_control_path = "/run/esplanade/control";

/// A listening socket at `path` for its owner alone, non-blocking; its folder is made, mode 0700,
/// if it is not there. What a crash has left is replaced; a daemon that answers there is not.
[[nodiscard]] auto listen_at(const std::string& path) -> SystemResult<UniqueFd>;

/// Sends `line`, which gets its newline here, and waits for the answer, which loses its own.
/// Blocks.
[[nodiscard]] auto ask_at(const std::string& path, std::string_view line)
    -> SystemResult<std::string>;

}  // namespace esplanade::platform
