// What the tests of the codec share: octets typed with spaces, and chains of one payload.
#pragma once

#include "core/endian.h"
#include "ike/wire/message.h"

#include <algorithm>
#include <string>

namespace esplanade::ike::wire {

/// "01 02 0304", in lines as the RFC draws its boxes.
[[nodiscard]] inline auto hex(std::string text) -> core::Bytes {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  return core::from_hex(text).value();
}

/// A chain of one payload with this body.
[[nodiscard]] inline auto chain_of(core::View body) -> core::Bytes {
  const auto length = static_cast<std::uint16_t>(body.size() + 4);
  core::Bytes chain(4);
  core::store_be(length, core::MutableView{chain}, 2);
  chain.insert(chain.end(), body.begin(), body.end());
  return chain;
}

[[nodiscard]] inline auto parse_one(iana::PayloadType type, core::View body)
    -> core::Result<Payload> {
  auto payloads = parse_payloads(type, chain_of(body));
  if (!payloads) return std::unexpected(payloads.error());
  core::ensure(payloads->size() == 1);
  return std::move(payloads->front());
}
[[nodiscard]] inline auto parse_one(iana::PayloadType type, const std::string& body)
    -> core::Result<Payload> {
  return parse_one(type, hex(body));
}

/// Why a body is refused; an offset of 4 is the body's first octet.
[[nodiscard]] inline auto refusal(iana::PayloadType type, const std::string& body) -> core::Error {
  const auto parsed = parse_one(type, body);
  return parsed ? core::Error{.code = core::Code::system, .where = {}} : parsed.error();
}

/// The body of one payload as written.
[[nodiscard]] inline auto body_of(const Payload& payload) -> core::Bytes {
  const auto chain = write_payloads({payload});
  return {chain.begin() + 4, chain.end()};
}

}  // namespace esplanade::ike::wire
