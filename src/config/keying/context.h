// What the readers of the sections for IKE share.
#pragma once

#include "config/check/checker.h"
#include "config/configuration.h"
#include "config/loader.h"

#include <string>

namespace esplanade::config::keying {

struct Context {
  check::Checker& check;
  Loader& files;
  const Ike& ike;         ///< what holds for all connections
  std::string main_file;  ///< credentials stand in folders beside it
};

/// A name of `certs`, `file` and so on: absolute, or from a folder of credentials.
[[nodiscard]] inline auto path_in(const Context& context, std::string_view folder,
                                  std::string_view name) -> std::string {
  if (name.starts_with('/')) return std::string(name);
  return syntax::path_beside(context.main_file, std::string(folder) + '/' + std::string(name));
}

[[nodiscard]] inline auto line_of(const Place& place) -> policy::Line {
  return {.file = place.file, .line = place.line};
}

}  // namespace esplanade::config::keying
