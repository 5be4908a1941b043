// Traffic Selector payloads (RFC 7296, 3.13).
#include "core/reader.h"
#include "ike/wire/families.h"

namespace esplanade::ike::wire {
namespace {

using core::Code;
using core::failure;
using iana::TsType;

constexpr std::size_t payload_header_size = 4;
constexpr std::size_t selector_header_size = 4;  // type, protocol, length: all that every type has

/// Address octets of the types we know (IKE2-3.13.1-01); 0 of the others.
auto address_size(TsType type) -> std::size_t {
  if (type == TsType::ts_ipv4_addr_range) return 4;
  return type == TsType::ts_ipv6_addr_range ? 16 : 0;
}

/// From 65535 to 0 means that ports are not to be seen: OPAQUE (IKE2-3.13.1-02).
auto is_port_range(const sa::PortRange& ports) -> bool {
  return ports.first <= ports.last || (ports.first == 65535 && ports.last == 0);
}

/// `octets` are one selector of 16 or 40 octets.
auto parse_selector(core::View octets, std::size_t address) -> core::Result<sa::TrafficSelector> {
  core::Reader r{octets};
  r.skip(1);
  const auto protocol = r.u8();
  r.skip(2);
  const auto first_port = r.u16();
  const sa::PortRange ports{.first = first_port, .last = r.u16()};
  const auto first = r.take(address);
  const auto last = r.take(address);
  if (!r.finished()) return failure(Code::bad_length, 2);
  if (!is_port_range(ports)) return failure(Code::bad_value, 4);
  if (net::Address{last} < net::Address{first}) return failure(Code::bad_value, 8);
  sa::TrafficSelector selector{
      .addresses = {net::Address{first}, net::Address{last}}, .protocol = {}, .ports = ports};
  if (protocol != 0) selector.protocol = iana::IpProtocol{protocol};
  return selector;
}

/// The next selector, whatever its type; empty if its length is none.
auto take_selector(core::View from) -> core::View {
  core::Reader r{from};
  r.skip(2);
  const std::size_t length = r.u16();
  const bool is_length = !r.failed() && length >= selector_header_size && length <= from.size();
  return is_length ? from.first(length) : core::View{};
}

void write_selector(const sa::TrafficSelector& selector, Append& out) {
  const auto& [addresses, protocol, ports] = selector;
  const bool is_ipv4 = addresses.family() == net::Family::ipv4;
  const auto type = is_ipv4 ? TsType::ts_ipv4_addr_range : TsType::ts_ipv6_addr_range;
  out.u8(std::to_underlying(type)).u8(protocol ? std::to_underlying(*protocol) : 0);
  out.fill16(out.gap16(), 8 + 2 * address_size(type));
  out.u16(ports.first).u16(ports.last);
  out.octets(addresses.first().bytes()).octets(addresses.last().bytes());
}

}  // namespace

auto parse_ts(const RawPayload& raw) -> core::Result<Payload> {
  core::Reader r{raw.body};
  const auto count = r.u8();
  r.skip(3);
  if (r.failed()) return failure(Code::too_short, raw.body.size());
  if (count == 0) return failure(Code::bad_value);  // one or more (RFC 7296, 2.9)

  TsPayload payload{.is_initiator = raw.type == iana::PayloadType::ts_i, .selectors = {}};
  auto rest = r.rest();
  for (std::size_t i = 0; i < count; ++i) {
    const auto at = raw.body.size() - rest.size();
    const auto octets = take_selector(rest);
    if (octets.empty()) return failure(Code::bad_length, at);
    rest = rest.subspan(octets.size());
    const auto address = address_size(TsType{std::to_integer<std::uint8_t>(octets.front())});
    if (address == 0) {
      ++payload.unknown;  // IKE2-2.9-10
      continue;
    }
    auto selector = parse_selector(octets, address);
    if (!selector) return failure(selector.error().code, at + selector.error().where.offset);
    payload.selectors.push_back(*selector);
  }
  if (!rest.empty()) return failure(Code::bad_length, raw.body.size() - rest.size());
  return payload;
}

void write_body(const TsPayload& payload, Append& out) {
  out.u8(octet_count(payload.selectors.size())).zeroes(payload_header_size - 1);
  for (const auto& selector : payload.selectors) write_selector(selector, out);
}

}  // namespace esplanade::ike::wire
