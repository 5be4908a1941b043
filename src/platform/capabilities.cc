#include "platform/capabilities.h"

#include <cap-ng.h>
#include <linux/securebits.h>
#include <sys/prctl.h>

namespace esplanade::platform {

auto drop_to(std::initializer_list<unsigned> capabilities) -> SystemResult<void> {
  capng_get_caps_process();
  const bool may_bound = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP) != 0;
  const auto secure_bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED;
  if (may_bound && ::prctl(PR_SET_SECUREBITS, secure_bits, 0, 0, 0) != 0) {
    return system_failure("take privileges from user id 0");
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return system_failure("rule out new privileges");
  }
  capng_clear(CAPNG_SELECT_ALL);
  const auto sets = static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED);
  for (const auto capability : capabilities) {
    if (capng_update(CAPNG_ADD, sets, capability) != 0) {
      return system_failure("keep capability " + std::to_string(capability), EINVAL);
    }
  }
  if (capng_apply(may_bound ? CAPNG_SELECT_ALL : CAPNG_SELECT_CAPS) != 0)
    return system_failure("drop capabilities");
  return {};
}

}  // namespace esplanade::platform
