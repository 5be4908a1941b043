#include "platform/capabilities.h"

#include <cap-ng.h>
#include <linux/securebits.h>
#include <sys/prctl.h>

namespace esplanade::platform {

auto drop_to(std::initializer_list<unsigned> capabilities) -> SystemResult<void> {
  const auto secure_bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED;
  if (::prctl(PR_SET_SECUREBITS, secure_bits, 0, 0, 0) != 0) {
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
  if (capng_apply(CAPNG_SELECT_ALL) != 0) return system_failure("drop capabilities");
  return {};
}

}  // namespace esplanade::platform
