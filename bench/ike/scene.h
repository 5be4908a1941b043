// A gateway with one connection for everybody, and as many peers as wanted, all of one process:
// each peer has an address, an identity and a connection of its own. Pre-shared key, X25519,
// AES-GCM, one child: strongSwan's load tester measures the same.
#pragma once

#include "bench/ike/end.h"

namespace esplanade::bench {

/// What one slice of the handshakes took, a handshake.
struct Slice {
  core::Duration initiator{};
  core::Duration responder{};
  core::Duration arithmetic{};  ///< key generation and derivation of one end, timed in between
};

/// Octets an IKE SA.
struct Memory {
  double initiator = 0;
  double responder = 0;
};

class Scene {
 public:
  explicit Scene(std::uint32_t peers);

  /// Sets all IKE SAs up, each with its child.
  [[nodiscard]] auto establish() -> std::vector<Slice>;
  /// Lets the seconds pass in which new IKE SAs try whether their children can be rekeyed, and
  /// those that were replaced go. What that took, an IKE SA.
  [[nodiscard]] auto settle() -> Slice;
  /// Takes both ends apart.
  [[nodiscard]] auto measure_memory() -> Memory;

 private:
  void exchange_all();
  void ensure_established() const;
  void ensure_children(std::uint64_t count) const;

  std::uint32_t peers_;
  core::Time now_{std::chrono::hours(1)};
  End initiator_, responder_;
  std::vector<std::string> names_;
  /// Configuration is not part of an IKE SA: it stays here when the ends go.
  std::vector<policy::ConnectionPtr> connections_;
};

}  // namespace esplanade::bench
