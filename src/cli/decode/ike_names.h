// What the registries call the numbers of an IKE message; a number that none knows, as a number.
#pragma once

#include "ike/wire/payloads.h"

#include <fmt/format.h>

#include <string>

namespace esplanade::cli::decode {

/// The row's name, or "TYPE 4711" with the word given.
template <class E, std::size_t N>
[[nodiscard]] auto name_in(const std::array<iana::Row<E>, N>& rows, E value, std::string_view word)
    -> std::string {
  const auto* const row = iana::find_row(rows, value);
  if (row != nullptr) return std::string(row->name);
  return fmt::format("{} {}", word, std::to_underlying(value));
}

/// Of IKEv2 (RFC 7296, 3.1), or of IKEv1 (RFC 2408, 3.1 and RFC 2409, 5) by the major version.
[[nodiscard]] auto exchange_name(const ike::wire::Header& header) -> std::string;
[[nodiscard]] auto payload_name(iana::PayloadType type) -> std::string;
[[nodiscard]] auto protocol_name(iana::SecurityProtocol protocol) -> std::string;
/// "ENCR_AES_CBC"; without key length.
[[nodiscard]] auto transform_name(const sa::Transform& transform) -> std::string;

}  // namespace esplanade::cli::decode
