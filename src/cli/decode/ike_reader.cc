#include "cli/decode/ike_reader.h"

#include "ike/keys/envelope.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::cli::decode {
namespace {

using ike::wire::SkfPayload;
using ike::wire::SkPayload;

auto words_of(core::Code code) -> std::string {
  std::string words(core::name_of(code));
  std::ranges::replace(words, '_', ' ');
  return words;
}

auto malformed(std::string_view what, const core::Error& error) -> std::string {
  return fmt::format("malformed {}: {} at octet {}", what, words_of(error.code),
                     error.where.offset);
}

void refuse(IkeSeen& seen, std::string reason) {
  seen.status = Status::refused;
  seen.reason = std::move(reason);
}

/// What can be read of a message that is refused. One that just ends where another payload was
/// announced is read to its end: there is nothing wrong with what is shown.
void show_beginning(core::View octets, const core::Error& error, IkeSeen& seen) {
  auto& [header, payloads] = *seen.message;
  payloads = ike::wire::parse_partially(header.next_payload, octets.subspan(ike::wire::header_size))
                 .payloads;
  refuse(seen, malformed("IKE message", error));
  if (error.code != core::Code::too_short || error.where.offset != octets.size()) return;
  seen.status = Status::clear;
  seen.reason = "ends where its last payload announces another";
}

}  // namespace

auto IkeReader::read(core::View octets) -> IkeSeen {
  IkeSeen seen;
  const auto header = ike::wire::Header::parse(octets);
  if (!header) {
    refuse(seen, "too short for the header of an IKE message");
    return seen;
  }
  seen.message = IkeMessage{.header = *header, .payloads = {}};
  if (!seen.message->is_ikev2()) return seen;

  auto parsed = ike::wire::parse_message(octets);
  if (!parsed) {
    show_beginning(octets, parsed.error(), seen);
    return seen;
  }
  seen.message->payloads = std::move(parsed->payloads);
  open(octets, seen);
  return seen;
}

void IkeReader::open(core::View octets, IkeSeen& seen) {
  auto& payloads = seen.message->payloads;
  if (payloads.empty()) return;
  const auto* const sk = std::get_if<SkPayload>(&payloads.back());
  const auto* const skf = std::get_if<SkfPayload>(&payloads.back());
  if (sk == nullptr && skf == nullptr) return;

  seen.inner = open_with_rows(octets, sk != nullptr ? sk->body : skf->body, seen);
  if (!seen.inner) return;
  seen.status = Status::opened;
  auto chain = sk != nullptr ? Chain{.first = sk->first_inner, .octets = *seen.inner}
                             : add(seen.message->header, *skf, *seen.inner);
  if (!chain) return;
  auto inner = ike::wire::parse_payloads(chain->first, chain->octets);
  if (!inner) return refuse(seen, malformed("content of the SK payload", inner.error()));
  std::ranges::move(*inner, std::back_inserter(payloads));
}

/// With each row for these SPIs, in their order; nothing, and why, if none opens it.
auto IkeReader::open_with_rows(core::View octets, core::View body, IkeSeen& seen) const
    -> std::optional<core::Bytes> {
  seen.status = Status::no_key;
  seen.reason = "no row of the table has these SPIs";
  for (const auto& row : table_) {
    if (row.spis != seen.message->header.spis) continue;
    if (const auto* const unsupported = std::get_if<Unsupported>(&row.keys)) {
      if (seen.status == Status::no_key) seen.reason = unsupported->why;
      continue;
    }
    const auto& keys = std::get<IkeRowKeys>(row.keys);
    const auto& half = seen.message->header.is_from_initiator ? keys.i : keys.r;
    auto text = ike::keys::open(octets, body, keys.suite, half, provider_);
    if (text) {
      seen.reason.clear();
      return *std::move(text);
    }
    refuse(seen, text.error().code == core::Code::not_authentic
                     ? "bad ICV: another key, or the message was changed"
                     : malformed("SK payload", text.error()));
  }
  return std::nullopt;
}

/// The whole chain, once its last missing fragment is there.
auto IkeReader::add(const ike::wire::Header& header, const SkfPayload& fragment, core::Bytes part)
    -> std::optional<Chain> {
  const FragmentsId id{.spis = header.spis,
                       .is_from_initiator = header.is_from_initiator,
                       .is_response = header.is_response,
                       .message_id = header.message_id,
                       .total = fragment.total};
  auto& fragments = fragments_[id];
  // Only the first one names the first payload (RFC 7383, 2.5).
  if (fragment.number == 1) fragments.first_inner = fragment.first_inner;
  fragments.parts[fragment.number] = std::move(part);
  if (fragments.parts.size() < fragment.total) return std::nullopt;

  Chain chain{.first = fragments.first_inner, .octets = {}};
  for (const auto& [number, octets] : fragments.parts) {
    chain.octets.insert(chain.octets.end(), octets.begin(), octets.end());
  }
  fragments_.erase(id);
  return chain;
}

}  // namespace esplanade::cli::decode
