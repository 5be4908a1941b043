// One line an event, to standard error: fields in a fixed order, as text or as JSON.
//
//   log.info("drop", {{"verdict", "bad_icv"}, {"seq", 7}});
//   2026-01-02T03:04:05.678Z info drop verdict=bad_icv seq=7
//   {"time":"2026-01-02T03:04:05.678Z","level":"info","event":"drop","verdict":"bad_icv","seq":7}
//
// Threads: any.
#pragma once

#include "daemon/run.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace spdlog {
class logger;
}

namespace esplanade::daemon {

using Value = std::variant<std::string, std::uint64_t, std::map<std::string, std::uint64_t>>;

struct Field {
  std::string key;
  Value value;
};
using Fields = std::vector<Field>;

/// What stands behind time and level: "drop verdict=bad_icv seq=7", values quoted where they hold
/// spaces; or the JSON object's members from "event" on, without its opening brace.
[[nodiscard]] auto format_event(LogFormat format, std::string_view event, const Fields& fields)
    -> std::string;

class Log {
 public:
  explicit Log(LogFormat format);
  ~Log();
  Log(const Log&) = delete;
  auto operator=(const Log&) -> Log& = delete;

  void info(std::string_view event, const Fields& fields = {});
  void warning(std::string_view event, const Fields& fields = {});
  void error(std::string_view event, const Fields& fields = {});

 private:
  LogFormat format_;
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace esplanade::daemon
