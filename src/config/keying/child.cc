#include "config/keying/child.h"

#include "config/keying/limits.h"
#include "config/keying/proposals.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::config::keying {
namespace {

using check::Parsed;
using check::Word;
using policy::EndAction;
using policy::StartAction;

constexpr auto setting_names = std::to_array<std::string_view>(
    {"esp_proposals", "ah_proposals", "copy_dscp",    "copy_ecn",
     "local_ts",      "remote_ts",    "mode",         "start_action",
     "close_action",  "dpd_action",   "rekey_time",   "life_time",
     "rand_time",     "rekey_bytes",  "life_bytes",   "rand_bytes",
     "rekey_packets", "life_packets", "rand_packets", "replay_window",
     "copy_df",       "tfc_padding",  "hostaccess",   "populate_from_packet"});
constexpr std::string_view yes = "yes 1 true enabled";
constexpr std::string_view no = "no 0 false disabled";
constexpr std::string_view marks = "marks on packets";
constexpr std::string_view no_mark = "0 0x0 0x00000000 0/0 0/0x0 0x0/0x0 0/0x00000000";
constexpr std::string_view labels = "security labels (RFC 9478)";
constexpr std::string_view follow_log =
    "leave it out: the daemon sets routes, and its log says what goes up and down";
constexpr std::string_view follow_interface =
    "leave it out: traffic is told by `local_ts` and `remote_ts` alone";
constexpr auto unbuilt = std::to_array<check::Unbuilt>({
    {"sha256_96", "SHA-256 cut to 96 bits", no, "have the peer cut it to 128 bits (RFC 4868)"},
    {"updown", "scripts", {}, follow_log},
    {"policies", "SAs without policies", yes},
    {"policies_fwd_out", "policies for forwarded packets", no, follow_interface},
    {"ipcomp", "IPComp", no},
    {"reqid", "numbers of the kernel's policies", "0", follow_interface},
    {"priority", "fixed priorities of policies", "0",
     "leave it out: of children that fit a packet the first in the file takes it"},
    {"interface", "policies for one interface", {}, follow_interface},
    {"mark_in", marks, no_mark, follow_interface},
    {"mark_in_sa", marks, no, follow_interface},
    {"mark_out", marks, no_mark, follow_interface},
    {"set_mark_in", marks, no_mark, follow_interface},
    {"set_mark_out", marks, no_mark, follow_interface},
    {"if_id_in", "XFRM interfaces", "0", follow_interface},
    {"if_id_out", "XFRM interfaces", "0", follow_interface},
    {"label", labels},
    {"label_mode", labels, "system"},
    {"hw_offload", "hardware offload", "no auto"},
    {"inactivity", "closing of idle children", "0 0s 0m 0h 0d"},
    {"per_cpu_sas", "SAs for each CPU (RFC 9611)", no},
});

auto parse_start_action(std::string_view text) -> Parsed<StartAction> {
  constexpr auto words = std::to_array<Word<StartAction>>({
      {"none", StartAction::none},
      {"trap", StartAction::trap},
      {"route", StartAction::trap},
      {"start", StartAction::start},
      {"trap|start", StartAction::trap_and_start},
      {"start|trap", StartAction::trap_and_start},
  });
  return choose(text, words, "`none`, `trap`, `start` or `trap|start`");
}

auto parse_close_action(std::string_view text) -> Parsed<EndAction> {
  constexpr auto words = std::to_array<Word<EndAction>>({
      {"none", EndAction::none},
      {"clear", EndAction::none},
      {"trap", EndAction::trap},
      {"route", EndAction::trap},
      {"hold", EndAction::trap},
      {"start", EndAction::start},
      {"restart", EndAction::start},
  });
  return choose(text, words, "`none`, `trap` or `start`");
}

auto parse_dpd_action(std::string_view text) -> Parsed<EndAction> {
  auto action = parse_close_action(text);
  if (!action) action.error().wanted = "`clear`, `trap` or `restart`";
  return action;
}

auto parse_mode(std::string_view text) -> Parsed<sa::Mode> {
  constexpr auto words = std::to_array<Word<sa::Mode>>(
      {{"tunnel", sa::Mode::tunnel}, {"transport", sa::Mode::transport}});
  auto mode = choose(text, words, "`tunnel`, `transport`, `pass` or `drop`");
  constexpr auto others = std::to_array<std::string_view>({"beet", "transport_proxy"});
  const auto is_known = std::ranges::find(others, text) != others.end();
  if (!mode && is_known) mode.error().hint = "this version does not have the other modes";
  return mode;
}

void read_actions(const syntax::Section& section, check::Checker& check, policy::ChildPolicy& to) {
  check::read(section, "start_action", check, parse_start_action, to.start_action);
  check::read(section, "close_action", check, parse_close_action, to.close_action);
  check::read(section, "dpd_action", check, parse_dpd_action, to.dpd_action);
}

/// What a payload can count (RFC 7296, 3.13), less the selector of a packet that asks for the
/// child.
constexpr std::size_t most_selectors = 254;

/// `dynamic` where there is none.
auto read_selectors(const syntax::Section& section, std::string_view key, check::Checker& check)
    -> std::vector<policy::SelectorTemplate> {
  std::vector<policy::SelectorTemplate> selectors(1);
  check::read(section, key, check, check::parse_selector_templates, selectors);
  if (selectors.size() > most_selectors) {
    check.complain(section.find(key)->value_place,
                   fmt::format("`{}` has {} selectors, and IKE can carry {}", key, selectors.size(),
                               most_selectors),
                   "take larger prefixes, or several children");
  }
  return selectors;
}

/// Every selector needs one of its family at the other end; `dynamic` may be of any.
void check_families(const syntax::Section& section, const policy::ChildPolicy& child,
                    check::Checker& check) {
  const auto is_alone = [](const policy::SelectorTemplate& one,
                           const std::vector<policy::SelectorTemplate>& others) {
    return one.addresses && std::ranges::none_of(others, [&](const auto& other) {
             return !other.addresses || other.addresses->family() == one.addresses->family();
           });
  };
  for (const auto& [key, end, others] : {std::tuple("local_ts", &child.ours, &child.theirs),
                                         std::tuple("remote_ts", &child.theirs, &child.ours)}) {
    const auto it =
        std::ranges::find_if(*end, [&](const auto& one) { return is_alone(one, *others); });
    if (it == end->end()) continue;
    check.complain(section.find(key)->value_place,
                   fmt::format("no packet matches {} here: the other end has no address of its "
                               "family",
                               it->addresses->to_string()));
  }
}

auto read_either_proposals(const syntax::Section& section, check::Checker& check)
    -> std::vector<sa::Proposal> {
  const auto* const ah = section.find("ah_proposals");
  if (ah == nullptr) {
    return read_proposals(section, "esp_proposals", iana::SecurityProtocol::esp, check);
  }
  if (section.find("esp_proposals") != nullptr) {
    check.complain(ah->key_place, "`ah_proposals` and `esp_proposals` exclude each other",
                   "an SA is of one protocol; ESP authenticates as well");
  }
  return read_proposals(section, "ah_proposals", iana::SecurityProtocol::ah, check);
}

void read_padding(const syntax::Section& section, check::Checker& check, policy::ChildPolicy& to) {
  check::read(section, "tfc_padding", check, check::parse_padding, to.pad_to);
  if (to.pad_to == 0) return;
  const auto& at = section.find("tfc_padding")->key_place;
  if (to.mode != sa::Mode::tunnel) {
    check.complain(at, "`tfc_padding` is for `mode = tunnel` only (RFC 4303, 2.7)");
  }
  if (section.find("ah_proposals") != nullptr) {
    check.complain(at, "AH does not pad: `tfc_padding` is for ESP only");
  }
}

using Flag = bool policy::PopulateFromPacket::*;

auto parse_flag(std::string_view text) -> Parsed<Flag> {
  using policy::PopulateFromPacket;
  constexpr auto words =
      std::to_array<Word<Flag>>({{"local_address", &PopulateFromPacket::our_address},
                                 {"remote_address", &PopulateFromPacket::their_address},
                                 {"protocol", &PopulateFromPacket::protocol},
                                 {"local_port", &PopulateFromPacket::our_port},
                                 {"remote_port", &PopulateFromPacket::their_port}});
  return choose(
      text, words,
      "`none`, or some of `local_address`, `remote_address`, `protocol`, `local_port` and "
      "`remote_port`");
}

auto parse_populate(std::string_view text) -> Parsed<policy::PopulateFromPacket> {
  policy::PopulateFromPacket flags;
  if (text == "none") return flags;
  auto set = check::parse_list<Flag>(text, parse_flag);
  if (!set) return std::unexpected(std::move(set).error());
  for (const auto flag : *set) flags.*flag = true;
  return flags;
}

auto is_of_any_protocol(const policy::SelectorTemplate& one) -> bool { return !one.protocol; }

void read_populate(const syntax::Section& section, check::Checker& check, policy::ChildPolicy& to) {
  constexpr std::string_view key = "populate_from_packet";
  check::read(section, key, check, parse_populate, to.populate);
  const auto& flags = to.populate;
  if (!flags.any()) return;
  const auto& at = section.find(key)->key_place;
  const bool starts = to.start_action == StartAction::start ||
                      to.start_action == StartAction::trap_and_start ||
                      to.close_action == EndAction::start || to.dpd_action == EndAction::start;
  if (starts) {
    check.complain(at, "a child that starts by itself has no packet to take selectors from",
                   "set `start_action`, `close_action` and `dpd_action` to `trap`");
  }
  const bool has_loose_ports =
      !flags.protocol && ((flags.our_port && std::ranges::any_of(to.ours, is_of_any_protocol)) ||
                          (flags.their_port && std::ranges::any_of(to.theirs, is_of_any_protocol)));
  if (has_loose_ports) {
    check.complain(at, "ports are of a protocol (RFC 4301, 7.2)",
                   "add `protocol`, or name one in `local_ts` and `remote_ts`");
  }
}

auto line_of_setting(const syntax::Section& section, std::string_view key) -> policy::Line {
  const auto* setting = section.find(key);
  return line_of(setting == nullptr ? section.place : setting->value_place);
}

}  // namespace

auto read_child(const syntax::Section& section, check::Checker& check) -> policy::ChildPolicy {
  check::check_names(section, {.settings = setting_names, .sections = {}, .unbuilt = unbuilt},
                     check);
  policy::ChildPolicy child;
  child.name = section.name;
  child.proposals = read_either_proposals(section, check);
  child.ours = read_selectors(section, "local_ts", check);
  child.theirs = read_selectors(section, "remote_ts", check);
  check_families(section, child, check);
  check::read(section, "mode", check, parse_mode, child.mode);
  read_actions(section, check, child);
  child.limits = read_child_limits(section, check);
  check::read(section, "replay_window", check, check::parse_window, child.replay_window);
  check::read(section, "copy_df", check, check::parse_df, child.df);
  check::read_tos(section, check, child);
  read_padding(section, check, child);
  read_populate(section, check, child);
  auto hostaccess = false;  // for scripts, which are refused
  check::read(section, "hostaccess", check, check::parse_yes_no, hostaccess);
  child.line = line_of(section.place);
  const auto* const key =
      section.find("ah_proposals") != nullptr ? "ah_proposals" : "esp_proposals";
  child.proposals_line = line_of_setting(section, key);
  child.ours_line = line_of_setting(section, "local_ts");
  child.theirs_line = line_of_setting(section, "remote_ts");
  return child;
}

}  // namespace esplanade::config::keying
