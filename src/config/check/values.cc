#include "config/check/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace esplanade::config::check {
namespace {

constexpr auto no_bound = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t least_window = 32;  // RFC 4303, 3.4.3 (ESP-3.4.3-06)
constexpr std::uint64_t most_window = 65536;

auto misfit(std::string_view found, std::string wanted, std::string hint = {})
    -> std::unexpected<Misfit> {
  return std::unexpected(
      Misfit{.wanted = std::move(wanted), .found = std::string(found), .hint = std::move(hint)});
}

auto trimmed(std::string_view text) -> std::string_view {
  const auto begin = text.find_first_not_of(" \t\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\n") - begin + 1);
}

/// All of `text` as a number; nothing if it is none, or does not fit.
auto to_number(std::string_view text) -> std::optional<std::uint64_t> {
  const auto is_hex = text.starts_with("0x") || text.starts_with("0X");
  if (is_hex) text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, is_hex ? 16 : 10);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

struct Unit {
  char letter;
  std::uint64_t factor;
};

/// A number and the letter of a unit, which may stand apart; 0 is the absence of a limit.
auto parse_with_unit(std::string_view text, std::span<const Unit> units, std::uint64_t most)
    -> std::optional<std::uint64_t> {
  std::uint64_t factor = 1;
  const auto last = text.empty() ? '\0' : static_cast<char>(text.back() | 0x20);
  const auto unit = std::ranges::find(units, last, &Unit::letter);
  if (unit != units.end()) {
    factor = unit->factor;
    text = trimmed(text.substr(0, text.size() - 1));
  }
  const auto value = to_number(text);
  if (!value || *value > most / factor) return std::nullopt;
  return *value * factor;
}

auto unless_zero(std::uint64_t value) -> std::optional<std::uint64_t> {
  return value == 0 ? std::nullopt : std::optional(value);
}

auto lower(std::string_view text) -> std::string {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lowered;
}

struct Protocol {
  std::string_view name;
  std::uint8_t number;
};

/// Names of /etc/protocols beside those of iana/ip_protocol.h; others have to be given by number.
constexpr auto other_protocols = std::to_array<Protocol>({{"icmpv6", 58},
                                                          {"igmp", 2},
                                                          {"ipip", 4},
                                                          {"gre", 47},
                                                          {"ospf", 89},
                                                          {"pim", 103},
                                                          {"vrrp", 112},
                                                          {"l2tp", 115}});

auto find_protocol(std::string_view word) -> std::optional<iana::IpProtocol> {
  const auto name = lower(word);
  const auto* other = std::ranges::find(other_protocols, name, &Protocol::name);
  if (other != other_protocols.end()) return iana::IpProtocol{other->number};
  for (const auto& row : iana::ip_protocols) {
    if (lower(row.name) == name) return row.value;
  }
  const auto value = to_number(word);
  if (!value || *value == 0 || *value > 255) return std::nullopt;
  return static_cast<iana::IpProtocol>(*value);
}

auto has_ports(iana::IpProtocol protocol) -> bool {
  using enum iana::IpProtocol;
  return protocol == tcp || protocol == udp || protocol == sctp || protocol == udp_lite;
}

auto is_icmp(iana::IpProtocol protocol) -> bool {
  return protocol == iana::IpProtocol::icmp || protocol == iana::IpProtocol::icmpv6;
}

auto port_range(std::uint64_t first, std::uint64_t last) -> sa::PortRange {
  return {static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(last)};
}

struct Service {
  std::string_view name;
  std::uint16_t port;
};

/// The names of /etc/services that tunnels are made for; others have to be given by number.
constexpr auto services = std::to_array<Service>({
    {"bgp", 179},          {"bootpc", 68},       {"bootps", 67},   {"domain", 53}, {"ftp", 21},
    {"http", 80},          {"https", 443},       {"imap2", 143},   {"imaps", 993}, {"ipp", 631},
    {"ipsec-nat-t", 4500}, {"isakmp", 500},      {"kerberos", 88}, {"l2f", 1701},  {"l2tp", 1701},
    {"ldap", 389},         {"ldaps", 636},       {"mysql", 3306},  {"nfs", 2049},  {"ntp", 123},
    {"pop3", 110},         {"postgresql", 5432}, {"radius", 1812}, {"smtp", 25},   {"snmp", 161},
    {"ssh", 22},           {"syslog", 514},      {"telnet", 23},   {"tftp", 69},
});

auto parse_ports(std::string_view text) -> std::optional<sa::PortRange> {
  if (text == "any") return sa::PortRange{};
  const auto* service = std::ranges::find(services, text, &Service::name);
  if (service != services.end()) return port_range(service->port, service->port);
  const auto dash = text.find('-');
  const auto first = to_number(trimmed(text.substr(0, dash)));
  const auto last =
      dash == std::string_view::npos ? first : to_number(trimmed(text.substr(dash + 1)));
  if (!first || !last || *first > *last || *last > 65535) return std::nullopt;
  return port_range(*first, *last);
}

/// The type stands in the upper octet of the port, the code in the lower (RFC 7296, 3.13.1).
auto parse_icmp_type(std::string_view text) -> std::optional<sa::PortRange> {
  if (text == "any") return sa::PortRange{};
  const auto bracket = text.find('(');
  const auto type = to_number(text.substr(0, bracket));
  if (!type || *type > 255) return std::nullopt;
  if (bracket == std::string_view::npos) return port_range(*type << 8, *type << 8 | 255);
  if (!text.ends_with(')')) return std::nullopt;
  const auto code = to_number(text.substr(bracket + 1, text.size() - bracket - 2));
  if (!code || *code > 255) return std::nullopt;
  return port_range(*type << 8 | *code, *type << 8 | *code);
}

/// What stands between the brackets of `10.1.0.0/16[tcp/80]`.
auto parse_protocol(std::string_view text, policy::SelectorTemplate& selector)
    -> std::expected<void, Misfit> {
  const auto slash = text.find('/');
  const auto word = trimmed(text.substr(0, slash));
  if (word != "any" || slash != std::string_view::npos) {
    selector.protocol = find_protocol(word);
    if (!selector.protocol) return misfit(text, "`[protocol]` or `[protocol/port]` there");
  }
  if (slash == std::string_view::npos) return {};
  const auto port = trimmed(text.substr(slash + 1));
  if (port == "opaque") {
    return misfit(text, "without `opaque`",
                  "fragments that show no port go through children that take any port");
  }
  const auto is_icmp_type = is_icmp(*selector.protocol);
  const auto ports = is_icmp_type ? parse_icmp_type(port) : parse_ports(port);
  if (!ports) {
    return misfit(text,
                  is_icmp_type ? "ICMP with a type, or with type(code), by number"
                               : "a protocol with a port, or a range of ports",
                  is_icmp_type ? "" : "by number, or by a common name as http");
  }
  if (!is_icmp_type && !has_ports(*selector.protocol)) {
    return misfit(text, "without a port for this protocol",
                  "tcp, udp, sctp and udplite have ports");
  }
  selector.ports = *ports;
  return {};
}

auto parse_selector(std::string_view item) -> Parsed<policy::SelectorTemplate> {
  const auto bracket = std::min(item.find('['), item.size());
  const auto addresses = trimmed(item.substr(0, bracket));
  policy::SelectorTemplate selector;
  if (addresses != "dynamic") {
    const auto range = net::Range::parse(addresses);
    if (!range) {
      return misfit(item, "a list of addresses, prefixes and ranges, with commas",
                    "as 10.1.0.0/16, 10.1.0.5-10.1.0.9[tcp/80], fd01::/48, or `dynamic` for the "
                    "outer address");
    }
    selector.addresses = *range;
  }
  if (bracket == item.size()) return selector;
  if (!item.ends_with(']')) return misfit(item, "with the bracket closed at its end");
  TRY(parse_protocol(item.substr(bracket + 1, item.size() - bracket - 2), selector));
  return selector;
}

}  // namespace

auto parse_number(std::string_view text, std::uint64_t least, std::uint64_t most)
    -> Parsed<std::uint64_t> {
  const auto value = to_number(text);
  if (value && *value >= least && *value <= most) return *value;
  return misfit(text, fmt::format("a number from {} to {}", least, most));
}

auto parse_yes_no(std::string_view text) -> Parsed<bool> {
  const auto word = lower(text);
  if (word == "yes" || word == "true" || word == "enabled" || word == "1") return true;
  if (word == "no" || word == "false" || word == "disabled" || word == "0") return false;
  return misfit(text, "`yes` or `no`");
}

auto parse_time(std::string_view text) -> Parsed<std::optional<core::Duration>> {
  constexpr auto units = std::to_array<Unit>({{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}});
  constexpr std::uint64_t century = 100ULL * 365 * 86400;  // and nanoseconds of it fit
  const auto seconds = parse_with_unit(text, units, century);
  if (!seconds) return misfit(text, "a time: seconds, or a number with s, m, h or d");
  if (*seconds == 0) return std::nullopt;
  return core::Duration(std::chrono::seconds(static_cast<std::int64_t>(*seconds)));
}

auto parse_octets(std::string_view text) -> Parsed<std::optional<std::uint64_t>> {
  constexpr auto units =
      std::to_array<Unit>({{'k', 1ULL << 10}, {'m', 1ULL << 20}, {'g', 1ULL << 30}});
  const auto octets = parse_with_unit(text, units, no_bound);
  if (!octets) return misfit(text, "octets: a number, or one with k, M or G");
  return unless_zero(*octets);
}

auto parse_count(std::string_view text) -> Parsed<std::optional<std::uint64_t>> {
  const auto packets = to_number(text);
  if (!packets) return misfit(text, "a number of packets");
  return unless_zero(*packets);
}

auto parse_window(std::string_view text) -> Parsed<std::uint64_t> {
  auto window = parse_number(text, 0, most_window);
  if (window && (*window == 0 || *window >= least_window)) return window;
  return std::unexpected(
      Misfit{.wanted = fmt::format("0, or a number from {} to {}", least_window, most_window),
             .found = std::string(text),
             .hint = "packets; 0 turns the check for replays off"});
}

auto parse_copy_dscp(std::string_view text) -> Parsed<CopiedDscp> {
  constexpr auto copied = [](bool out, bool in) {
    CopiedDscp dscp{.inner = in ? sa::InnerDscp::from_outer : sa::InnerDscp::keep};
    if (!out) dscp.outer.outer.fill(0);
    return dscp;
  };
  if (text == "out") return copied(true, false);
  if (text == "in") return copied(false, true);
  auto both = parse_yes_no(text);
  if (both) return copied(*both, *both);
  both.error().wanted = "`out`, `in`, `yes` or `no`";
  return std::unexpected(std::move(both).error());
}

auto parse_copy_ecn(std::string_view text) -> Parsed<sa::Ecn> {
  return TRY(parse_yes_no(text)) ? sa::Ecn::normal : sa::Ecn::compatible;
}

auto parse_padding(std::string_view text) -> Parsed<std::uint16_t> {
  if (text == "mtu") return std::uint16_t{65535};
  auto octets = parse_number(text, 0, 65535);
  if (!octets) octets.error().wanted = "a number of octets, or `mtu`";
  return static_cast<std::uint16_t>(TRY(octets));
}

auto parse_df(std::string_view text) -> Parsed<sa::DfPolicy> {
  return TRY(parse_yes_no(text)) ? sa::DfPolicy::copy : sa::DfPolicy::clear;
}

auto parse_outer_address(std::string_view text) -> Parsed<net::Address> {
  const auto address = net::Address::parse(text);
  if (!address) {
    return misfit(text, "one IP address",
                  "keys set by hand belong to two fixed ends; names and lists are for IKE");
  }
  if (!is_host(*address)) return misfit(text, "the address of one host");
  return *address;
}

auto parse_outer_address_or_group(std::string_view text) -> Parsed<net::Address> {
  const auto address = net::Address::parse(text);
  if (address && is_group(*address)) return *address;
  return parse_outer_address(text);
}

auto parse_selector_templates(std::string_view text)
    -> Parsed<std::vector<policy::SelectorTemplate>> {
  return parse_list<policy::SelectorTemplate>(text, parse_selector);
}

auto parse_selectors(std::string_view text, const net::Address& outer)
    -> Parsed<std::vector<sa::TrafficSelector>> {
  const auto templates = TRY(parse_selector_templates(text));
  std::vector<sa::TrafficSelector> selectors;
  for (const auto& [addresses, protocol, ports] : templates) {
    selectors.push_back({.addresses = addresses.value_or(net::Range(outer, outer)),
                         .protocol = protocol,
                         .ports = ports});
  }
  return selectors;
}

auto is_group(const net::Address& address) -> bool {
  const auto first = std::to_integer<unsigned>(address.bytes()[0]);
  return address.family() == net::Family::ipv4 ? first >> 4 == 0xe : first == 0xff;
}

auto is_host(const net::Address& address) -> bool {
  const auto octets = address.bytes();
  const auto is_unspecified = std::ranges::all_of(octets, [](auto b) { return b == std::byte{}; });
  const auto first = std::to_integer<unsigned>(octets[0]);
  const auto is_ipv4 = address.family() == net::Family::ipv4;
  const auto is_group = is_ipv4 ? first >= 224 : first == 255;
  return !is_unspecified && !is_group;
}

auto split_list(std::string_view list) -> std::vector<Item> {
  std::vector<Item> items;
  for (std::size_t begin = 0; begin <= list.size();) {
    const auto end = std::min(list.find(',', begin), list.size());
    const auto part = list.substr(begin, end - begin);
    const auto blanks = std::min(part.find_first_not_of(" \t\n"), part.size());
    items.push_back({.text = trimmed(part), .offset = begin + blanks});
    begin = end + 1;
  }
  return items;
}

}  // namespace esplanade::config::check
