// Why the daemon could not do something, for the operator, and what the program exits with.
#pragma once

#include "config/complaint.h"
#include "daemon/run.h"
#include "platform/system_error.h"

#include <expected>
#include <string>

namespace esplanade::daemon {

struct Failure {
  Exit exit = Exit::failed;
  std::string why;  ///< one line, or the lines of complaints
};
using Outcome = std::expected<void, Failure>;

[[nodiscard]] inline auto failure_of(const platform::SystemError& error)
    -> std::unexpected<Failure> {
  return std::unexpected(Failure{Exit::failed, error.to_string()});
}

[[nodiscard]] inline auto failure_of(const config::Complaints& complaints)
    -> std::unexpected<Failure> {
  std::string why;
  for (const auto& complaint : complaints) why += complaint.to_string();
  return std::unexpected(Failure{Exit::bad_usage, std::move(why)});
}

/// What platform/ answered, its error made a Failure.
template <class T>
[[nodiscard]] auto checked(platform::SystemResult<T> result) -> std::expected<T, Failure> {
  if (!result) return failure_of(result.error());
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return *std::move(result);
  }
}

}  // namespace esplanade::daemon
