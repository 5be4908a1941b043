#include "config/describe_keying.h"

#include "sa/proposal_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace esplanade::config {
namespace {

using policy::AuthKind;
using policy::StartAction;

auto protocol_name(iana::IpProtocol protocol) -> std::string {
  const auto* row = iana::find_row(iana::ip_protocols, protocol);
  return row == nullptr ? fmt::format("protocol {}", std::to_underlying(protocol))
                        : std::string(row->name);
}

auto describe_addresses(const std::vector<policy::PeerAddress>& end) -> std::string {
  if (end.empty()) return "any address";
  std::vector<std::string_view> texts;
  for (const auto& one : end) texts.emplace_back(one.text);
  return fmt::format("{}", fmt::join(texts, ", "));
}

auto describe_kind(AuthKind kind) -> std::string_view {
  switch (kind) {
    case AuthKind::psk:        return "a pre-shared key";
    case AuthKind::public_key: return "a signature";
  }
  core::bug();
}

auto our_name(const policy::Authentication& local) -> std::string {
  if (!local.id.is_any()) return local.id.to_string();
  return local.certificates.empty() ? "our address" : local.certificates.front()->subject_text();
}

auto describe_ends(const policy::Connection& connection) -> std::string {
  const auto& [local, remote] = std::tie(connection.local, connection.remote);
  return fmt::format("  We are {}, proven by {}; they are {}, proven by {}.\n", our_name(local),
                     describe_kind(local.kind),
                     remote.id.is_any() ? "anyone" : remote.id.to_string(),
                     describe_kind(remote.kind));
}

auto describe_proposals(const std::vector<sa::Proposal>& proposals) -> std::string {
  std::vector<std::string> texts;
  for (const auto& one : proposals) texts.push_back(sa::to_text(one));
  return fmt::format("{}", fmt::join(texts, ", "));
}

auto describe_end(const std::vector<policy::SelectorTemplate>& end, std::string_view dynamic)
    -> std::string {
  std::vector<std::string> texts;
  for (const auto& [addresses, protocol, ports] : end) {
    texts.push_back(describe_traffic(addresses ? addresses->to_string() : std::string(dynamic),
                                     protocol, ports));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// All proposals of a child are of one protocol.
auto describe_protocol(const std::vector<sa::Proposal>& proposals) -> std::string_view {
  const bool is_ah = !proposals.empty() && proposals.front().protocol == iana::SecurityProtocol::ah;
  return is_ah ? "AH" : "ESP";
}

auto describe_start(StartAction action) -> std::string_view {
  switch (action) {
    case StartAction::none:           return "when the peer or an operator asks for it";
    case StartAction::trap:           return "with the first packet that needs it";
    case StartAction::start:
    case StartAction::trap_and_start: return "at once";
  }
  core::bug();
}

template <class T>
void add_limit(const std::optional<T>& limit, std::string_view unit, std::vector<std::string>& to) {
  if (limit) to.push_back(fmt::format("{} {}", *limit, unit));
}

auto whole_seconds(const std::optional<core::Duration>& time) -> std::optional<std::int64_t> {
  if (!time) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::seconds>(*time).count();
}

auto describe_limits(std::string_view what, const std::vector<std::string>& limits) -> std::string {
  return limits.empty() ? std::string() : fmt::format("{}{}.\n", what, fmt::join(limits, " or "));
}

auto describe_limits(const policy::Limits& limits) -> std::string {
  std::vector<std::string> soft;
  std::vector<std::string> hard;
  add_limit(whole_seconds(limits.rekey_time), "seconds", soft);
  add_limit(limits.rekey_octets, "octets", soft);
  add_limit(limits.rekey_packets, "packets", soft);
  add_limit(whole_seconds(limits.life_time), "seconds", hard);
  add_limit(limits.life_octets, "octets", hard);
  add_limit(limits.life_packets, "packets", hard);
  return describe_limits("    New keys after ", soft) + describe_limits("    Ends after ", hard);
}

auto describe_populate(const policy::PopulateFromPacket& flags) -> std::string {
  std::vector<std::string_view> words;
  if (flags.our_address) words.emplace_back("one local address");
  if (flags.their_address) words.emplace_back("one remote address");
  if (flags.protocol) words.emplace_back("one protocol");
  if (flags.our_port) words.emplace_back("one local port");
  if (flags.their_port) words.emplace_back("one remote port");
  if (words.empty()) return {};
  return fmt::format("    Each SA is for {}.\n", fmt::join(words, " and "));
}

auto describe_child(const policy::ChildPolicy& child) -> std::string {
  auto text = fmt::format("  {}: protects traffic between {} here and {} there.\n", child.name,
                          describe_end(child.ours, "our address"),
                          describe_end(child.theirs, "the peer's address"));
  text += fmt::format("    {} in {} mode, by {}.\n", describe_protocol(child.proposals),
                      child.mode == sa::Mode::tunnel ? "tunnel" : "transport",
                      describe_proposals(child.proposals));
  text += fmt::format("    Set up {}.\n", describe_start(child.start_action));
  return text + describe_populate(child.populate) + describe_limits(child.limits);
}

auto describe_renewal(const policy::Connection& connection) -> std::string {
  std::string text;
  if (const auto seconds = whole_seconds(connection.rekey_time)) {
    text += fmt::format("  New IKE keys after {} seconds.\n", *seconds);
  }
  if (const auto seconds = whole_seconds(connection.reauth_time)) {
    text += fmt::format("  Authenticated anew after {} seconds.\n", *seconds);
  }
  return text;
}

}  // namespace

auto describe_keying(const policy::Connection& connection) -> std::string {
  auto text =
      fmt::format("{}\n  IKEv2 between {} here and {} there, by {}.\n", connection.name,
                  describe_addresses(connection.ours), describe_addresses(connection.theirs),
                  describe_proposals(connection.proposals));
  text += describe_ends(connection) + describe_renewal(connection);
  for (const auto& child : connection.children) text += describe_child(child);
  if (connection.children.empty()) text += "  It has no children, so it protects nothing.\n";
  return text;
}

auto describe_traffic(std::string addresses, std::optional<iana::IpProtocol> protocol,
                      const sa::PortRange& ports) -> std::string {
  auto text = std::move(addresses);
  if (protocol) text += fmt::format(" {}", protocol_name(*protocol));
  if (ports.is_any()) return text;
  const auto& [first, last] = ports;
  return text + (first == last ? fmt::format(" port {}", first)
                               : fmt::format(" ports {} to {}", first, last));
}

}  // namespace esplanade::config
