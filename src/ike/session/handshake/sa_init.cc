#include "ike/session/handshake/sa_init.h"

#include "core/reader.h"
#include "core/writer.h"
#include "ike/session/handshake/nat.h"

namespace esplanade::ike::session {
namespace {

using iana::HashId;
using iana::NotifyType;

/// Those we verify; SHA-1 is ruled out (RFC 8247, 3.2).
constexpr auto our_hashes =
    std::to_array<HashId>({HashId::sha2_256, HashId::sha2_384, HashId::sha2_512, HashId::identity});

auto hash_notify() -> wire::NotifyPayload {
  core::Bytes data(2 * our_hashes.size());
  core::Writer w{data};
  for (const auto hash : our_hashes) w.u16(std::to_underlying(hash));
  return notify(NotifyType::signature_hash_algorithms, std::move(data));
}

}  // namespace

void append_sa_init_notifies(const IkeSa& sa, const IkeSpis& spis,
                             const policy::Connection& connection, wire::Payloads& to) {
  const auto wish =
      connection.forces_encapsulation ? Encapsulation::forced : Encapsulation::if_needed;
  for (auto& payload : nat_detection(spis, sa.path, wish)) to.push_back(std::move(payload));
  if (connection.fragmentation != policy::Fragmentation::no) {
    to.emplace_back(notify(NotifyType::ikev2_fragmentation_supported));
  }
  to.emplace_back(hash_notify());
}

void learn_from_sa_init(IkeSa& sa, const net::Path& path, const wire::Payloads& payloads) {
  // The header of a request has no responder SPI yet; ours of the response has both.
  const auto spis = sa.is_original_initiator ? sa.spis : IkeSpis{.i = sa.spis.i, .r = {}};
  sa.nat = judge_nat(spis, path, payloads).value_or(NatFindings{});
  const bool they_fragment =
      wire::find_notify(payloads, NotifyType::ikev2_fragmentation_supported) != nullptr;
  sa.has_fragmentation = they_fragment && (!sa.connection || sa.connection->fragmentation !=
                                                                 policy::Fragmentation::no);
}

auto signature_hashes(const wire::Payloads& payloads) -> std::vector<HashId> {
  std::vector<HashId> hashes;
  if (const auto* told = wire::find_notify(payloads, NotifyType::signature_hash_algorithms)) {
    core::Reader r{told->data};
    while (r.more()) hashes.push_back(HashId{r.u16()});
  }
  return hashes;
}

}  // namespace esplanade::ike::session
