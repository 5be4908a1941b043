#include "platform/key_marks.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cstdio>

#include "platform/private_file.h"

namespace esplanade::platform {
namespace {

constexpr auto suffix = ".used";

auto write_and_sync(const UniqueFd& fd, const config::KeyText& text, const std::string& path)
    -> SystemResult<void> {
  TRY(write_all(fd, text.reveal(), path));
  TRY(sync(fd, path));
  return sync_folder_of(path);
}

}  // namespace

auto used_name_of(const std::string& path) -> std::string { return path + suffix; }
auto is_used_name(const std::string& path) -> bool { return path.ends_with(suffix); }

auto record_as_used(const std::string& path) -> SystemResult<void> {
  if (is_used_name(path)) return system_failure("record " + path + " as used: it is", EEXIST);
  const auto used = used_name_of(path);
  const UniqueFd fd{::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
  if (!fd.is_open()) return system_failure("record " + path + " as used");
  TRY(sync(fd, path));
  if (::renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, used.c_str(), RENAME_NOREPLACE) != 0) {
    return system_failure("rename " + path + " to " + used);
  }
  return sync_folder_of(path);
}

auto write_new_key_file(const std::string& path, const config::KeyText& text)
    -> SystemResult<void> {
  if (is_used_name(path)) {
    return system_failure("make " + path + ": such a name is for keys that are used up", EINVAL);
  }
  const auto used = used_name_of(path);
  struct stat status{};
  if (::lstat(used.c_str(), &status) == 0) {
    return system_failure("make " + path + ", for there is " + used, EEXIST);
  }
  const auto fd = TRY(create_private_file(path));
  auto written = write_and_sync(fd, text, path);
  if (!written) (void)::unlink(path.c_str());
  return written;
}

}  // namespace esplanade::platform
