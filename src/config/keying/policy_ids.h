// Numbers for the SPD entries of children, the same at every load of the same names.
#pragma once

#include "policy/connection.h"

#include <span>

namespace esplanade::config::keying {

/// Fills in `policy` of every child: a hash of the names of connection and child; where two meet,
/// the later by name takes the next number that is free.
void number_policies(std::span<policy::Connection> connections);

}  // namespace esplanade::config::keying
