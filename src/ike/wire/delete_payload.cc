// Delete payloads (RFC 7296, 3.11).
#include "core/reader.h"
#include "ike/wire/families.h"

namespace esplanade::ike::wire {
namespace {

using iana::SecurityProtocol;

/// IKE2-3.11-01
auto spi_size_of(SecurityProtocol protocol) -> std::size_t {
  return protocol == SecurityProtocol::ike ? 0 : sizeof(core::Spi);
}

}  // namespace

auto parse_delete(const RawPayload& raw) -> core::Result<Payload> {
  core::Reader r{raw.body};
  DeletePayload payload{.protocol = SecurityProtocol{r.u8()}, .spis = {}};
  const std::size_t spi_size = r.u8();
  const std::size_t count = r.u16();
  if (r.failed()) return core::failure(core::Code::too_short, raw.body.size());
  if (spi_size != spi_size_of(payload.protocol)) return core::failure(core::Code::bad_length, 1);
  if (raw.body.size() != r.offset() + spi_size * count) {
    return core::failure(core::Code::bad_length, 2);
  }
  while (r.more()) payload.spis.emplace_back(core::Spi{r.u32()});
  return payload;
}

void write_body(const DeletePayload& payload, Append& out) {
  const auto spi_size = spi_size_of(payload.protocol);
  core::ensure(spi_size != 0 || payload.spis.empty());
  out.u8(std::to_underlying(payload.protocol)).u8(octet_count(spi_size));
  out.fill16(out.gap16(), payload.spis.size());
  for (const auto spi : payload.spis) out.u32(std::to_underlying(spi));
}

}  // namespace esplanade::ike::wire
