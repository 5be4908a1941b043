// A configuration, or what is wrong with one, as a JSON object and a newline. Never keys.
#pragma once

#include "config/configuration.h"

#include <string>

namespace esplanade::cli {

/// {"valid":true,"connections":[...],"ike":[...],"warnings":[...]}: by hand, and by IKE.
[[nodiscard]] auto to_json(const config::Configuration& configuration) -> std::string;

/// {"valid":false,"complaints":[...]}
[[nodiscard]] auto to_json(const config::Complaints& complaints) -> std::string;

}  // namespace esplanade::cli
