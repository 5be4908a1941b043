// Why each connection is not up: the last failure IKE has told of, until it is up.
//
// Bounded by the connections there are; what concerns none of them is not kept.
#pragma once

#include "core/time.h"
#include "ike/notice.h"

#include <map>
#include <string>
#include <vector>

namespace esplanade::daemon {

struct LastFailure {
  std::string event, why, hint, line;
  core::WallTime when;
  std::uint64_t times = 0;  ///< in a row
};

class Failures {
 public:
  /// Forgets those of connections that are gone.
  void keep_only(const std::vector<std::string>& connections);
  /// A failure of a connection, or its end.
  void hear(const ike::Notice& notice, core::WallTime now);

  /// By connection.
  [[nodiscard]] auto all() const noexcept -> const std::map<std::string, LastFailure>& {
    return last_;
  }

 private:
  std::vector<std::string> connections_;
  std::map<std::string, LastFailure> last_;
};

}  // namespace esplanade::daemon
