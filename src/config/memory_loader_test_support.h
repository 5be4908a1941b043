// Files that exist in a test only.
#pragma once

#include "config/loader.h"

#include <map>
#include <set>

namespace esplanade::config {

class MemoryLoader : public Loader {
 public:
  /// Text files by path.
  std::map<std::string, std::string> texts;
  /// Key files by path; for those in `used` only FILE.used exists.
  std::map<std::string, std::string> key_files;
  std::set<std::string> used;
  /// Certificates, public keys, CRLs and private keys by path.
  std::map<std::string, std::string> credentials;

  auto read(const std::string& path) -> std::expected<std::string, LoadError> override {
    const auto it = texts.find(path);
    if (it == texts.end()) return std::unexpected(LoadError{"no such file"});
    return it->second;
  }

  /// Knows one pattern: a `*`, once, for anything.
  auto glob(const std::string& pattern) -> std::vector<std::string> override {
    const auto star = pattern.find('*');
    if (star == std::string::npos) return {pattern};
    std::vector<std::string> paths;
    for (const auto& [path, text] : texts) {
      const auto is_long_enough = path.size() + 1 >= pattern.size();
      if (is_long_enough && path.starts_with(pattern.substr(0, star)) &&
          path.ends_with(pattern.substr(star + 1))) {
        paths.push_back(path);
      }
    }
    return paths;
  }

  auto read_key_file(const std::string& path) -> std::expected<KeyFile, LoadError> override {
    const auto it = key_files.find(path);
    if (it == key_files.end()) return std::unexpected(LoadError{"no such file"});
    if (it->second.size() > key_file_max) return std::unexpected(LoadError{"too long"});
    return KeyFile{.text = KeyText(core::as_view(it->second)), .is_used = used.contains(path)};
  }

  auto read_octets(const std::string& path) -> std::expected<core::Bytes, LoadError> override {
    const auto it = credentials.find(path);
    if (it == credentials.end()) return std::unexpected(LoadError{"no such file"});
    const auto view = core::as_view(it->second);
    return core::Bytes(view.begin(), view.end());
  }

  auto read_private_key(const std::string& path)
      -> std::expected<PrivateKeyText, LoadError> override {
    const auto octets = TRY(read_octets(path));
    return PrivateKeyText(octets);
  }

  auto list(const std::string& folder)
      -> std::expected<std::vector<std::string>, LoadError> override {
    std::vector<std::string> names;
    for (const auto& [path, text] : credentials) {
      const auto slash = path.rfind('/');
      if (path.substr(0, slash) == folder) names.push_back(path.substr(slash + 1));
    }
    return names;
  }
};

}  // namespace esplanade::config
