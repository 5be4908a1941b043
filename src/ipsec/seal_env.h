// What the world lends a batch of outbound packets.
#pragma once

#include "core/random.h"
#include "core/time.h"

namespace esplanade::ipsec {

struct SealEnv {
  core::Time now;
  core::Random& random;
};

}  // namespace esplanade::ipsec
