// Notify payloads (RFC 7296, 3.10).
#include "core/reader.h"
#include "ike/wire/families.h"

namespace esplanade::ike::wire {
namespace {

using iana::SecurityProtocol;

/// IKE2-3.10-02: what speaks of the IKE SA has no SPI, what speaks of ESP or AH one of theirs.
auto is_spi_size(SecurityProtocol protocol, std::size_t size) -> bool {
  if (protocol == SecurityProtocol::ike) return size == 0;
  if (protocol == SecurityProtocol::ah || protocol == SecurityProtocol::esp) {
    return size == 0 || size == 4;
  }
  return true;
}

}  // namespace

auto parse_notify(const RawPayload& raw) -> core::Result<Payload> {
  core::Reader r{raw.body};
  NotifyPayload payload{.protocol = SecurityProtocol{r.u8()}, .spi = {}, .data = {}};
  const std::size_t spi_size = r.u8();
  payload.type = iana::NotifyType{r.u16()};
  payload.spi = owned(r.take(spi_size));
  payload.data = owned(r.rest());
  if (!r.finished()) return core::failure(core::Code::too_short, r.offset());
  if (!is_spi_size(payload.protocol, spi_size)) return core::failure(core::Code::bad_length, 1);
  return payload;
}

void write_body(const NotifyPayload& payload, Append& out) {
  out.u8(std::to_underlying(payload.protocol)).u8(octet_count(payload.spi.size()));
  out.u16(std::to_underlying(payload.type)).octets(payload.spi).octets(payload.data);
}

}  // namespace esplanade::ike::wire
