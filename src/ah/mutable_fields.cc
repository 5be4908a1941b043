#include "ah/mutable_fields.h"

#include "iana/ip_protocol.h"
#include "net/ipv4.h"
#include "net/ipv6.h"

#include <algorithm>

namespace esplanade::ah {
namespace {

using core::MutableView;
using core::View;
using iana::IpProtocol;
using sa::Direction;

void clear(MutableView octets) noexcept { std::ranges::fill(octets, std::byte{0}); }

auto octet(View bytes, std::size_t at) noexcept -> std::size_t {
  return std::to_integer<std::size_t>(bytes[at]);
}

// IANA "IP Option Numbers", those RFC 4302, A1 decides about.
enum class Option : std::uint8_t {
  end = 0,
  no_operation = 1,
  security = 130,
  loose_source_route = 131,
  extended_security = 133,
  commercial_security = 134,
  strict_source_route = 137,
  router_alert = 148,
  sender_directed_delivery = 149,
};

/// All others are zeroed as a whole: those A1 lists so, and those it does not know (3.3.3.1.1.2).
auto is_immutable(Option option) noexcept -> bool {
  using enum Option;
  return option == security || option == extended_security || option == commercial_security ||
         option == router_alert || option == sender_directed_delivery;
}

/// The last hop of a source route that is not yet used up is where the packet arrives (RFC 791,
/// 3.1; TRAP-AH-03).
auto predict_destination(MutableView header, View route) noexcept -> bool {
  constexpr std::size_t destination_at = 16;
  constexpr std::size_t address_size = 4;
  if (route.size() < 3) return false;
  const auto next_hop_at = octet(route, 2);  // counted from 1
  if (next_hop_at > route.size()) return true;
  if (route.size() < 3 + address_size) return false;
  core::copy(route.last(address_size), header.subspan(destination_at, address_size));
  return true;
}

auto is_source_route(Option option) noexcept -> bool {
  return option == Option::loose_source_route || option == Option::strict_source_route;
}

auto blank_ipv4_options(MutableView header, Direction direction) noexcept -> bool {
  for (auto rest = header.subspan(net::ipv4_min_header); !rest.empty();) {
    const auto option = static_cast<Option>(rest[0]);
    if (option == Option::end) return true;  // and repetitions of it (AH-A1-04)
    if (option == Option::no_operation) {
      rest = rest.subspan(1);
      continue;
    }
    const auto size = rest.size() < 2 ? 0 : octet(rest, 1);
    if (size < 2 || size > rest.size()) return false;
    const auto whole = rest.first(size);
    if (is_source_route(option) && direction == Direction::outbound &&
        !predict_destination(header, whole)) {
      return false;
    }
    if (!is_immutable(option)) clear(whole);
    rest = rest.subspan(size);
  }
  return true;
}

auto blank_ipv4(MutableView header, Direction direction) noexcept -> bool {
  if (header.size() < net::ipv4_min_header) return false;
  clear(header.subspan(1, 1));   // DSCP and ECN
  clear(header.subspan(6, 3));   // flags, fragment offset, TTL
  clear(header.subspan(10, 2));  // checksum
  return blank_ipv4_options(header, direction);
}

/// RFC 8200, 4.2: a bit says of each whether its data may change; type and length stay.
auto blank_ipv6_options(MutableView options) noexcept -> bool {
  constexpr auto pad1 = std::byte{0};
  constexpr auto home_address = std::byte{0xc9};
  constexpr auto may_change = std::byte{0x20};
  while (!options.empty()) {
    if (options[0] == pad1) {
      options = options.subspan(1);
      continue;
    }
    if (options.size() < 2 || options[0] == home_address) return false;
    const auto size = octet(options, 1);
    if (size > options.size() - 2) return false;
    if ((options[0] & may_change) != std::byte{0}) clear(options.subspan(2, size));
    options = options.subspan(2 + size);
  }
  return true;
}

/// Each stop swaps the destination with the next address (RFC 2460, 4.4), so at the last one the
/// addresses left have moved on by one place.
auto predict_route(MutableView destination, MutableView route) noexcept -> bool {
  constexpr std::size_t addresses_at = 8;
  constexpr std::size_t address_size = 16;
  const auto type = octet(route, 2);
  if (type != 0 && type != 2) return false;
  const auto left = octet(route, 3) * address_size;
  const auto addresses = route.subspan(addresses_at);
  if (left > addresses.size() || addresses.size() % address_size != 0) return false;
  if (left == 0) return true;
  const auto moving = addresses.last(left);
  std::ranges::rotate(moving, moving.end() - address_size);
  std::ranges::swap_ranges(moving.first(address_size), destination);
  route[3] = std::byte{0};
  return true;
}

auto blank_extension(IpProtocol kind, MutableView destination, MutableView extension,
                     Direction direction) noexcept -> bool {
  using enum IpProtocol;
  if (kind == hop_by_hop || kind == destination_options) {
    return blank_ipv6_options(extension.subspan(2));
  }
  if (kind != routing) return false;
  if (direction == Direction::outbound) return predict_route(destination, extension);
  return extension[2] == std::byte{0} || extension[2] == std::byte{2};
}

auto blank_ipv6(MutableView headers, Direction direction) noexcept -> bool {
  if (headers.size() < net::ipv6_header_size) return false;
  headers[0] = std::byte{0x60};
  clear(headers.subspan(1, 3));  // traffic class and flow label
  clear(headers.subspan(7, 1));  // hop limit
  const auto destination = headers.subspan(24, 16);
  auto kind = static_cast<IpProtocol>(headers[6]);
  for (auto rest = headers.subspan(net::ipv6_header_size); !rest.empty();) {
    const auto size = rest.size() < 8 ? 0 : (octet(rest, 1) + 1) * 8;
    if (size == 0 || size > rest.size()) return false;
    if (!blank_extension(kind, destination, rest.first(size), direction)) return false;
    kind = static_cast<IpProtocol>(rest[0]);
    rest = rest.subspan(size);
  }
  return true;
}

}  // namespace

auto blank_mutable_fields(MutableView headers, Direction direction) noexcept -> bool {
  if (headers.empty()) return false;
  const bool is_ipv6 = std::to_integer<unsigned>(headers[0]) >> 4 == 6;
  return is_ipv6 ? blank_ipv6(headers, direction) : blank_ipv4(headers, direction);
}

auto is_covered(View headers, Direction direction) noexcept -> bool {
  if (headers.size() > longest_headers) return false;
  std::array<std::byte, longest_headers> copy;
  core::copy(headers, copy);
  return blank_mutable_fields(MutableView(copy).first(headers.size()), direction);
}

}  // namespace esplanade::ah
