#include "platform/private_log.h"

#include "platform/private_file.h"

namespace esplanade::platform {

auto PrivateLog::create(const std::string& path) -> SystemResult<PrivateLog> {
  return PrivateLog{TRY(create_private_file(path)), path};
}

auto PrivateLog::append(std::string_view text) -> SystemResult<void> {
  return write_all(fd_, core::as_view(text), path_);
}

}  // namespace esplanade::platform
