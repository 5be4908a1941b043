// Giving up what a daemon that has been started as root does not need (capabilities(7)).
//
//   TRY(drop_to({CAP_NET_ADMIN, CAP_NET_RAW}));       // for good: not even exec() brings more back
#pragma once

#include "platform/system_error.h"

#include <linux/capability.h>

#include <initializer_list>

namespace esplanade::platform {

/// Keeps only `capabilities`, effective and permitted; all others leave the bounding set too
/// where the process has CAP_SETPCAP to do that with. The user id stays. Programs that are run
/// later get no privileges from their files (no_new_privs) nor from user id 0 (SECBIT_NOROOT,
/// locked). For the calling thread and those it makes: call it before there are others.
[[nodiscard]] auto drop_to(std::initializer_list<unsigned> capabilities) -> SystemResult<void>;

}  // namespace esplanade::platform
