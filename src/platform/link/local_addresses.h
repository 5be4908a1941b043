// The addresses that this system answers for.
#pragma once

#include "net/address.h"
#include "platform/system_error.h"

#include <vector>

namespace esplanade::platform {

/// Of all devices that are up or not, in order and each once.
[[nodiscard]] auto local_addresses() -> SystemResult<std::vector<net::Address>>;

}  // namespace esplanade::platform
