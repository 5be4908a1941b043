// Configuration and key files from the file system.
//
// Errors: sentences that stand behind "cannot read FILE: ".
#pragma once

#include "config/loader.h"

namespace esplanade::platform {

class Files : public config::Loader {
 public:
  /// Regular files of at most 1 MiB.
  [[nodiscard]] auto read(const std::string& path)
      -> std::expected<std::string, config::LoadError> override;

  /// As glob(7).
  [[nodiscard]] auto glob(const std::string& pattern) -> std::vector<std::string> override;

  /// Symbolic links are refused: whoever may write one could have another file read.
  [[nodiscard]] auto read_key_file(const std::string& path)
      -> std::expected<config::KeyFile, config::LoadError> override;

  /// Regular files of at most 16 MiB, for CRLs grow.
  [[nodiscard]] auto read_octets(const std::string& path)
      -> std::expected<core::Bytes, config::LoadError> override;

  /// Symbolic links are followed: they stand in folders that only the owner may change.
  [[nodiscard]] auto read_private_key(const std::string& path)
      -> std::expected<config::PrivateKeyText, config::LoadError> override;

  [[nodiscard]] auto list(const std::string& folder)
      -> std::expected<std::vector<std::string>, config::LoadError> override;
};

}  // namespace esplanade::platform
