#include "platform/guard/ruleset.h"

#include "platform/guard/boxes.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

namespace esplanade::platform {
namespace {

using sa::Direction;

/// Traffic that routes lead past the TUN though it lies in a wider prefix that is protected: from
/// hosts of ours to others of ours.
struct Exemption {
  net::Range ours, inside_theirs;
  auto operator==(const Exemption&) const -> bool = default;
};

/// Rules that can stand as one.
struct Group {
  policy::Processing processing{};
  policy::Sides sides{};
  std::vector<Exemption> exemptions;
  std::map<std::pair<net::Family, Shape>, std::vector<Box>> boxes;
};

auto exemptions_of(const sa::Selectors& selectors) -> std::vector<Exemption> {
  std::vector<Exemption> exemptions;
  for (const auto& inside : sa::ours_within_theirs(selectors)) {
    for (const auto& ours : selectors.ours) {
      if (ours.addresses.family() != inside.addresses.family()) continue;
      exemptions.push_back({ours.addresses, inside.addresses});
    }
  }
  return exemptions;
}

/// In order. What a rule exempts is still subject to the rules behind it, so rules that exempt
/// different things do not stand together.
auto groups_of(const std::vector<GuardRule>& rules) -> std::vector<Group> {
  std::vector<Group> groups;
  for (const auto& rule : rules) {
    const bool is_protected = rule.processing == policy::Processing::protect;
    auto exemptions = is_protected ? exemptions_of(rule.selectors) : std::vector<Exemption>{};
    if (groups.empty() || groups.back().processing != rule.processing ||
        groups.back().sides != rule.sides || groups.back().exemptions != exemptions) {
      groups.push_back({rule.processing, rule.sides, std::move(exemptions), {}});
    }
    for (const auto& box : boxes_of(rule.selectors)) {
      groups.back().boxes[{box.family(), box.shape}].push_back(box);
    }
  }
  return groups;
}

auto name_of(Direction direction) -> std::string_view {
  return direction == Direction::inbound ? "inbound" : "outbound";
}

auto word_of(net::Family family) -> std::string_view {
  return family == net::Family::ipv4 ? "ip" : "ip6";
}

auto text_of(const net::Range& range) -> std::string {
  return fmt::format("{}-{}", range.first().to_string(), range.last().to_string());
}

auto text_of(const Box& box) -> std::string {
  auto text = fmt::format("{} . {}", text_of(box.ours), text_of(box.theirs));
  if (box.shape == Shape::addresses) return text;
  text += fmt::format(" . {}", std::to_underlying(box.protocol));
  if (box.shape == Shape::protocol) return text;
  text += fmt::format(" . {}-{}", box.ours_ports.first, box.ours_ports.last);
  if (box.shape == Shape::type) return text;
  return text + fmt::format(" . {}-{}", box.theirs_ports.first, box.theirs_ports.last);
}

auto type_of(net::Family family, Shape shape) -> std::string {
  const auto* const address = family == net::Family::ipv4 ? "ipv4_addr" : "ipv6_addr";
  auto type = fmt::format("{} . {}", address, address);
  if (shape != Shape::addresses) type += " . inet_proto";
  if (shape == Shape::ports || shape == Shape::type) type += " . inet_service";
  if (shape == Shape::ports) type += " . inet_service";
  return type;
}

/// The axes of a packet's box, as the expression that finds it in a set.
auto key_of(net::Family family, Shape shape, Direction direction) -> std::string {
  const bool is_inbound = direction == Direction::inbound;
  const auto* const ours = is_inbound ? "d" : "s";
  const auto* const theirs = is_inbound ? "s" : "d";
  const auto ip = word_of(family);
  auto key = fmt::format("{} {}addr . {} {}addr", ip, ours, ip, theirs);
  switch (shape) {
    case Shape::addresses: return key;
    case Shape::protocol:  return key + " . meta l4proto";
    case Shape::type:      return key + " . meta l4proto . th sport";
    case Shape::ports:
      return key + fmt::format(" . meta l4proto . th {}port . th {}port", ours, theirs);
  }
  core::bug();
}

auto is_fragment(net::Family family) -> std::string_view {
  return family == net::Family::ipv4 ? "ip frag-off & 0x1fff != 0" : "frag frag-off != 0";
}

class Writer {
 public:
  explicit Writer(std::string& text) : text_(text) {}

  template <class... Arguments>
  void line(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Arguments>(arguments)...);
    text_ += '\n';
  }

  /// Nothing where there are no boxes; an empty set is no error to nft, but no use either.
  void set(const std::string& name, const std::string& type, const std::vector<Box>& boxes) {
    line("set {} {{", name);
    line("type {}; flags interval; elements = {{", type);
    for (const auto& box : boxes) line("{},", text_of(box));
    line("}}");
    line("}}");
  }

 private:
  std::string& text_;
};

/// A look-up of a group: which set, by which axes.
struct Lookup {
  std::string set;
  net::Family family{};
  Shape shape{};
  bool is_for_fragments = false;  ///< those that show no ports
};

/// Fragments that show no ports are looked up without: they may be of what is protected. Of what
/// may pass they need not be.
auto fragment_boxes(const std::vector<Box>& boxes) -> std::vector<Box> {
  auto without = boxes;
  for (auto& box : without) {
    box.shape = Shape::protocol;
    box.ours_ports = box.theirs_ports = {};
  }
  return without;
}

auto write_sets(Writer& to, const std::string& name, const Group& group) -> std::vector<Lookup> {
  std::vector<Lookup> lookups;
  const auto write = [&](Lookup lookup, std::vector<Box> boxes) {
    for (const auto& layer : layers_of(std::move(boxes))) {
      lookup.set = fmt::format("{}_{}", name, lookups.size());
      to.set(lookup.set, type_of(lookup.family, lookup.shape), layer);
      lookups.push_back(lookup);
    }
  };
  for (const auto& [kind, boxes] : group.boxes) {
    const auto [family, shape] = kind;
    write({{}, family, shape}, boxes);
    const bool shows_ports = shape == Shape::ports || shape == Shape::type;
    if (!shows_ports || group.processing == policy::Processing::bypass) continue;
    write({{}, family, Shape::protocol, true}, fragment_boxes(boxes));
  }
  return lookups;
}

void write_exemptions(Writer& to, const Group& group, Direction direction) {
  const bool is_inbound = direction == Direction::inbound;
  for (const auto& [ours, inside_theirs] : group.exemptions) {
    const auto ip = word_of(ours.family());
    to.line("{} {} {} {} {} {} return", ip, is_inbound ? "daddr" : "saddr", text_of(ours), ip,
            is_inbound ? "saddr" : "daddr", text_of(inside_theirs));
  }
}

void write_group(Writer& to, const std::string& name, const Group& group) {
  const auto lookups = write_sets(to, name, group);
  for (const auto direction : {Direction::inbound, Direction::outbound}) {
    if (!policy::holds(group.sides, direction)) continue;
    const auto way = name_of(direction);
    to.line("chain {}_{} {{", name, way);
    write_exemptions(to, group, direction);
    const auto verdict = group.processing == policy::Processing::bypass
                             ? std::string("accept")
                             : fmt::format("counter name {} drop", way);
    for (const auto& [set, family, shape, is_for_fragments] : lookups) {
      const auto condition = is_for_fragments ? is_fragment(family) : std::string_view{};
      to.line("{} {} @{} {}", condition, key_of(family, shape, direction), set, verdict);
    }
    to.line("}}");
  }
}

void write_policy(Writer& to, const std::vector<Group>& groups) {
  for (std::size_t i = 0; i < groups.size(); ++i) write_group(to, fmt::format("g{}", i), groups[i]);
  for (const auto direction : {Direction::inbound, Direction::outbound}) {
    const auto way = name_of(direction);
    to.line("chain {}_policy {{", way);
    for (std::size_t i = 0; i < groups.size(); ++i) {
      if (policy::holds(groups[i].sides, direction)) to.line("jump g{}_{}", i, way);
    }
    to.line("}}");
  }
}

auto list_of(const std::vector<std::uint16_t>& ports) -> std::string {
  return fmt::format("{{ {} }}", fmt::join(ports, ", "));
}

auto list_of(const std::vector<iana::IpProtocol>& protocols) -> std::string {
  std::vector<int> numbers;
  for (const auto protocol : protocols) numbers.push_back(std::to_underlying(protocol));
  return fmt::format("{{ {} }}", fmt::join(numbers, ", "));
}

/// What routers say of packets of ours carries their first octets: the offsets are those of the
/// quoted header's protocol and of the port behind it, in bits. IPv4's has no options with us.
void write_errors_about_ours(Writer& to, const GuardPlan& plan) {
  constexpr std::string_view ipv4 = "icmp type { 3, 11, 12 } @th,64,8 0x45";
  constexpr std::string_view ipv6 = "icmpv6 type 1-4";
  if (!plan.protocols.empty()) {
    to.line("{} @th,136,8 {} accept", ipv4, list_of(plan.protocols));
    to.line("{} @th,112,8 {} accept", ipv6, list_of(plan.protocols));
  }
  if (!plan.udp_ports.empty()) {
    to.line("{} @th,136,8 17 @th,224,16 {} accept", ipv4, list_of(plan.udp_ports));
    to.line("{} @th,112,8 17 @th,384,16 {} accept", ipv6, list_of(plan.udp_ports));
  }
}

/// RFC 4861, 7.1: what has a hop limit of 255 comes from the link. IPv6 is not put together yet in
/// `input`: a fragment without ports is harmless, for its first is judged by its ports.
void write_own_protocols(Writer& to, const GuardPlan& plan) {
  if (!plan.protocols.empty()) to.line("meta l4proto {} accept", list_of(plan.protocols));
  if (!plan.udp_ports.empty()) {
    to.line("meta l4proto 17 th dport {} accept", list_of(plan.udp_ports));
    to.line("meta l4proto 17 frag frag-off != 0 accept");
  }
  write_errors_about_ours(to, plan);
}

constexpr std::string_view neighbours_pass = "icmpv6 type 133-137 ip6 hoplimit 255 accept";

/// IP of both families, before the system sees it; packet sockets have it by then.
void write_inside(Writer& to, const std::string& inside) {
  to.line("chain inside {{ type filter hook ingress device \"{}\" priority 0; policy drop; }}",
          inside);
}

void write_input(Writer& to, const GuardPlan& plan) {
  to.line("chain input {{ type filter hook input priority 0; policy accept;");
  to.line("iifname {{ \"lo\", \"{}\" }} accept", plan.tun);
  to.line("{}", neighbours_pass);
  write_own_protocols(to, plan);
  to.line("jump inbound_policy");
  to.line("}}");
}

void write_forward(Writer& to, const GuardPlan& plan) {
  to.line("chain forward {{ type filter hook forward priority 0; policy accept;");
  if (plan.inside) {
    to.line("iifname \"{}\" drop", *plan.inside);
    to.line("oifname \"{}\" drop", *plan.inside);
  }
  to.line("iifname \"{}\" accept", plan.tun);
  to.line("oifname \"{}\" accept", plan.tun);
  to.line("jump inbound_policy");
  to.line("}}");
}

/// Before source addresses are translated, which is at 100: policy speaks of those before.
void write_postrouting(Writer& to, const GuardPlan& plan) {
  to.line("chain postrouting {{ type filter hook postrouting priority 99; policy accept;");
  if (plan.inside) to.line("oifname \"{}\" drop", *plan.inside);
  to.line("oifname {{ \"lo\", \"{}\" }} accept", plan.tun);
  to.line("meta mark {:#x} accept", plan.fwmark);
  to.line("{}", neighbours_pass);
  to.line("jump outbound_policy");
  to.line("}}");
}

}  // namespace

auto ruleset(const std::string& table, const GuardPlan& plan, const GuardDrops& before)
    -> std::string {
  std::string text;
  Writer to(text);
  to.line("table inet {} {{", table);
  to.line("counter inbound {{ packets {} bytes 0 }}", before.inbound);
  to.line("counter outbound {{ packets {} bytes 0 }}", before.outbound);
  write_policy(to, groups_of(plan.rules));
  if (plan.inside) write_inside(to, *plan.inside);
  write_input(to, plan);
  write_forward(to, plan);
  write_postrouting(to, plan);
  to.line("}}");
  return text;
}

auto replacement(const std::string& table, const std::string& text) -> std::string {
  return fmt::format("add table inet {}\ndelete table inet {}\n{}", table, table, text);
}

}  // namespace esplanade::platform
