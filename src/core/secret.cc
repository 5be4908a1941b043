#include "core/secret.h"

namespace esplanade::core {

auto equal_constant_time(View a, View b) noexcept -> bool {
  if (a.size() != b.size()) return false;
  volatile unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = difference | std::to_integer<unsigned>(a[i] ^ b[i]);
  }
  return difference == 0;
}

}  // namespace esplanade::core
