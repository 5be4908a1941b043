#include "platform/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>

#include "platform/key_marks.h"
#include "platform/unique_fd.h"

namespace esplanade::platform {
namespace {

constexpr std::size_t text_max = 1 << 20;
constexpr std::size_t octets_max = 16 << 20;

template <class T>
using Loaded = std::expected<T, config::LoadError>;

auto refuse(std::string why) -> std::unexpected<config::LoadError> {
  return std::unexpected(config::LoadError{std::move(why)});
}

auto refuse_with(int number) -> std::unexpected<config::LoadError> {
  return refuse(std::generic_category().message(number));
}

struct Opened {
  UniqueFd fd;
  struct stat status{};
};

/// O_NONBLOCK, for a FIFO would block before it can be refused.
auto open_regular(const std::string& path, int flags, std::size_t size_max) -> Loaded<Opened> {
  Opened opened{UniqueFd{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags)}};
  if (!opened.fd.is_open() && errno == ELOOP) return refuse("it is a symbolic link");
  if (!opened.fd.is_open()) return refuse_with(errno);
  if (::fstat(opened.fd.number(), &opened.status) != 0) return refuse_with(errno);
  if (!S_ISREG(opened.status.st_mode)) return refuse("it is not a regular file");
  if (static_cast<std::size_t>(opened.status.st_size) > size_max) {
    return refuse(fmt::format("it is longer than {} octets", size_max));
  }
  return opened;
}

/// Up to the end of the file or of `into`.
auto read_into(const UniqueFd& fd, core::MutableView into) -> Loaded<std::size_t> {
  std::size_t size = 0;
  while (size < into.size()) {
    const auto got = ::read(fd.number(), into.data() + size, into.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refuse_with(errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  return size;
}

auto check_privacy(const struct stat& status) -> Loaded<void> {
  const auto mode = status.st_mode & 07777;
  if ((mode & 077) != 0) {
    return refuse(fmt::format("its mode is {:04o}, others could read or change it: chmod 600",
                              static_cast<unsigned>(mode)));
  }
  if (status.st_uid != ::geteuid() && status.st_uid != 0) {
    return refuse(fmt::format("it belongs to user id {}", status.st_uid));
  }
  return {};
}

/// A group may read a private key, as folders of swanctl have it.
auto check_private_key(const struct stat& status) -> Loaded<void> {
  const auto mode = status.st_mode & 07777;
  if ((mode & 027) == 0) return {};
  return refuse(
      fmt::format("its mode is {:04o}, everybody could read or others change it: "
                  "chmod 600",
                  static_cast<unsigned>(mode)));
}

/// The names but those with a dot in front.
auto names_in(::DIR* folder) -> std::vector<std::string> {
  std::vector<std::string> names;
  while (const auto* entry = ::readdir(folder)) {
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  std::ranges::sort(names);
  return names;
}

auto read_key_text(const std::string& path) -> Loaded<config::KeyText> {
  const auto opened = TRY(open_regular(path, O_NOFOLLOW, config::key_file_max));
  TRY(check_privacy(opened.status));
  struct Buffer {
    std::array<std::byte, config::key_file_max> octets;
    ~Buffer() { core::wipe(octets); }
  } buffer;
  const auto size = TRY(read_into(opened.fd, buffer.octets));
  return config::KeyText{core::View{buffer.octets}.first(size)};
}

auto exists(const std::string& path) -> bool {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0 || errno != ENOENT;
}

}  // namespace

auto Files::read(const std::string& path) -> std::expected<std::string, config::LoadError> {
  const auto opened = TRY(open_regular(path, 0, text_max));
  std::string text(static_cast<std::size_t>(opened.status.st_size), '\0');
  text.resize(TRY(read_into(opened.fd, std::as_writable_bytes(std::span(text)))));
  return text;
}

auto Files::glob(const std::string& pattern) -> std::vector<std::string> {
  if (pattern.find_first_of("*?[") == std::string::npos) return {pattern};
  ::glob_t found{};
  std::vector<std::string> paths;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  ::globfree(&found);
  return paths;
}

auto Files::read_key_file(const std::string& path)
    -> std::expected<config::KeyFile, config::LoadError> {
  const auto used = used_name_of(path);
  if (is_used_name(path)) return config::KeyFile{TRY(read_key_text(path)), true};
  if (!exists(used)) return config::KeyFile{TRY(read_key_text(path)), false};
  if (exists(path)) {
    return refuse(
        fmt::format("beside it stands {}, of keys that are used up: remove that one, or "
                    "give the new file a name of its own",
                    used));
  }
  return config::KeyFile{TRY(read_key_text(used)), true};
}

auto Files::read_octets(const std::string& path) -> std::expected<core::Bytes, config::LoadError> {
  const auto opened = TRY(open_regular(path, 0, octets_max));
  core::Bytes octets(static_cast<std::size_t>(opened.status.st_size));
  octets.resize(TRY(read_into(opened.fd, octets)));
  return octets;
}

auto Files::read_private_key(const std::string& path)
    -> std::expected<config::PrivateKeyText, config::LoadError> {
  const auto opened = TRY(open_regular(path, 0, config::private_key_max));
  TRY(check_private_key(opened.status));
  struct Buffer {
    std::array<std::byte, config::private_key_max> octets;
    ~Buffer() { core::wipe(octets); }
  } buffer;
  const auto size = TRY(read_into(opened.fd, buffer.octets));
  return config::PrivateKeyText{core::View{buffer.octets}.first(size)};
}

auto Files::list(const std::string& folder)
    -> std::expected<std::vector<std::string>, config::LoadError> {
  auto* opened = ::opendir(folder.c_str());
  if (opened == nullptr && errno == ENOENT) return {};
  if (opened == nullptr) return refuse_with(errno);
  auto names = names_in(opened);
  ::closedir(opened);
  std::erase_if(names, [&](const std::string& name) {
    struct stat status{};
    const auto path = folder + '/' + name;
    return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
  });
  return names;
}

}  // namespace esplanade::platform
