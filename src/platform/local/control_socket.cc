#include "platform/local/control_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>

#include "core/result.h"

namespace esplanade::platform {
namespace {

auto name_of(const std::string& path) -> SystemResult<sockaddr_un> {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof name.sun_path) {
    return system_failure("use " + path + " as a socket: its name is empty or too long", 0);
  }
  std::memcpy(name.sun_path, path.data(), path.size());
  return name;
}

auto open_local(int flags) -> SystemResult<UniqueFd> {
  UniqueFd socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0)};
  if (!socket.is_open()) return system_failure("open a socket");
  return socket;
}

auto connect(const UniqueFd& socket, const sockaddr_un& name) -> bool {
  return ::connect(socket.number(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0;
}

/// Removes a socket nobody listens to.
auto remove_stale(const std::string& path, const sockaddr_un& name) -> SystemResult<void> {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return {};
  if (!S_ISSOCK(status.st_mode)) return system_failure("use " + path + " as a socket", EEXIST);
  const auto probe = TRY(open_local(SOCK_NONBLOCK));
  if (connect(probe, name) || errno != ECONNREFUSED) {
    return system_failure("use " + path + " as a socket", EADDRINUSE);
  }
  (void)::unlink(path.c_str());
  return {};
}

void make_folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) (void)::mkdir(folder.c_str(), S_IRWXU);  // else bind() says what is wrong
}

auto write_all(const UniqueFd& socket, std::string_view text) -> bool {
  while (!text.empty()) {
    const auto count = ::send(socket.number(), text.data(), text.size(), MSG_NOSIGNAL);
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

auto listen_at(const std::string& path) -> SystemResult<UniqueFd> {
  const auto name = TRY(name_of(path));
  make_folder_of(path);
  TRY(remove_stale(path, name));
  auto socket = TRY(open_local(SOCK_NONBLOCK));
  // The file gets its mode from the socket, so there is no moment when others may use it.
  const auto is_open =
      ::fchmod(socket.number(), S_IRUSR | S_IWUSR) == 0 &&
      ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0 &&
      ::listen(socket.number(), 16) == 0;
  if (!is_open) return system_failure("listen at " + path);
  return socket;
}

auto ask_at(const std::string& path, std::string_view line) -> SystemResult<std::string> {
  const auto name = TRY(name_of(path));
  const auto socket = TRY(open_local(0));
  if (!connect(socket, name)) return system_failure("reach a daemon at " + path);
  if (!write_all(socket, std::string(line) + "\n")) return system_failure("ask the daemon");
  std::string answer;
  std::array<char, 4096> part{};
  for (;;) {
    const auto count = ::recv(socket.number(), part.data(), part.size(), 0);
    if (count < 0) return system_failure("hear the daemon's answer");
    if (count == 0) break;
    answer.append(part.data(), static_cast<std::size_t>(count));
  }
  if (!answer.ends_with('\n')) return system_failure("hear the daemon's answer: it was cut off", 0);
  answer.pop_back();
  return answer;
}

}  // namespace esplanade::platform
