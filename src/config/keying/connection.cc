#include "config/keying/connection.h"

#include "config/check/clear.h"
#include "config/keying/addresses.h"
#include "config/keying/authentication.h"
#include "config/keying/child.h"
#include "config/keying/limits.h"
#include "config/keying/proposals.h"
#include "config/keying/strength.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::config::keying {
namespace {

using check::Misfit;
using check::Parsed;

constexpr auto setting_names = std::to_array<std::string_view>(
    {"version",   "local_addrs",   "remote_addrs", "local_port", "remote_port",
     "proposals", "encap",         "mobike",       "dpd_delay",  "dpd_timeout",
     "childless", "fragmentation", "send_certreq", "send_cert",  "keyingtries",
     "unique",    "reauth_time",   "rekey_time",   "over_time",  "rand_time"});
constexpr auto section_names = std::to_array<std::string_view>({"local*", "remote*", "children"});
constexpr std::string_view yes = "yes 1 true enabled";
constexpr std::string_view no = "no 0 false disabled";
constexpr std::string_view give_address =
    "give the end its inner address by hand, and name it in `local_ts` and `remote_ts`";
constexpr auto unbuilt = std::to_array<check::Unbuilt>({
    {"vips", "virtual addresses", {}, give_address},
    {"pools", "virtual addresses", {}, give_address},
    {"aggressive", "IKEv1", no, "IKEv2 hides identities in any case"},
    {"pull", "virtual addresses of IKEv1", yes},
    {"dscp", "a DSCP of its own for IKE", "000000"},
    {"ppk_id", "postquantum preshared keys (RFC 8784)"},
    {"ppk_required", "postquantum preshared keys (RFC 8784)", no},
    {"mediation", "mediation", no},
    {"mediated_by", "mediation", {}, "give the peer's address in `remote_addrs`"},
    {"mediation_peer", "mediation", {}, "give the peer's address in `remote_addrs`"},
    {"if_id_in", "XFRM interfaces", "0"},
    {"if_id_out", "XFRM interfaces", "0"},
    {"ocsp", "OCSP responses in IKE (RFC 4806)", "never"},
});

auto misfit(std::string_view found, std::string wanted, std::string hint = {})
    -> std::unexpected<Misfit> {
  return std::unexpected(
      Misfit{.wanted = std::move(wanted), .found = std::string(found), .hint = std::move(hint)});
}

auto parse_version(std::string_view text) -> Parsed<std::uint64_t> {
  if (text == "0" || text == "2") return text == "0" ? 0U : 2U;
  return misfit(text, "0 or 2",
                text == "1" ? "1 is IKEv1, which this version does not have" : std::string());
}

auto parse_fragmentation(std::string_view text) -> Parsed<policy::Fragmentation> {
  using enum policy::Fragmentation;
  if (text == "force") return force;
  if (text == "accept") return accept;
  auto answer = check::parse_yes_no(text);
  if (!answer) return misfit(text, "`yes`, `no`, `accept` or `force`");
  return *answer ? yes : no;
}

auto parse_childless(std::string_view text) -> Parsed<bool> {
  if (text == "allow") return true;
  if (text == "never") return false;
  const auto is_known = text == "prefer" || text == "force";
  return misfit(
      text, "`allow` or `never`",
      is_known ? "to begin without a child (RFC 6023) is not in this version" : std::string());
}

auto parse_unique(std::string_view text) -> Parsed<policy::Uniqueness> {
  using enum policy::Uniqueness;
  if (text == "no") return no;
  if (text == "replace") return replace;
  if (text == "keep") return keep;
  if (text == "never") return never;
  return misfit(text, "`no`, `replace`, `keep` or `never`");
}

auto parse_send_cert(std::string_view text) -> Parsed<policy::SendCertificate> {
  using enum policy::SendCertificate;
  if (text == "ifasked") return if_asked;
  if (text == "always") return always;
  if (text == "never") return never;
  return misfit(text, "`ifasked`, `always` or `never`");
}

/// strongSwan's default is to use it if the peer does too; who writes it down counts on it.
void read_mobike(const syntax::Section& section, check::Checker& check) {
  auto is_wanted = false;
  check::read(section, "mobike", check, check::parse_yes_no, is_wanted);
  if (!is_wanted) return;
  check.warn(section.find("mobike")->key_place,
             "`mobike` has no effect: this version does not have MOBIKE (RFC 4555)",
             "an address that a NAT changes is followed; after a change of our own address the "
             "connection has to be made anew");
}

/// What is checked and then means nothing here.
void read_without_effect(const syntax::Section& section, check::Checker& check) {
  std::uint64_t number = 0;
  auto answer = false;
  std::optional<core::Duration> time;
  check::read(section, "version", check, parse_version, number);
  read_mobike(section, check);
  check::read(section, "childless", check, parse_childless, answer);
  check::read(section, "dpd_timeout", check, check::parse_time, time);
}

auto has_family(const std::vector<policy::PeerAddress>& end, net::Family family) -> bool {
  return end.empty() || std::ranges::any_of(end, [&](const policy::PeerAddress& address) {
           return !address.range || address.range->family() == family;
         });
}

/// One of the two that are listened at.
void read_our_port(const syntax::Section& section, const Context& context, std::uint16_t& to) {
  const auto& ike = context.ike;
  to = ike.port;
  const auto is_read =
      check::read(section, "local_port", context.check, check::number(1, 65535), to);
  if (!is_read || to == ike.port || to == ike.port_nat_t) return;
  context.check.complain(
      section.find("local_port")->value_place,
      fmt::format("`local_port` must be {} or {}, not {}", ike.port, ike.port_nat_t, to),
      "all connections share the ports of `ike { port = .. port_nat_t = .. }`");
}

void read_ends(const syntax::Section& section, const Context& context, policy::Connection& to) {
  auto& check = context.check;
  check::read(section, "local_addrs", check, parse_peer_addresses, to.ours);
  check::read(section, "remote_addrs", check, parse_peer_addresses, to.theirs);
  read_our_port(section, context, to.our_port);
  check::read(section, "remote_port", check, check::number(1, 65535), to.their_port);
  const auto is_common = [&](net::Family family) {
    return has_family(to.ours, family) && has_family(to.theirs, family);
  };
  if (is_common(net::Family::ipv4) || is_common(net::Family::ipv6)) return;
  check.complain(section.find("remote_addrs")->value_place,
                 "`local_addrs` and `remote_addrs` have no family in common");
}

void read_manners(const syntax::Section& section, check::Checker& check, policy::Connection& to) {
  check::read(section, "encap", check, check::parse_yes_no, to.forces_encapsulation);
  check::read(section, "fragmentation", check, parse_fragmentation, to.fragmentation);
  check::read(section, "unique", check, parse_unique, to.uniqueness);
  check::read(section, "send_cert", check, parse_send_cert, to.send_certificate);
  check::read(section, "send_certreq", check, check::parse_yes_no, to.sends_certificate_request);
  check::read(section, "dpd_delay", check, check::parse_time, to.dpd_delay);
  to.keying_tries = 0;
  check::read(section, "keyingtries", check, check::number(0, 1'000'000), to.keying_tries);
}

void read_children(const syntax::Section& section, check::Checker& check, policy::Connection& to) {
  const auto* children = section.find_section("children");
  if (children == nullptr) return;
  for (const auto& setting : children->settings) {
    check.complain(setting.key_place, "`children` holds sections, one a child");
  }
  for (const auto& child : children->sections) {
    if (!check::is_clear(child)) to.children.push_back(read_child(child, check));
  }
}

/// The peer would take what `encap` makes it believe for a NAT, and AH passes none.
void check_encapsulation(const syntax::Section& section, check::Checker& check,
                         const policy::Connection& connection) {
  if (!connection.forces_encapsulation) return;
  const auto is_ah = [](const policy::ChildPolicy& child) {
    return !child.proposals.empty() &&
           child.proposals.front().protocol == iana::SecurityProtocol::ah;
  };
  const auto ah = std::ranges::find_if(connection.children, is_ah);
  if (ah == connection.children.end()) return;
  check.complain(section.find("encap")->key_place,
                 fmt::format("`encap` is for ESP, and `{}` has `ah_proposals`", ah->name),
                 "AH stands in no UDP (RFC 3948): use `esp_proposals`");
}

auto line_of_setting(const syntax::Section& section, std::string_view key) -> policy::Line {
  const auto* setting = section.find(key);
  return line_of(setting == nullptr ? section.place : setting->value_place);
}

}  // namespace

auto read_connection(const syntax::Section& section, const Context& context,
                     policy::Credentials& credentials) -> policy::Connection {
  auto& check = context.check;
  check::check_names(
      section, {.settings = setting_names, .sections = section_names, .unbuilt = unbuilt}, check);
  policy::Connection connection;
  connection.name = section.name;
  read_without_effect(section, check);
  read_ends(section, context, connection);
  connection.proposals = read_proposals(section, "proposals", iana::SecurityProtocol::ike, check);
  read_manners(section, check, connection);
  read_ike_limits(section, check, connection);
  connection.local = read_authentication(section, End::local, context, credentials);
  connection.remote = read_authentication(section, End::remote, context, credentials);
  read_children(section, check, connection);
  check_encapsulation(section, check, connection);
  warn_of_stronger_children(section, connection, check);
  connection.line = line_of(section.place);
  connection.proposals_line = line_of_setting(section, "proposals");
  connection.ours_line = line_of_setting(section, "local_addrs");
  connection.theirs_line = line_of_setting(section, "remote_addrs");
  return connection;
}

}  // namespace esplanade::config::keying
