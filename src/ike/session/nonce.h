// Nonces and key exchange payloads, the same in every exchange that makes keys.
#pragma once

#include "core/endian.h"
#include "crypto/key_exchange.h"
#include "ike/negotiate/proposals.h"
#include "ike/wire/message.h"

#include <algorithm>
#include <optional>

namespace esplanade::ike::session {

/// Half the key size of the longest PRF there is, and at least 16 octets (RFC 7296, 2.10).
inline constexpr std::size_t nonce_size = 32;

/// Answers of INVALID_KE_PAYLOAD and COOKIE that one negotiation follows.
inline constexpr std::uint32_t most_group_tries = 3;

[[nodiscard]] inline auto fresh_nonce(core::Random& random) -> core::Bytes {
  core::Bytes nonce(nonce_size);
  random.fill(nonce);
  return nonce;
}

[[nodiscard]] inline auto ke_payload(const crypto::KeyExchange& ke) -> wire::KePayload {
  const auto value = ke.public_value();
  return {.method = ke.id(), .data = {value.begin(), value.end()}};
}

[[nodiscard]] inline auto invalid_ke(iana::KeyExchangeId wanted) -> wire::NotifyPayload {
  core::Bytes data(2);
  core::store_be(std::to_underlying(wanted), core::MutableView(data), 0);
  return {.protocol = {},
          .spi = {},
          .type = iana::NotifyType::invalid_ke_payload,
          .data = std::move(data)};
}

/// The group INVALID_KE_PAYLOAD asks for, if it is one we proposed: in IKE_SA_INIT anybody can
/// send one (IKE2-1.2-07).
[[nodiscard]] inline auto wanted_group(const wire::NotifyPayload& error,
                                       const std::vector<sa::Proposal>& proposals)
    -> std::optional<iana::KeyExchangeId> {
  if (error.data.size() != 2) return std::nullopt;
  const auto wanted = iana::KeyExchangeId{core::load_be<std::uint16_t>(core::View(error.data), 0)};
  const auto ours = negotiate::key_exchange_methods(proposals);
  return std::ranges::find(ours, wanted) != ours.end() ? std::optional(wanted) : std::nullopt;
}

/// The SPI that came with the proposal that was chosen.
[[nodiscard]] inline auto offered_spi(const std::vector<sa::Proposal>& offered, std::uint8_t number)
    -> core::View {
  const auto it = std::ranges::find(offered, number, &sa::Proposal::number);
  return it == offered.end() ? core::View{} : core::View(it->spi);
}

/// The shared secret of an answer; empty without PFS. Errors: bad_value for a KE that is missing,
/// of another group, or no public value.
[[nodiscard]] inline auto finish_key_exchange(crypto::KeyExchange* ke, iana::KeyExchangeId method,
                                              const wire::Payloads& answer)
    -> core::Result<crypto::SharedSecret> {
  if (method == iana::KeyExchangeId::none) return crypto::SharedSecret{};
  const auto* theirs = wire::find<wire::KePayload>(answer);
  if (ke == nullptr || ke->id() != method || theirs == nullptr || theirs->method != method) {
    return core::failure(core::Code::bad_value);
  }
  return ke->derive(theirs->data);
}

}  // namespace esplanade::ike::session
