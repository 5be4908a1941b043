#include "platform/unique_fd.h"

#include <unistd.h>

namespace esplanade::platform {

UniqueFd::~UniqueFd() {
  if (is_open()) ::close(descriptor_);
}

}  // namespace esplanade::platform
