// A file for text that only its owner may read, such as a log of keys.
//
// Errors: a file that is there already is refused, for it may be another's or readable by others.
// Threads: one owner.
#pragma once

#include "platform/system_error.h"
#include "platform/unique_fd.h"

#include <string_view>

namespace esplanade::platform {

class PrivateLog {
 public:
  /// Makes the file, mode 0600 whatever the umask; symbolic links are not followed.
  [[nodiscard]] static auto create(const std::string& path) -> SystemResult<PrivateLog>;

  /// All of `text`, at the end of the file; not forced to disk.
  [[nodiscard]] auto append(std::string_view text) -> SystemResult<void>;

 private:
  PrivateLog(UniqueFd fd, std::string path) noexcept : fd_(std::move(fd)), path_(std::move(path)) {}

  UniqueFd fd_;
  std::string path_;
};

}  // namespace esplanade::platform
