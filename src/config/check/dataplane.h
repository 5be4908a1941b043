// The `dataplane` section.
#pragma once

#include "config/check/checker.h"

namespace esplanade::config::check {

/// The defaults where it is not there. UDP ports of `connections` are opened unless
/// `encap_ports` says which; then it must hold them.
[[nodiscard]] auto read_dataplane(const syntax::Section& root,
                                  std::span<const ManualConnection> connections, Checker& check)
    -> Dataplane;

}  // namespace esplanade::config::check
