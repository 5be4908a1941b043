// The kernel's random generator behind core::Random.
//
// Asks for 4 KiB at a time, for a system call per IV would cost more than the cipher. Octets are
// wiped as they are handed out.
//
// Errors: aborts when the kernel cannot deliver.
// Threads: one owner. After fork() parent and child would hand out the same octets: an instance
// is made behind the fork, never before it.
#pragma once

#include "core/random.h"

#include <array>

namespace esplanade::platform {

class SystemRandom : public core::Random {
 public:
  ~SystemRandom() override;
  void fill(core::MutableView out) noexcept override;

 private:
  std::array<std::byte, 4096> pool_{};
  std::size_t left_ = 0;  ///< octets at the end of pool_ that nobody has had
};

}  // namespace esplanade::platform
