// Keys of the SAs in force, for Wireshark: ESP's as its esp_sa table, where `dataplane.esp_key_log`
// asks for it, and IKE's as its ikev2_decryption_table, where `dataplane.ike_key_log` does; nowhere
// else.
#pragma once

#include "config/configuration.h"
#include "daemon/log.h"
#include "daemon/outcome.h"
#include "platform/private_log.h"
#include "sa/esp_key_table.h"

#include <optional>

namespace esplanade::daemon {

/// One such file.
class KeyFile {
 public:
  explicit KeyFile(Log& log) : log_(log) {}

  /// Opens the file, unless it is open; without a path closes what was open. A file that is there
  /// already is an error. True if it is another than before.
  [[nodiscard]] auto follow(const std::optional<std::string>& path) -> std::expected<bool, Failure>;
  [[nodiscard]] auto is_open() const -> bool { return file_.has_value(); }
  [[nodiscard]] auto append(core::View row) -> Outcome;
  /// Removes the file again, for a start that failed.
  void discard();

 private:
  Log& log_;
  std::optional<std::string> path_;
  std::optional<platform::PrivateLog> file_;
};

class KeyLog {
 public:
  explicit KeyLog(Log& log) : log_(log), esp_(log), ike_(log) {}

  /// Opens the files `configuration` names and writes the SAs made by hand that `before` did not
  /// have. Errors: KeyFile's.
  [[nodiscard]] auto follow(const config::Configuration& configuration,
                            const config::Configuration& before) -> Outcome;

  /// SAs that IKE makes, from now on. What cannot be written is said in the log.
  void log_esp(const sa::SaParameters& sa);
  void log_ike(std::string_view row);

  /// Removes the files again, for a start that failed.
  void discard();

 private:
  [[nodiscard]] auto append_made_by_hand(const config::Configuration& configuration,
                                         const config::Configuration* before) -> Outcome;
  void complain(const Outcome& outcome);

  Log& log_;
  KeyFile esp_;
  KeyFile ike_;
};

}  // namespace esplanade::daemon
