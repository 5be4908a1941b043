// Files as something that is lent: the platform's for real, a map in tests. Configuration code
// itself opens nothing.
#pragma once

#include "core/bytes.h"
#include "core/secret.h"

#include <expected>
#include <string>
#include <vector>

namespace esplanade::config {

/// Why a file could not be had, in words that stand behind "cannot read FILE: ".
struct LoadError {
  std::string why;
};

/// Longest text of a key file.
inline constexpr std::size_t key_file_max = 4096;
using KeyText = core::Secret<key_file_max>;

struct KeyFile {
  KeyText text;
  /// Only FILE.used exists: an earlier start has sent packets with these keys. `text` is then of
  /// that file.
  bool is_used = false;
};

/// Longest text of a private key: RSA of 16384 bits, as PEM.
inline constexpr std::size_t private_key_max = 16384;
using PrivateKeyText = core::Secret<private_key_max>;

/// What a folder of credentials has not is no error; the methods for them say so unless overridden.
class Loader {
 public:
  Loader() = default;
  Loader(const Loader&) = delete;
  auto operator=(const Loader&) -> Loader& = delete;
  virtual ~Loader() = default;

  /// The whole of a text file.
  [[nodiscard]] virtual auto read(const std::string& path)
      -> std::expected<std::string, LoadError> = 0;

  /// The paths a shell pattern stands for, sorted; none is no error. Without `*?[` the path itself.
  [[nodiscard]] virtual auto glob(const std::string& pattern) -> std::vector<std::string> = 0;

  /// A key file: a regular file, owned by the caller or root, that nobody else may read or write.
  [[nodiscard]] virtual auto read_key_file(const std::string& path)
      -> std::expected<KeyFile, LoadError> = 0;

  /// The octets of a certificate, public key or CRL.
  [[nodiscard]] virtual auto read_octets(const std::string& /*path*/)
      -> std::expected<core::Bytes, LoadError> {
    return std::unexpected(LoadError{"no such file"});
  }

  /// A private key: a file that others than its owner and group may neither read nor change.
  [[nodiscard]] virtual auto read_private_key(const std::string& /*path*/)
      -> std::expected<PrivateKeyText, LoadError> {
    return std::unexpected(LoadError{"no such file"});
  }

  /// Names of the files in a folder, sorted, without those that begin with a dot. A folder that is
  /// not there has none.
  [[nodiscard]] virtual auto list(const std::string& /*folder*/)
      -> std::expected<std::vector<std::string>, LoadError> {
    return {};
  }
};

}  // namespace esplanade::config
