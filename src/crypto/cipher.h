// A cipher without integrity and with one key, over batches: half of encrypt-then-MAC, never used
// alone. Padding is the caller's: `in` is a multiple of the block.
//
// The object holds the key and belongs to one thread. `in` and `out` have equal size and are the
// same octets or do not overlap. Allocates: never after construction.
#pragma once

#include "core/bytes.h"
#include "core/ensure.h"

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

/// ENCR_NULL (RFC 2410), so that an SA without confidentiality is no case of its own.
class NullCipher final : public Cipher {
 public:
  void encrypt(std::span<const CipherJob> jobs) noexcept override { copy_all(jobs); }
  void decrypt(std::span<const CipherJob> jobs) noexcept override { copy_all(jobs); }

 private:
  static void copy_all(std::span<const CipherJob> jobs) noexcept {
    for (const auto& job : jobs) {
      core::ensure(job.in.size() == job.out.size());
      if (job.in.data() != job.out.data()) core::copy(job.in, job.out);
    }
  }
};

}  // namespace esplanade::crypto
