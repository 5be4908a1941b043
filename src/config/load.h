// Text to configuration: parse (sections, include, templates), then check every value.
//
//   auto configuration = load("/etc/esplanade/gw.conf", files);
//   if (!configuration) for (auto& c : configuration.error()) print(c.to_string());
#pragma once

#include "config/complaint.h"
#include "config/configuration.h"
#include "config/loader.h"

#include <string>

namespace esplanade::config {

/// Relative paths in `include` and `key_file` are taken from the folder of the file they stand in.
[[nodiscard]] auto load(const std::string& path, Loader& files) -> Checked<Configuration>;

/// What a configuration means, in sentences, for `esplanade check`. No secrets.
[[nodiscard]] auto describe(const Configuration& configuration) -> std::string;

}  // namespace esplanade::config
