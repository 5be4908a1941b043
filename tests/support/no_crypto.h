// A provider whose AEADs do nothing and find all packets authentic: what is left of a road's cost
// is the road's own.
#pragma once

#include "crypto/provider.h"

namespace esplanade::test {

class NoAead final : public crypto::Aead {
 public:
  void seal(std::span<crypto::SealJob>) noexcept override {}
  void open(std::span<crypto::OpenJob> jobs) noexcept override {
    for (auto& job : jobs) job.is_authentic = true;
  }
};

class NoCrypto final : public crypto::Provider {
 public:
  [[nodiscard]] auto name() const noexcept -> std::string_view override { return "none"; }
  [[nodiscard]] auto make_aead(iana::EncryptionId, core::View)
      -> core::Result<std::unique_ptr<crypto::Aead>> override {
    return std::make_unique<NoAead>();
  }
  [[nodiscard]] auto make_cipher(iana::EncryptionId, core::View)
      -> core::Result<std::unique_ptr<crypto::Cipher>> override {
    return core::failure(core::Code::unsupported);
  }
  [[nodiscard]] auto make_integrity(iana::IntegrityId, core::View)
      -> core::Result<std::unique_ptr<crypto::Integrity>> override {
    return core::failure(core::Code::unsupported);
  }
  [[nodiscard]] auto make_prf(iana::PrfId, core::View)
      -> core::Result<std::unique_ptr<crypto::Prf>> override {
    return core::failure(core::Code::unsupported);
  }
  [[nodiscard]] auto make_key_exchange(iana::KeyExchangeId, core::Random&)
      -> core::Result<std::unique_ptr<crypto::KeyExchange>> override {
    return core::failure(core::Code::unsupported);
  }
};

}  // namespace esplanade::test
