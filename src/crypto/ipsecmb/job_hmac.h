// HMAC by jobs (RFC 2404, RFC 4868): digests of many packets beside each other.
#pragma once

#include "core/secret.h"
#include "crypto/integrity.h"
#include "crypto/ipsecmb/manager.h"

#include <memory>

namespace esplanade::crypto::ipsecmb {

class Hmac final : public Integrity {
 public:
  /// nullptr for what the library has not, and for keys longer than the digest's block. `whole`
  /// does what stands in two pieces.
  [[nodiscard]] static auto make(const IMB_MGR& manager, Variant variant, iana::IntegrityId id,
                                 core::View key, std::unique_ptr<Integrity> whole)
      -> std::unique_ptr<Integrity>;

  void sign(std::span<const SignJob> jobs) noexcept override;
  void verify(std::span<VerifyJob> jobs) noexcept override;

 private:
  struct Digest {
    iana::IntegrityId id;
    IMB_HASH_ALG algorithm;
    std::size_t block, icv;
    hash_one_block_t IMB_MGR::* one_block;
  };
  static const std::array<Digest, 4> digests;

  Hmac(const IMB_MGR& manager, Variant variant, const Digest& digest, core::View key,
       std::unique_ptr<Integrity> whole) noexcept;
  void fill(IMB_JOB& job, core::View data, std::uint8_t* icv) const noexcept;
  void verify_some(std::span<VerifyJob> jobs) const noexcept;

  static constexpr std::size_t longest_state = 64;
  const Digest& digest_;
  Variant variant_;
  std::unique_ptr<Integrity> whole_;
  alignas(64) std::array<std::byte, longest_state> inner_{};
  alignas(64) std::array<std::byte, longest_state> outer_{};

 public:
  ~Hmac() override {
    core::wipe(inner_);
    core::wipe(outer_);
  }
};

}  // namespace esplanade::crypto::ipsecmb
