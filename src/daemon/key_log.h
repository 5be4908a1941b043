// Keys of the SAs in force, as Wireshark's esp_sa table, where `dataplane.esp_key_log` asks for it
// and nowhere else.
#pragma once

#include "daemon/log.h"
#include "daemon/outcome.h"
#include "platform/private_log.h"
#include "sa/esp_key_table.h"

#include <optional>

namespace esplanade::daemon {

class KeyLog {
 public:
  explicit KeyLog(Log& log) : log_(log) {}

  /// Opens the file `configuration` names, unless it is open, and writes the SAs that `before`
  /// did not have. Without a file named, closes what was open. A file that is there already is an
  /// error.
  [[nodiscard]] auto follow(const config::Configuration& configuration,
                            const config::Configuration& before) -> Outcome;

  /// Removes the file again, for a start that failed.
  void discard();

 private:
  [[nodiscard]] auto append(const sa::EspKeyTableRow& row) -> Outcome;

  Log& log_;
  std::optional<std::string> path_;
  std::optional<platform::PrivateLog> file_;
};

}  // namespace esplanade::daemon
