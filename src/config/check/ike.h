// The section `ike`: how IKE behaves towards every peer.
#pragma once

#include "config/check/checker.h"
#include "config/configuration.h"

namespace esplanade::config::check {

[[nodiscard]] auto read_ike(const syntax::Section& root, Checker& check) -> Ike;

}  // namespace esplanade::config::check
