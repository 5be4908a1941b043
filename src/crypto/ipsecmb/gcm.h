// AES-GCM and AES-GMAC, a packet a call: the library's functions for one packet are faster than its
// jobs for many.
#pragma once

#include "crypto/aead.h"
#include "crypto/ipsecmb/manager.h"

namespace esplanade::crypto::ipsecmb {

/// The library's functions for one key length.
struct GcmFunctions {
  aes_gcm_pre_t expand;
  aes_gcm_enc_dec_t seal, open;
  aes_gmac_init_t begin_mac;
  aes_gmac_update_t update_mac;
  aes_gmac_finalize_t end_mac;

  /// `key_size` in octets: 16, 24 or 32.
  [[nodiscard]] static auto of(const IMB_MGR& manager, std::size_t key_size) noexcept
      -> GcmFunctions;
};

/// With associated data that is in two pieces, all of a packet is such data.
class alignas(64) Gcm final : public Aead {
 public:
  Gcm(const GcmFunctions& functions, core::View key, std::size_t tag_size) noexcept;
  ~Gcm() override;
  void seal(std::span<SealJob> jobs) noexcept override;
  void open(std::span<OpenJob> jobs) noexcept override;
  [[nodiscard]] auto hot_octets() const noexcept -> std::size_t override { return sizeof(Gcm); }

 private:
  using Tag = std::array<std::byte, 16>;
  void seal_one(const SealJob& job, gcm_context_data& context) const noexcept;
  [[nodiscard]] auto open_one(const OpenJob& job, gcm_context_data& context) const noexcept -> bool;
  void mac(const auto& job, gcm_context_data& context, Tag& tag) const noexcept;

  GcmFunctions functions_;
  std::uint8_t tag_size_;
  alignas(64) gcm_key_data key_;  // the library wants it so, and leaves it out of its type
};

}  // namespace esplanade::crypto::ipsecmb
