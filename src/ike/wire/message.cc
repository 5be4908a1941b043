#include "ike/wire/message.h"

#include "ike/wire/families.h"

#include <algorithm>

namespace esplanade::ike::wire {
namespace {

using core::Code;

constexpr std::size_t version_at = 17;
constexpr std::size_t length_at = 24;

/// The fields of the header that every message must have right.
auto check_header(const Header& header, std::size_t size) -> core::Result<void> {
  if (header.major_version != 2) return core::failure(Code::bad_version, version_at);
  // IKE2-3.1-06: a datagram longer or shorter than its message is refused.
  if (header.length != size) return core::failure(Code::bad_length, length_at);
  // IKE2-3.1-02; a notify outside of any SA may have none (RFC 7296, 1.5).
  const auto may_lack_spi = header.exchange == iana::ExchangeType::informational;
  if (header.spis.i == IkeSpi{} && !may_lack_spi) return core::failure(Code::bad_value);
  return {};
}

/// Openswan and its heirs fill messages up as IKEv1 did (RFC 2408, 3.6): nothing else may follow
/// the last payload, and nothing at all an encrypted one.
auto is_filling(const Payloads& payloads, core::View rest) -> bool {
  constexpr std::size_t alignment = 4;
  if (rest.empty()) return true;
  const bool is_encrypted =
      !payloads.empty() && (std::holds_alternative<SkPayload>(payloads.back()) ||
                            std::holds_alternative<SkfPayload>(payloads.back()));
  const bool is_zero = std::ranges::all_of(rest, [](auto octet) { return octet == std::byte{0}; });
  return !is_encrypted && rest.size() < alignment && is_zero;
}

}  // namespace

auto parse_message(core::View datagram) -> core::Result<Message> {
  const auto header = TRY(Header::parse(datagram));
  if (const auto ok = check_header(header, datagram.size()); !ok) {
    return std::unexpected(ok.error());
  }
  const auto chain = datagram.subspan(header_size);
  auto [payloads, size, error] = parse_partially(header.next_payload, chain);
  if (error) return core::failure(error->code, header_size + error->where.offset);
  if (!is_filling(payloads, chain.subspan(size))) {
    return core::failure(Code::bad_length, header_size + size);
  }
  return Message{.header = header, .payloads = std::move(payloads)};
}

auto write_message(Header header, const Payloads& payloads) -> core::Bytes {
  const auto chain = write_payloads(payloads);
  header.next_payload = first_type(payloads);
  header.length = static_cast<std::uint32_t>(header_size + chain.size());
  core::Bytes message(header_size);
  header.write(message);
  message.insert(message.end(), chain.begin(), chain.end());
  return message;
}

auto id_body(const IdPayload& payload) -> core::Bytes {
  Append out;
  write_body(payload, out);
  return std::move(out).finish();
}

auto find_notify(const Payloads& payloads, iana::NotifyType type) noexcept -> const NotifyPayload* {
  for (const auto& payload : payloads) {
    const auto* const notify = std::get_if<NotifyPayload>(&payload);
    if (notify != nullptr && notify->type == type) return notify;
  }
  return nullptr;
}

auto find_error(const Payloads& payloads) noexcept -> const NotifyPayload* {
  for (const auto& payload : payloads) {
    const auto* const notify = std::get_if<NotifyPayload>(&payload);
    if (notify != nullptr && iana::is_error(notify->type)) return notify;
  }
  return nullptr;
}

auto find_ts(const Payloads& payloads, bool is_initiator) noexcept -> const TsPayload* {
  for (const auto& payload : payloads) {
    const auto* const ts = std::get_if<TsPayload>(&payload);
    if (ts != nullptr && ts->is_initiator == is_initiator) return ts;
  }
  return nullptr;
}

auto find_id(const Payloads& payloads, bool is_initiator) noexcept -> const IdPayload* {
  for (const auto& payload : payloads) {
    const auto* const id = std::get_if<IdPayload>(&payload);
    if (id != nullptr && id->is_initiator == is_initiator) return id;
  }
  return nullptr;
}

}  // namespace esplanade::ike::wire
