#include "platform/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <filesystem>

namespace esplanade::platform {

auto create_private_file(const std::string& path) -> SystemResult<UniqueFd> {
  constexpr auto flags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
  UniqueFd fd{::open(path.c_str(), flags, S_IRUSR | S_IWUSR)};
  if (!fd.is_open()) return system_failure("make " + path);
  // The umask may have taken even the owner's bits.
  if (::fchmod(fd.number(), S_IRUSR | S_IWUSR) != 0) {
    return system_failure("set the mode of " + path);
  }
  return fd;
}

auto write_all(const UniqueFd& fd, core::View octets, const std::string& path)
    -> SystemResult<void> {
  while (!octets.empty()) {
    const auto written = ::write(fd.number(), octets.data(), octets.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_failure("write " + path);
    octets = octets.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

auto sync(const UniqueFd& fd, const std::string& path) -> SystemResult<void> {
  if (::fsync(fd.number()) != 0) return system_failure("force " + path + " to disk");
  return {};
}

auto sync_folder_of(const std::string& path) -> SystemResult<void> {
  // A path that begins at the root stands for itself behind "./" as well.
  const auto folder = (std::filesystem::path(".") / path).parent_path().string();
  const UniqueFd fd{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!fd.is_open()) return system_failure("open the folder " + folder);
  return sync(fd, folder);
}

auto replace_private_file(const std::string& path, core::View octets) -> SystemResult<void> {
  const auto fresh = path + ".new";
  if (::unlink(fresh.c_str()) != 0 && errno != ENOENT) return system_failure("remove " + fresh);
  const auto fd = TRY(create_private_file(fresh));
  TRY(write_all(fd, octets, fresh));
  TRY(sync(fd, fresh));
  if (::rename(fresh.c_str(), path.c_str()) != 0) {
    return system_failure("rename " + fresh + " to " + path);
  }
  return sync_folder_of(path);
}

}  // namespace esplanade::platform
