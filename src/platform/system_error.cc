#include "platform/system_error.h"

#include <system_error>

namespace esplanade::platform {

auto SystemError::to_string() const -> std::string {
  if (number == 0) return "cannot " + what;
  return "cannot " + what + ": " + std::generic_category().message(number);
}

}  // namespace esplanade::platform
