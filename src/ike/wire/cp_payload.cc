// Configuration payloads (RFC 7296, 3.15).
#include "core/reader.h"
#include "ike/wire/families.h"

namespace esplanade::ike::wire {
namespace {

using core::Code;
using core::failure;

constexpr std::size_t payload_header_size = 4;
constexpr std::uint16_t reserved_bit = 0x8000;

// Ours: an attribute costs an allocation and pays four octets. Split routes by INTERNAL_IP4_SUBNET
// are the many of real life.
constexpr std::size_t max_attributes = 256;

struct Sizes {
  std::uint16_t type;
  std::size_t size;  ///< or none, in a request
};

// RFC 7296, 3.15.1 (IKE2-3.15.1-01): those of one size.
constexpr auto sizes = std::to_array<Sizes>({
    {1, 4},    // INTERNAL_IP4_ADDRESS
    {2, 4},    // INTERNAL_IP4_NETMASK
    {3, 4},    // INTERNAL_IP4_DNS
    {4, 4},    // INTERNAL_IP4_NBNS
    {6, 4},    // INTERNAL_IP4_DHCP
    {8, 17},   // INTERNAL_IP6_ADDRESS
    {10, 16},  // INTERNAL_IP6_DNS
    {12, 16},  // INTERNAL_IP6_DHCP
    {13, 8},   // INTERNAL_IP4_SUBNET
    {15, 17},  // INTERNAL_IP6_SUBNET
});

auto is_attribute_size(std::uint16_t type, std::size_t size) -> bool {
  const auto* const row = std::ranges::find(sizes, type, &Sizes::type);
  return row == sizes.end() || size == 0 || size == row->size;
}

}  // namespace

auto parse_cp(const RawPayload& raw) -> core::Result<Payload> {
  core::Reader r{raw.body};
  CpPayload payload{.type = iana::CfgType{r.u8()}, .attributes = {}};
  r.skip(payload_header_size - 1);
  while (r.more()) {
    const auto at = r.offset();
    const auto type = static_cast<std::uint16_t>(r.u16() & ~reserved_bit);
    const auto value = r.take(r.u16());
    if (payload.attributes.size() == max_attributes) return failure(Code::too_long, at);
    if (!is_attribute_size(type, value.size())) return failure(Code::bad_length, at);
    payload.attributes.push_back({.type = type, .value = owned(value)});
  }
  if (!r.finished()) return failure(Code::too_short, r.offset());
  return payload;
}

void write_body(const CpPayload& payload, Append& out) {
  out.u8(std::to_underlying(payload.type)).zeroes(payload_header_size - 1);
  for (const auto& [type, value] : payload.attributes) {
    core::ensure((type & reserved_bit) == 0);
    out.u16(type);
    out.fill16(out.gap16(), value.size());
    out.octets(value);
  }
}

}  // namespace esplanade::ike::wire
