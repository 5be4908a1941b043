#include "config/keying/addresses.h"

#include <algorithm>

namespace esplanade::config::keying {
namespace {

constexpr std::size_t longest_name = 253;  // RFC 1035, 2.3.4, without the root's dots

auto is_any(std::string_view text) -> bool {
  return text == "%any" || text == "%any4" || text == "%any6" || text == "0.0.0.0" || text == "::";
}

auto is_name_character(char c) -> bool {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

/// A name of a host; not an address with a slip in it.
auto is_host_name(std::string_view text) -> bool {
  const auto is_number = text.find_first_not_of("0123456789.-") == std::string_view::npos;
  return !text.empty() && text.size() <= longest_name && !is_number &&
         std::ranges::all_of(text, is_name_character) && text.front() != '.' &&
         text.front() != '-' && text.find("..") == std::string_view::npos;
}

auto is_usable(const net::Range& range) -> bool {
  return range.first() != range.last() || check::is_host(range.first());
}

auto parse_one(std::string_view text) -> check::Parsed<policy::PeerAddress> {
  const auto range = net::Range::parse(text);
  if (range && is_usable(*range)) return policy::PeerAddress{std::string(text), *range};
  if (!range && is_host_name(text)) return policy::PeerAddress{std::string(text), std::nullopt};
  return std::unexpected(
      check::Misfit{.wanted = "a list of addresses, prefixes, ranges and names, or %any",
                    .found = std::string(text),
                    .hint = {}});
}

}  // namespace

auto parse_peer_addresses(std::string_view text)
    -> check::Parsed<std::vector<policy::PeerAddress>> {
  const auto items = check::split_list(text);
  if (std::ranges::any_of(items, is_any, &check::Item::text)) {
    return std::vector<policy::PeerAddress>();
  }
  return check::parse_list<policy::PeerAddress>(text, parse_one);
}

auto is_destination(const policy::PeerAddress& address) -> bool {
  return !address.range || address.range->first() == address.range->last();
}

}  // namespace esplanade::config::keying
