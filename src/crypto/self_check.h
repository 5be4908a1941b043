// Does a provider compute what it should, on this processor? Known answers, and then the same as
// another provider over sizes and batches of all kinds, both ways; and it refuses what was changed.
//
// Takes some milliseconds; to be asked before the provider is used.
#pragma once

#include "crypto/algorithms.h"
#include "crypto/provider.h"

namespace esplanade::crypto {

/// Those of `algorithms` that `tested` gets wrong.
[[nodiscard]] auto wrong_algorithms(Provider& tested, Provider& reference,
                                    const Algorithms& algorithms) -> Algorithms;

}  // namespace esplanade::crypto
