// What IKE has to tell the operator: one event, its fields in a fixed order, and for failures the
// sentence that says what to do. The daemon writes it as one line; tests read the fields.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace esplanade::ike {

enum class Level : std::uint8_t { info, warning, error };

struct Notice {
  Level level = Level::info;
  /// snake_case: "ike_established", "child_established", "negotiation_failed", ...
  std::string event;
  /// connection, session, path, ... and for failures `why`, `hint`, `line`.
  std::vector<std::pair<std::string, std::string>> fields;
  /// Caused by somebody who has not proven who they are: the daemon writes few of these a second.
  bool is_strangers = false;
};

}  // namespace esplanade::ike
