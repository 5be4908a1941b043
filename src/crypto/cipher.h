// A cipher without integrity and with one key, over batches: half of encrypt-then-MAC, never used
// alone. Padding is the caller's: `in` is a multiple of the block.
//
// The object holds the key and belongs to one thread. `in` and `out` have equal size and are the
// same octets or do not overlap. Allocates: never after construction.
#pragma once

#include "core/bytes.h"

namespace esplanade::crypto {

struct CipherJob {
  core::View iv;
  core::View in;
  core::MutableView out;
};

class Cipher {
 public:
  Cipher() = default;
  Cipher(const Cipher&) = delete;
  auto operator=(const Cipher&) -> Cipher& = delete;
  virtual ~Cipher() = default;
  virtual void encrypt(std::span<const CipherJob> jobs) noexcept = 0;
  virtual void decrypt(std::span<const CipherJob> jobs) noexcept = 0;
};

}  // namespace esplanade::crypto
