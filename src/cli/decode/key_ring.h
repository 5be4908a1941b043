// The rows of an esp_sa table, ready to open ESP packets with and to verify AH.
//
// The table does not say whether an SA uses extended sequence numbers (RFC 4303, 2.2.1), so both
// are tried: first the 32 bits of the packet alone, then the 64-bit number that those 32 bits stand
// for after what was opened of the SA before, or that has a high half of 0. What opened the last
// packet of an SA is tried first for its next.
//
// Replayed packets open again: a capture is read, not let in.
#pragma once

#include "cli/decode/decoded_frame.h"
#include "cli/decode/esp_table.h"
#include "ipsec/esp_suite.h"
#include "ipsec/replay_window.h"
#include "net/verdict.h"
#include "sa/sa_parameters.h"

#include <map>

namespace esplanade::cli::decode {

/// Of ESP the octets from SPI to ICV, of AH the whole datagram; at least those of the header.
struct ProtectedPacket {
  sa::Protocol protocol{};
  net::Address src, dst;
  core::Spi spi{};
  core::View octets;
  std::size_t ah_at = 0;  ///< where AH begins
};

struct Opened {
  core::Seq64 seq;
  iana::IpProtocol next_header{};
  core::Bytes inner;
};

struct NotOpened {
  Status status{};
  std::string reason;
};

class KeyRing {
 public:
  /// `provider` outlives the ring.
  KeyRing(EspTable table, crypto::Provider& provider);

  /// With each row that matches, in their order; the first with which the packet is authentic
  /// decides.
  [[nodiscard]] auto open(const ProtectedPacket& packet) -> std::expected<Opened, NotOpened>;

 private:
  struct Key {
    EspTableRow row;  ///< without keys
    std::optional<ipsec::EspSuite> suite;
  };
  /// One SA of those that a row with wildcards stands for.
  struct SaId {
    std::size_t key = 0;
    net::Address dst;
    core::Spi spi{};
    auto operator<=>(const SaId&) const = default;
  };
  struct Seen {
    ipsec::ReplayWindow window{1024};
    sa::Esn esn{};
  };
  struct Attempt {
    sa::Esn esn{};
    core::Seq64 seq;
  };

  [[nodiscard]] auto attempts(const SaId& id, std::uint32_t low) const -> std::vector<Attempt>;
  [[nodiscard]] auto open_with(std::size_t key, const ProtectedPacket& packet)
      -> std::expected<Opened, net::Verdict>;
  /// Which of the attempts is authentic, and the octets then; ESP's are deciphered.
  [[nodiscard]] static auto authentic(ipsec::EspSuite& suite, const ProtectedPacket& packet,
                                      Attempt attempt) -> std::optional<core::Bytes>;

  std::vector<Key> keys_;
  std::map<SaId, Seen> seen_;
};

}  // namespace esplanade::cli::decode
