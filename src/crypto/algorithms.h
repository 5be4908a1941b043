// A choice of algorithms that protect packets.
#pragma once

#include "iana/ikev2_transforms.h"

#include <vector>

namespace esplanade::crypto {

struct Algorithms {
  std::vector<iana::EncryptionId> encryption;
  std::vector<iana::IntegrityId> integrity;

  [[nodiscard]] auto empty() const noexcept -> bool {
    return encryption.empty() && integrity.empty();
  }
  auto operator==(const Algorithms&) const -> bool = default;
};

}  // namespace esplanade::crypto
