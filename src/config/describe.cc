#include "config/algorithms.h"
#include "config/describe_keying.h"
#include "config/load.h"
#include "crypto/registry.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace esplanade::config {
namespace {

auto describe_selector(const sa::TrafficSelector& selector) -> std::string {
  return describe_traffic(selector.addresses.to_string(), selector.protocol, selector.ports);
}

auto describe_end(const std::vector<sa::TrafficSelector>& end) -> std::string {
  std::vector<std::string> selectors;
  for (const auto& selector : end) selectors.push_back(describe_selector(selector));
  return fmt::format("{}", fmt::join(selectors, ", "));
}

auto name_of(sa::Mode mode) -> std::string_view {
  switch (mode) {
    case sa::Mode::tunnel:    return "tunnel";
    case sa::Mode::transport: return "transport";
    case sa::Mode::beet:      return "BEET";
  }
  core::bug();
}

auto describe_hiding(const ManualConnection& connection) -> std::string {
  std::string text;
  if (connection.pad_to == 65535) {
    text += "  Packets are padded to what the path takes.\n";
  } else if (connection.pad_to != 0) {
    text += fmt::format("  Packets are padded to {} octets.\n", connection.pad_to);
  }
  if (connection.dummy_interval != core::Duration{}) {
    const auto rate = core::Duration(std::chrono::seconds(1)) / connection.dummy_interval;
    text += fmt::format("  At least {} packets a second are sent: dummies fill up.\n", rate);
  }
  return text;
}

/// What differs from the usual, and what is AH's or BEET's alone.
auto describe_header(const ManualConnection& connection) -> std::string {
  std::string text;
  if (connection.inner) {
    text += fmt::format("  Inside stand {} here and {} there, which are not sent.\n",
                        connection.inner->ours.to_string(), connection.inner->theirs.to_string());
  }
  if (connection.nesting == sa::Nesting::by_policy) {
    text += "  What it has protected meets the policy once more, for an SA around it.\n";
  }
  if (connection.ah_alignment == sa::AhAlignment::eight) {
    text += "  AH over IPv4 is padded to a multiple of 8 octets.\n";
  }
  if (connection.dscp != sa::DscpMap{}) text += "  The outer DSCP is 0.\n";
  if (connection.inner_dscp == sa::InnerDscp::from_outer) {
    text += "  The DSCP of packets that arrive is that of the header around them.\n";
  }
  if (connection.ecn == sa::Ecn::compatible) {
    text += "  The outer ECN field is 0 (RFC 6040, compatibility mode).\n";
  }
  return text;
}

auto describe_road(const ManualConnection& connection) -> std::string {
  const auto mode = name_of(connection.mode);
  auto text = fmt::format("  {} in {} mode, from {} to {}", to_string(connection.out.protocol),
                          mode, connection.ours.to_string(), connection.theirs.to_string());
  if (connection.encapsulation) {
    text += fmt::format(", in UDP from port {} to port {}", connection.encapsulation->ours,
                        connection.encapsulation->theirs);
  }
  return text + ".\n";
}

auto describe_algorithms(const sa::EspAlgorithms& algorithms) -> std::string {
  const auto* encryption = iana::find_row(iana::encryption_ids, algorithms.encryption);
  const auto* integrity = iana::find_row(iana::integrity_ids, algorithms.integrity);
  core::ensure(encryption != nullptr && integrity != nullptr);
  const auto* info = crypto::find_integrity(algorithms.integrity);
  auto mac = info == nullptr
                 ? std::string()
                 : fmt::format("{} with a key of {} bits", integrity->name, info->key_size * 8);
  if (algorithms.key_bits == 0) return mac;
  const auto cipher =
      fmt::format("{} with a key of {} bits", encryption->name, algorithms.key_bits);
  return mac.empty() ? cipher : cipher + " and " + mac;
}

auto describe_sa(const ManualSa& sa, std::string_view direction) -> std::string {
  auto text = fmt::format("  {}: SPI {:#x}, {}, ", direction, std::to_underlying(sa.spi),
                          describe_algorithms(sa.algorithms));
  text += sa.key_file ? fmt::format("from {}.\n", *sa.key_file) : "from the configuration.\n";
  if (sa.is_used) {
    text += fmt::format(
        "    {} is already used: an earlier start has sent packets with its keys. The next start "
        "goes on behind them if it finds the file of sequence numbers, and refuses the keys if "
        "not.\n",
        *sa.key_file);
  }
  return text;
}

auto describe_sequence(const ManualConnection& connection) -> std::string {
  const auto bits = connection.esn == sa::Esn::yes ? 64 : 32;
  if (connection.replay_window == 0) {
    return fmt::format("  Sequence numbers of {} bits; replayed packets are not noticed.\n", bits);
  }
  return fmt::format(
      "  Sequence numbers of {} bits; replays are refused, within a window of {} packets, as long "
      "as "
      "the daemon runs.\n",
      bits, connection.replay_window);
}

auto describe_df(sa::DfPolicy policy) -> std::string_view {
  switch (policy) {
    case sa::DfPolicy::copy:  return "  The outer DF bit is copied from the packet inside.\n";
    case sa::DfPolicy::set:   return "  The outer DF bit is set.\n";
    case sa::DfPolicy::clear: return "  The outer DF bit is cleared.\n";
  }
  core::bug();
}

struct Limits {
  std::vector<std::string> soft, hard;
};

template <class T>
void add_limit(const std::optional<T>& limit, std::string_view unit, std::vector<std::string>& to) {
  if (limit) to.push_back(fmt::format("{} {}", *limit, unit));
}

auto whole_seconds(const std::optional<core::Duration>& time) -> std::optional<std::int64_t> {
  if (!time) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::seconds>(*time).count();
}

auto limits_of(const sa::Lifetime& lifetime) -> Limits {
  Limits limits;
  add_limit(whole_seconds(lifetime.soft_time), "seconds", limits.soft);
  add_limit(lifetime.soft_octets, "octets", limits.soft);
  add_limit(lifetime.soft_packets, "packets", limits.soft);
  add_limit(whole_seconds(lifetime.hard_time), "seconds", limits.hard);
  add_limit(lifetime.hard_octets, "octets", limits.hard);
  add_limit(lifetime.hard_packets, "packets", limits.hard);
  return limits;
}

auto describe_lifetime(const sa::Lifetime& lifetime) -> std::string {
  const auto [soft, hard] = limits_of(lifetime);
  auto text = hard.empty() ? std::string("  No limit ends the SAs but their sequence numbers.\n")
                           : fmt::format("  Each SA ends after {}.\n", fmt::join(hard, " or "));
  if (!soft.empty()) text += fmt::format("  A warning comes after {}.\n", fmt::join(soft, " or "));
  return text;
}

auto describe_connection(const ManualConnection& connection) -> std::string {
  auto text = fmt::format("{}\n", connection.name);
  text += fmt::format("  Protects traffic between {} here and {} there.\n",
                      describe_end(connection.selectors.ours),
                      describe_end(connection.selectors.theirs));
  text += describe_road(connection);
  text += describe_sa(connection.out, "Out");
  text += describe_sa(connection.in, "In");
  text += describe_sequence(connection);
  if (connection.mode == sa::Mode::tunnel) text += describe_df(connection.df);
  text += describe_header(connection) + describe_hiding(connection);
  return text + describe_lifetime(connection.lifetime);
}

auto describe_guard(const Dataplane& dataplane) -> std::string {
  if (dataplane.guard == GuardUse::off) {
    return "  NO GUARD: clear packets that never meet the TUN are not held to policy.\n";
  }
  return fmt::format("  The guard drops what should be protected and is not{}.\n",
                     dataplane.keeps_guard ? ", also after a stop" : "");
}

auto word_for(FrameUse use) -> std::string_view {
  return use == FrameUse::bypass ? "passes" : "is dropped";
}

auto describe_gateway(const Gateway& gateway) -> std::string {
  return fmt::format(
      "  A gateway between {} (inside) and {} (outside): every datagram between them meets the "
      "policy.\n"
      "  ARP {}, neighbour discovery {}; any other kind of frame {}.\n",
      gateway.inside, gateway.outside, word_for(gateway.arp), word_for(gateway.neighbour_discovery),
      word_for(gateway.other_frames));
}

auto describe_dataplane(const Dataplane& dataplane) -> std::string {
  const auto mtu = dataplane.mtu ? fmt::format("an MTU of {}", *dataplane.mtu)
                                 : std::string("the MTU that fits all SAs");
  auto text = fmt::format("data plane\n  TUN {} with {}, routes in table {}.\n", dataplane.tun_name,
                          mtu, dataplane.table);
  text += fmt::format("  Paths take {} octets or what is learnt of them; ICMP errors are {}.\n",
                      dataplane.path_mtu,
                      dataplane.icmp_errors == IcmpErrors::accept ? "believed" : "ignored");
  text += fmt::format("  Own packets carry mark {:#x}; the rule has priority {}.\n",
                      dataplane.fwmark, dataplane.priority);
  if (dataplane.gateway) text += describe_gateway(*dataplane.gateway);
  text += describe_guard(dataplane);
  if (dataplane.esp_key_log) {
    text += fmt::format("  KEYS ARE WRITTEN to {}, for Wireshark.\n", *dataplane.esp_key_log);
  }
  if (dataplane.ike_key_log) {
    text +=
        fmt::format("  KEYS OF IKE ARE WRITTEN to {}, for Wireshark.\n", *dataplane.ike_key_log);
  }
  return text;
}

}  // namespace

auto describe(const Configuration& configuration) -> std::string {
  std::string text;
  for (const auto& connection : configuration.manual) {
    text += describe_connection(connection) + "\n";
  }
  for (const auto& connection : configuration.connections) {
    text += describe_keying(*connection) + "\n";
  }
  if (text.empty()) text += "No connection: nothing is protected.\n\n";
  return text + describe_dataplane(configuration.dataplane);
}

}  // namespace esplanade::config
