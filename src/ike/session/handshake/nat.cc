#include "ike/session/handshake/nat.h"

#include "core/writer.h"
#include "crypto/signature.h"
#include "ike/wire/message.h"

#include <algorithm>

namespace esplanade::ike::session {

using iana::NotifyType;

auto nat_hash(const IkeSpis& spis, const net::Endpoint& endpoint) -> core::Bytes {
  const auto address = endpoint.address.bytes();
  core::Bytes input(16 + address.size() + 2);
  core::Writer w{input};
  w.u64(std::to_underlying(spis.i)).u64(std::to_underlying(spis.r));
  w.octets(address).u16(endpoint.port);
  core::ensure(w.finished());
  const auto hash = crypto::sha1(input);
  return {hash.begin(), hash.end()};
}

auto nat_detection(const IkeSpis& spis, const net::Path& path, Encapsulation wish)
    -> wire::Payloads {
  auto source = path.ours;
  // A port no packet comes from: the peer finds that the hash does not fit.
  if (wish == Encapsulation::forced) source.port = 0;
  return {wire::NotifyPayload{.protocol = {},
                              .spi = {},
                              .type = NotifyType::nat_detection_source_ip,
                              .data = nat_hash(spis, source)},
          wire::NotifyPayload{.protocol = {},
                              .spi = {},
                              .type = NotifyType::nat_detection_destination_ip,
                              .data = nat_hash(spis, path.theirs)}};
}

auto judge_nat(const IkeSpis& spis, const net::Path& path, const wire::Payloads& payloads)
    -> std::optional<NatFindings> {
  const auto as_source = nat_hash(spis, path.theirs);
  const auto as_destination = nat_hash(spis, path.ours);
  bool has_source = false;
  bool has_destination = false;
  // A host with several addresses sends several source hashes; one that fits will do
  // (IKE2-2.23-03).
  auto found = NatFindings{.is_ours = true, .is_theirs = true};
  for (const auto& payload : payloads) {
    const auto* notify = std::get_if<wire::NotifyPayload>(&payload);
    if (notify == nullptr) continue;
    if (notify->type == NotifyType::nat_detection_source_ip) {
      has_source = true;
      if (notify->data == as_source) found.is_theirs = false;
    }
    if (notify->type == NotifyType::nat_detection_destination_ip) {
      has_destination = true;
      if (notify->data == as_destination) found.is_ours = false;
    }
  }
  return has_source && has_destination ? std::optional(found) : std::nullopt;
}

}  // namespace esplanade::ike::session
