// New files that only their owner may read, and the steps that make them last.
#pragma once

#include "core/bytes.h"
#include "platform/system_error.h"
#include "platform/unique_fd.h"

namespace esplanade::platform {

/// Makes `path` for appending, mode 0600 whatever the umask. Refuses what is there already, a
/// symbolic link too.
[[nodiscard]] auto create_private_file(const std::string& path) -> SystemResult<UniqueFd>;

[[nodiscard]] auto write_all(const UniqueFd& fd, core::View octets, const std::string& path)
    -> SystemResult<void>;

/// Forces a file's content, or a folder's names, to disk.
[[nodiscard]] auto sync(const UniqueFd& fd, const std::string& path) -> SystemResult<void>;

/// The same for the folder `path` stands in.
[[nodiscard]] auto sync_folder_of(const std::string& path) -> SystemResult<void>;

/// Puts a file that holds `octets` in place of `path`, on disk when it returns: whoever reads it,
/// after a crash too, finds the one or the other. What a crash has left beside it is cleared away.
[[nodiscard]] auto replace_private_file(const std::string& path, core::View octets)
    -> SystemResult<void>;

}  // namespace esplanade::platform
