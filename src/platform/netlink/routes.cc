#include "platform/netlink/routes.h"

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <fmt/format.h>
#include <algorithm>

#include "platform/sockets.h"

namespace esplanade::platform {
namespace {

/// Ours in rtm_protocol: ESP's own number, which no routing daemon uses.
constexpr std::uint8_t route_protocol = IPPROTO_ESP;

constexpr std::uint32_t tun_metric = 100;
constexpr std::uint32_t unreachable_metric = 200;

constexpr auto families = {net::Family::ipv4, net::Family::ipv6};

auto name_of(net::Family family) -> const char* {
  return family == net::Family::ipv4 ? "IPv4" : "IPv6";
}

struct Attributes {
  const nlattr* destination = nullptr;
  const nlattr* table = nullptr;
};

auto attributes_of(const nlmsghdr* message) -> Attributes {
  Attributes found;
  for_each_attribute(message, sizeof(rtmsg), [&](const nlattr* attribute) {
    if (mnl_attr_get_type(attribute) == RTA_DST) found.destination = attribute;
    if (mnl_attr_get_type(attribute) == RTA_TABLE) found.table = attribute;
  });
  return found;
}

auto prefix_of(const rtmsg& header, const nlattr* destination) -> net::Prefix {
  std::array<std::byte, 16> octets{};
  const std::size_t size = header.rtm_family == AF_INET ? 4 : 16;
  if (destination != nullptr && mnl_attr_get_payload_len(destination) == size) {
    std::memcpy(octets.data(), mnl_attr_get_payload(destination), size);
  }
  return {net::Address{core::View{octets}.first(size)}, header.rtm_dst_len};
}

/// True where the thing to be removed is gone already, with the TUN or by the operator's hand.
auto is_gone(const SystemResult<void>& result) -> bool {
  const auto number = result ? 0 : result.error().number;
  return number == ESRCH || number == ENOENT || number == ENODEV || number == EAFNOSUPPORT;
}

void keep_first_error(SystemResult<void>& first, const SystemResult<void>& next) {
  if (first && !next && !is_gone(next)) first = next;
}

}  // namespace

auto Routes::install(const RoutePlan& plan) -> SystemResult<void> {
  for (const auto family : families) TRY(adopt(family));
  installed_ = adopted_;
  for (const auto& route : adopted_) adopted_rules_.insert(route.prefix.family());
  rules_ = adopted_rules_;
  TRY(add_all(plan));
  return {};
}

void Routes::abandon() {
  for (const auto family : families) {
    if (rules_.contains(family) && !adopted_rules_.contains(family)) (void)remove_rule(family);
  }
  const auto before = installed_;
  for (auto route = before.rbegin(); route != before.rend(); ++route) {
    if (!adopted_.contains(*route)) (void)remove(*route);
  }
  installed_.clear();
  rules_.clear();
}

auto Routes::replace(const RoutePlan& plan) -> SystemResult<void> {
  return remove_all_but(TRY(add_all(plan)));
}

auto Routes::extend(const RoutePlan& more) -> SystemResult<void> {
  TRY(add_all(more));
  return {};
}

auto Routes::retract(const RoutePlan& less) -> SystemResult<void> {
  SystemResult<void> result;
  for (const auto kind : {Kind::into_tun, Kind::unreachable, Kind::elsewhere}) {
    for (const auto& routed : less) {
      if ((kind == Kind::elsewhere) != (routed.way == Way::elsewhere)) continue;
      keep_first_error(result, remove({kind, routed.prefix}));
    }
  }
  return result;
}

auto Routes::add_all(const RoutePlan& plan) -> SystemResult<std::set<Route>> {
  std::set<Route> wanted;
  for (const auto kind : {Kind::elsewhere, Kind::unreachable, Kind::into_tun}) {
    for (const auto& [prefix, source, way] : plan) {
      if ((kind == Kind::elsewhere) != (way == Way::elsewhere)) continue;
      const auto is_new = wanted.insert({kind, prefix}).second;
      if (is_new) TRY(add({kind, prefix}, source));
    }
  }
  for (const auto& routed : plan) TRY(add_rule(routed.prefix.family()));
  return wanted;
}

auto Routes::remove() -> SystemResult<void> { return remove_all_but({}); }

/// Rules go first, lest a packet meet `unreachable` at a clean stop.
auto Routes::remove_all_but(const std::set<Route>& wanted) -> SystemResult<void> {
  SystemResult<void> result;
  for (const auto family : families) {
    const auto is_of_family = [&](const Route& route) { return route.prefix.family() == family; };
    const auto is_wanted = std::ranges::any_of(wanted, is_of_family);
    if (rules_.contains(family) && !is_wanted) keep_first_error(result, remove_rule(family));
  }
  const auto before = installed_;
  for (auto route = before.rbegin(); route != before.rend(); ++route) {
    if (!wanted.contains(*route)) keep_first_error(result, remove(*route));
  }
  return result;
}

/// Takes the predecessor's routes and rule, if there are any, as ours. Its routes into its TUN
/// ended with it.
auto Routes::adopt(net::Family family) -> SystemResult<void> {
  NetlinkMessage request{RTM_GETROUTE, NLM_F_DUMP};
  request.header<rtmsg>().rtm_family = static_cast<unsigned char>(system_family(family));
  const auto what = fmt::format("list {} routes", name_of(family));
  bool has_owner = false;
  auto done = netlink_.dump(request, what, [&](const nlmsghdr* message) {
    const auto route = ours(message);
    if (!route) return;
    has_owner = has_owner || route->kind == Kind::into_tun;
    adopted_.insert(*route);
  });
  if (is_gone(done)) return {};
  if (done && has_owner) {
    return system_failure(
        fmt::format("use routing table {}: another daemon's routes are in it", settings_.table),
        EBUSY);
  }
  return done;
}

auto Routes::ours(const nlmsghdr* message) const -> std::optional<Route> {
  if (message->nlmsg_type != RTM_NEWROUTE) return std::nullopt;
  if (mnl_nlmsg_get_payload_len(message) < sizeof(rtmsg)) return std::nullopt;
  const auto& header = *static_cast<const rtmsg*>(mnl_nlmsg_get_payload(message));
  const auto [destination, table] = attributes_of(message);
  if (header.rtm_protocol != route_protocol || table == nullptr ||
      mnl_attr_validate(table, MNL_TYPE_U32) < 0 || mnl_attr_get_u32(table) != settings_.table) {
    return std::nullopt;
  }
  return Route{kind_of(header.rtm_type), prefix_of(header, destination)};
}

auto Routes::type_of(Kind kind) -> unsigned char {
  switch (kind) {
    case Kind::elsewhere:   return RTN_THROW;
    case Kind::unreachable: return RTN_UNREACHABLE;
    case Kind::into_tun:    return RTN_UNICAST;
  }
  core::bug();
}

auto Routes::kind_of(unsigned char type) -> Kind {
  if (type == RTN_THROW) return Kind::elsewhere;
  return type == RTN_UNREACHABLE ? Kind::unreachable : Kind::into_tun;
}

auto Routes::message_for(const Route& route, std::uint16_t type, unsigned flags) const
    -> NetlinkMessage {
  const auto is_tun = route.kind == Kind::into_tun;
  NetlinkMessage message{type, flags};
  auto& header = message.header<rtmsg>();
  header.rtm_family = static_cast<unsigned char>(system_family(route.prefix.family()));
  header.rtm_dst_len = static_cast<unsigned char>(route.prefix.length());
  header.rtm_protocol = route_protocol;
  header.rtm_type = type_of(route.kind);
  header.rtm_scope = is_tun ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
  message.put(RTA_DST, route.prefix.first().bytes());
  message.put(RTA_TABLE, settings_.table);
  message.put(RTA_PRIORITY, is_tun ? tun_metric : unreachable_metric);
  return message;
}

auto Routes::add(const Route& route, const std::optional<net::Address>& source)
    -> SystemResult<void> {
  auto message = message_for(route, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE);
  auto what = fmt::format("{} {}", route.kind == Kind::elsewhere ? "let pass" : "block",
                          route.prefix.to_string());
  if (route.kind == Kind::into_tun) {
    message.put(RTA_OIF, std::uint32_t{settings_.tun_index});
    if (source) message.put(RTA_PREFSRC, source->bytes());
    what = fmt::format("route {} into the TUN{}", route.prefix.to_string(),
                       source ? " from " + source->to_string() : "");
  }
  TRY(netlink_.perform(message, fmt::format("{} in table {}", what, settings_.table)));
  installed_.insert(route);
  return {};
}

auto Routes::remove(const Route& route) -> SystemResult<void> {
  auto message = message_for(route, RTM_DELROUTE, 0);
  auto done = netlink_.perform(message, fmt::format("remove the route to {} from table {}",
                                                    route.prefix.to_string(), settings_.table));
  if (done || is_gone(done)) installed_.erase(route);
  return done;
}

auto Routes::rule_message(net::Family family, std::uint16_t type, unsigned flags) const
    -> NetlinkMessage {
  NetlinkMessage message{type, flags};
  auto& header = message.header<fib_rule_hdr>();
  header.family = static_cast<std::uint8_t>(system_family(family));
  header.action = FR_ACT_TO_TBL;
  header.flags = FIB_RULE_INVERT;
  message.put(FRA_TABLE, settings_.table);
  message.put(FRA_PRIORITY, settings_.priority);
  message.put(FRA_FWMARK, settings_.fwmark);
  return message;
}

auto Routes::add_rule(net::Family family) -> SystemResult<void> {
  auto message = rule_message(family, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL);
  auto done = netlink_.perform(
      message, fmt::format("add the {} rule {}: not fwmark {:#x} lookup {}", name_of(family),
                           settings_.priority, settings_.fwmark, settings_.table));
  const auto is_there = !done && done.error().number == EEXIST;
  if (!done && !is_there) return done;
  if (is_there && !rules_.contains(family)) adopted_rules_.insert(family);
  rules_.insert(family);
  return {};
}

auto Routes::remove_rule(net::Family family) -> SystemResult<void> {
  auto message = rule_message(family, RTM_DELRULE, 0);
  auto done = netlink_.perform(
      message, fmt::format("remove the {} rule {}", name_of(family), settings_.priority));
  if (done || is_gone(done)) rules_.erase(family);
  return done;
}

}  // namespace esplanade::platform
