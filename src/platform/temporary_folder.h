// For tests: an empty folder for as long as the object lives.
#pragma once

#include <stdlib.h>
#include <sys/stat.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace esplanade::platform {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no temporary folder");
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  auto operator=(const TemporaryFolder&) -> TemporaryFolder& = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] auto operator/(const std::string& name) const -> std::string {
    return path_ + "/" + name;
  }
  /// A file of `content`, with that mode whatever the umask.
  auto make(const std::string& name, const std::string& content, mode_t mode = 0600) const
      -> std::string {
    const auto path = *this / name;
    std::ofstream{path, std::ios::binary} << content;
    if (::chmod(path.c_str(), mode) != 0) throw std::runtime_error("no mode for " + path);
    return path;
  }
  [[nodiscard]] static auto content(const std::string& path) -> std::string {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  [[nodiscard]] static auto mode(const std::string& path) -> mode_t {
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0) throw std::runtime_error("no file " + path);
    return status.st_mode & 07777;
  }

 private:
  std::string path_ = std::filesystem::temp_directory_path() / "esplanade_test_XXXXXX";
};

}  // namespace esplanade::platform
