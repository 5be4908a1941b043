// Chains of payloads: the generic header in front of each, and which parser reads what.
#include "core/reader.h"
#include "ike/wire/families.h"
#include "ike/wire/message.h"

namespace esplanade::ike::wire {
namespace {

using core::Code;
using iana::PayloadType;

struct Family {
  PayloadType type;
  auto (*parse)(const RawPayload&) -> core::Result<Payload>;
};

constexpr auto families = std::to_array<Family>({
    {PayloadType::sa, parse_sa},
    {PayloadType::ke, parse_ke},
    {PayloadType::id_i, parse_id},
    {PayloadType::id_r, parse_id},
    {PayloadType::cert, parse_cert},
    {PayloadType::cert_req, parse_cert_req},
    {PayloadType::auth, parse_auth},
    {PayloadType::nonce, parse_nonce},
    {PayloadType::notify, parse_notify},
    {PayloadType::delete_, parse_delete},
    {PayloadType::vendor_id, parse_vendor_id},
    {PayloadType::ts_i, parse_ts},
    {PayloadType::ts_r, parse_ts},
    {PayloadType::sk, parse_sk},
    {PayloadType::cp, parse_cp},
    {PayloadType::eap, parse_eap},
    {PayloadType::skf, parse_skf},
});

constexpr std::size_t generic_header_size = 4;
constexpr std::uint8_t critical_bit = 0x80;

// Ours: every payload costs an allocation or two while a stranger pays four octets. The longest
// chains of real peers (certificates, a notify for each address of MOBIKE) stay far below.
constexpr std::size_t max_payloads = 128;

auto parse_unknown(const RawPayload& raw) -> core::Result<Payload> {
  return UnknownPayload{.type = raw.type, .is_critical = raw.is_critical, .body = owned(raw.body)};
}

auto parse_body(const RawPayload& raw) -> core::Result<Payload> {
  const auto* const family = std::ranges::find(families, raw.type, &Family::type);
  return family == families.end() ? parse_unknown(raw) : family->parse(raw);
}

/// RFC 7296, 3.2. The reader's offset stays at the fault.
auto take_raw(core::Reader& r, PayloadType type, std::size_t left) -> core::Result<RawPayload> {
  if (left < generic_header_size) return core::failure(Code::too_short);
  RawPayload raw{.type = type, .next = PayloadType{r.u8()}, .body = {}};
  raw.is_critical = (r.u8() & critical_bit) != 0;
  const auto length = r.u16();
  if (length < generic_header_size) return core::failure(Code::bad_length);  // IKE2-3.2-01
  if (length > left) return core::failure(Code::too_short);
  raw.body = r.take(length - generic_header_size);
  return raw;
}

auto is_encrypted(PayloadType type) -> bool {
  return type == PayloadType::sk || type == PayloadType::skf;
}

auto shifted(core::Error error, std::size_t by) -> std::unexpected<core::Error> {
  return core::failure(error.code, error.where.offset + by);
}

struct Taken {
  Payload payload;
  PayloadType next{};
};

/// The payload behind `count` others. Errors: offsets count from its header.
auto take_payload(core::Reader& r, PayloadType type, std::size_t count, std::size_t chain_size)
    -> core::Result<Taken> {
  if (count == max_payloads) return core::failure(Code::too_long);
  const auto raw = TRY(take_raw(r, type, chain_size - r.offset()));
  auto payload = parse_body(raw);
  if (!payload) return shifted(payload.error(), generic_header_size);
  // What follows an encrypted payload's header is the type of its first inner one (IKE2-3.14-01).
  const auto next = is_encrypted(type) ? PayloadType::none : raw.next;
  return Taken{.payload = *std::move(payload), .next = next};
}

}  // namespace

auto parse_partially(PayloadType first, core::View chain) -> PartialChain {
  core::Reader r{chain};
  PartialChain partial;
  for (auto type = first; type != PayloadType::none;) {
    auto next = take_payload(r, type, partial.payloads.size(), chain.size());
    if (!next) {
      partial.error = shifted(next.error(), partial.size).error();
      return partial;
    }
    partial.payloads.push_back(std::move(next->payload));
    partial.size = r.offset();
    type = next->next;
  }
  return partial;
}

auto parse_payloads(PayloadType first, core::View chain) -> core::Result<Payloads> {
  auto partial = parse_partially(first, chain);
  if (partial.error) return std::unexpected(*partial.error);
  if (partial.size != chain.size()) return core::failure(Code::bad_length, partial.size);
  return std::move(partial.payloads);
}

auto write_payloads(const Payloads& payloads) -> core::Bytes {
  Append out;
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    const auto next = i + 1 < payloads.size() ? type_of(payloads[i + 1]) : PayloadType::none;
    const auto* const unknown = std::get_if<UnknownPayload>(&payloads[i]);
    const auto begin = out.size();
    out.u8(std::to_underlying(next));
    out.u8(unknown != nullptr && unknown->is_critical ? critical_bit : 0);  // IKE2-3.2-02
    const auto length = out.gap16();
    std::visit([&](const auto& payload) { write_body(payload, out); }, payloads[i]);
    out.fill16(length, out.size() - begin);
  }
  return std::move(out).finish();
}

auto first_type(const Payloads& payloads) noexcept -> PayloadType {
  return payloads.empty() ? PayloadType::none : type_of(payloads.front());
}

}  // namespace esplanade::ike::wire
