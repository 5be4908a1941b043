#include "ike/wire/header.h"

#include "core/reader.h"
#include "core/writer.h"

namespace esplanade::ike::wire {
namespace {

// RFC 7296, 3.1: flags; the others are cleared when sent and ignored when received (IKE2-3.1-04).
constexpr std::uint8_t flag_initiator = 0x08;
constexpr std::uint8_t flag_version = 0x10;
constexpr std::uint8_t flag_response = 0x20;

auto flags_of(const Header& header) -> std::uint8_t {
  return static_cast<std::uint8_t>((header.is_from_initiator ? flag_initiator : 0) |
                                   (header.is_higher_version ? flag_version : 0) |
                                   (header.is_response ? flag_response : 0));
}

}  // namespace

auto Header::parse(core::View message) -> core::Result<Header> {
  core::Reader r{message};
  Header header;
  header.spis.i = IkeSpi{r.u64()};
  header.spis.r = IkeSpi{r.u64()};
  header.next_payload = iana::PayloadType{r.u8()};
  const auto version = r.u8();
  header.major_version = version >> 4;
  header.minor_version = version & 0x0f;
  header.exchange = iana::ExchangeType{r.u8()};
  const auto flags = r.u8();
  header.is_from_initiator = (flags & flag_initiator) != 0;
  header.is_higher_version = (flags & flag_version) != 0;
  header.is_response = (flags & flag_response) != 0;
  header.message_id = r.u32();
  header.length = r.u32();
  if (r.failed()) return core::failure(core::Code::too_short, message.size());
  return header;
}

void Header::write(core::MutableView to) const {
  core::ensure(to.size() == header_size);
  core::Writer w{to};
  w.u64(std::to_underlying(spis.i)).u64(std::to_underlying(spis.r));
  w.u8(std::to_underlying(next_payload));
  w.u8(static_cast<std::uint8_t>(major_version << 4 | (minor_version & 0x0f)));
  w.u8(std::to_underlying(exchange)).u8(flags_of(*this)).u32(message_id).u32(length);
  core::ensure(w.finished());
}

}  // namespace esplanade::ike::wire
