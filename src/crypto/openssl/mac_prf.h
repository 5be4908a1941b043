// A MAC as pseudorandom function of IKE (RFC 7296, 2.13).
#pragma once

#include "crypto/openssl/mac.h"
#include "crypto/prf.h"

#include <array>

namespace esplanade::crypto::openssl {

class MacPrf final : public Prf {
 public:
  explicit MacPrf(std::unique_ptr<Mac> mac) noexcept : mac_(std::move(mac)) {}

  using Prf::compute;
  [[nodiscard]] auto compute(std::span<const core::View> parts) noexcept -> PrfOutput override {
    std::array<std::byte, mac_size_max> full;
    const auto out = core::MutableView(full).first(mac_->size());
    mac_->compute(parts, out);
    PrfOutput output{out};
    core::wipe(full);
    return output;
  }

 private:
  std::unique_ptr<Mac> mac_;
};

}  // namespace esplanade::crypto::openssl
