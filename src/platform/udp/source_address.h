// Which of the host's addresses packets to somebody leave from.
#pragma once

#include "net/address.h"

#include <optional>

namespace esplanade::platform {

/// As the system's routes say for packets marked `mark`; nothing where no route leads there.
[[nodiscard]] auto source_address_for(const net::Address& theirs, std::uint32_t mark)
    -> std::optional<net::Address>;

/// What the system takes the path MTU to `theirs` for; that of the link, or less.
[[nodiscard]] auto path_mtu_to(const net::Address& theirs, std::uint32_t mark)
    -> std::optional<std::uint16_t>;

}  // namespace esplanade::platform
