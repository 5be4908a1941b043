// Authenticated encryption with one key, over batches (RFC 5116).
//
//   std::array<SealJob, n> jobs = ...;       // one a packet
//   aead.seal(jobs);
//
// With AES-GMAC (RFC 4543) all of a packet is associated data, and `in` is empty.
//
// The object holds the key and belongs to one thread. `in` and `out` have equal size and are the
// same octets or do not overlap. Allocates: never after construction.
#pragma once

#include "core/bytes.h"

#include <memory>

namespace esplanade::crypto {

struct SealJob {
  core::View nonce;  ///< nonce_size octets, never twice with one key
  core::View aad;
  core::View aad_tail;  ///< more of it that stands elsewhere in memory; none for CCM
  core::View in;
  core::MutableView out;
  core::MutableView tag;  ///< tag_size octets
};

struct OpenJob {
  core::View nonce;
  core::View aad;
  core::View aad_tail;
  core::View in;
  core::View tag;
  core::MutableView out;      ///< wiped if the packet is not authentic
  bool is_authentic = false;  ///< the answer; compared in constant time by the provider
};

class Aead {
 public:
  Aead() = default;
  Aead(const Aead&) = delete;
  auto operator=(const Aead&) -> Aead& = delete;
  virtual ~Aead() = default;
  virtual void seal(std::span<SealJob> jobs) noexcept = 0;
  virtual void open(std::span<OpenJob> jobs) noexcept = 0;

  /// How many octets of the object, from its first on, the jobs of a short packet touch: what is
  /// worth being asked for before them where there are many keys.
  [[nodiscard]] virtual auto hot_octets() const noexcept -> std::size_t { return 64; }
};

}  // namespace esplanade::crypto
