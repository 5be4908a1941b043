// Pseudorandom functions of IKE, and prf+ (RFC 7296, 2.13).
//
//   const auto skeyseed = provider.prf(id, nonces, {{shared}});
//
// Any key length is taken: HMAC hashes long ones (RFC 2104), AES-XCBC and AES-CMAC bring keys to
// 128 bits by RFC 4434 and RFC 4615.
#pragma once

#include "core/secret.h"
#include "iana/ikev2_transforms.h"

#include <initializer_list>
#include <memory>
#include <span>

namespace esplanade::crypto {

struct PrfInfo {
  iana::PrfId id;
  std::string_view name;
  std::uint8_t key_size;     ///< preferred: the size of SK_d, SK_pi and SK_pr
  std::uint8_t output_size;  ///< octets
  /// SKEYSEED takes only the first 8 octets of each nonce as key (IKE2-2.14-01).
  bool has_fixed_key;
  std::string_view reference;
};

[[nodiscard]] auto prf_algorithms() noexcept -> std::span<const PrfInfo>;
/// nullptr for what is not provided.
[[nodiscard]] auto find_prf(iana::PrfId id) noexcept -> const PrfInfo*;

/// Longest output: HMAC-SHA2-512.
using PrfOutput = core::Secret<64>;

/// Keyed; belongs to one thread.
class Prf {
 public:
  Prf() = default;
  Prf(const Prf&) = delete;
  auto operator=(const Prf&) -> Prf& = delete;
  virtual ~Prf() = default;
  /// prf(key, all parts one behind the other).
  [[nodiscard]] virtual auto compute(std::span<const core::View> parts) noexcept -> PrfOutput = 0;
  [[nodiscard]] auto compute(std::initializer_list<core::View> parts) noexcept -> PrfOutput {
    return compute(std::span(parts.begin(), parts.size()));
  }
};

/// prf+(key, seed): fills `out`, at most 255 times the output size, else a bug (IKE2-2.13-01).
void prf_plus(Prf& prf, core::View seed, core::MutableView out) noexcept;

}  // namespace esplanade::crypto
