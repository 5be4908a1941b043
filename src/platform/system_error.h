// What the operating system refused, in words for the operator.
//
//   return system_failure("open " + path);          // "cannot open gw.key: Permission denied"
#pragma once

#include <cerrno>
#include <expected>
#include <string>
#include <utility>

namespace esplanade::platform {

struct SystemError {
  std::string what;  ///< stands behind "cannot "
  int number = 0;    ///< errno; 0 where `what` says it all

  [[nodiscard]] auto to_string() const -> std::string;
};

template <class T>
using SystemResult = std::expected<T, SystemError>;

[[nodiscard]] inline auto system_failure(std::string what, int number = errno)
    -> std::unexpected<SystemError> {
  return std::unexpected(SystemError{std::move(what), number});
}

}  // namespace esplanade::platform
