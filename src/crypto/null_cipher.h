// ENCR_NULL (RFC 2410): the cipher that changes nothing, so that an SA without confidentiality is
// no case of its own.
#pragma once

#include "core/ensure.h"
#include "crypto/cipher.h"

namespace esplanade::crypto {

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
