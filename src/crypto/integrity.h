// A keyed MAC, truncated to its ICV, over batches: the other half of encrypt-then-MAC.
//
// `suffix` is authenticated behind `data` without standing beside it in memory: the high half of
// an extended sequence number (RFC 4303, 2.2.1).
#pragma once

#include "core/bytes.h"

namespace esplanade::crypto {

struct SignJob {
  core::View data;
  core::View suffix;
  core::MutableView icv;  ///< icv_size octets
};

struct VerifyJob {
  core::View data;
  core::View suffix;
  core::View icv;
  bool is_authentic = false;  ///< the answer; compared in constant time
};

class Integrity {
 public:
  Integrity() = default;
  Integrity(const Integrity&) = delete;
  auto operator=(const Integrity&) -> Integrity& = delete;
  virtual ~Integrity() = default;
  virtual void sign(std::span<const SignJob> jobs) noexcept = 0;
  virtual void verify(std::span<VerifyJob> jobs) noexcept = 0;
};

}  // namespace esplanade::crypto
