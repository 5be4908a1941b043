#include "config/check/manual.h"

#include "config/check/clear.h"
#include "config/check/conflicts.h"
#include "config/check/manual_sa.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::config::check {
namespace {

constexpr auto setting_names = std::to_array<std::string_view>(
    {"mode",      "local_addrs", "remote_addrs", "encap",         "local_port",  "remote_port",
     "local_ts",  "remote_ts",   "esn",          "replay_window", "copy_df",     "copy_dscp",
     "copy_ecn",  "ah_align",    "tfc_padding",  "dummy_rate",    "keep_alive",  "nested",
     "life_time", "life_bytes",  "life_packets", "rekey_time",    "rekey_bytes", "rekey_packets"});
constexpr auto section_names = std::to_array<std::string_view>({"in", "out"});

auto parse_mode(std::string_view text) -> Parsed<sa::Mode> {
  constexpr auto words = std::to_array<Word<sa::Mode>>(
      {{"tunnel", sa::Mode::tunnel}, {"transport", sa::Mode::transport}, {"beet", sa::Mode::beet}});
  return choose(text, words, "`tunnel`, `transport`, `beet`, `pass` or `drop`");
}

auto parse_encap(std::string_view text) -> Parsed<bool> {
  if (text == "udp") return true;
  auto answer = parse_yes_no(text);
  if (!answer) answer.error().wanted = "`udp`, `yes` or `no`";
  return answer;
}

auto parse_esn(std::string_view text) -> Parsed<sa::Esn> {
  return TRY(parse_yes_no(text)) ? sa::Esn::yes : sa::Esn::no;
}

/// True if both ends are known.
auto read_ends(const syntax::Section& section, Checker& check, ManualConnection& to) -> bool {
  const auto read_end = [&](std::string_view key, const auto& parse, net::Address& end) {
    if (section.find(key) == nullptr) {
      check.complain(section.place, fmt::format("`{}` has no `{}`", section.name, key));
    }
    return read(section, key, check, parse, end);
  };
  const auto has_ours = read_end("local_addrs", parse_outer_address, to.ours);
  const auto has_theirs = read_end("remote_addrs", parse_outer_address_or_group, to.theirs);
  if (!has_ours || !has_theirs) return false;
  const auto& at = section.find("remote_addrs")->value_place;
  if (to.ours.family() != to.theirs.family()) {
    check.complain(at, "`local_addrs` and `remote_addrs` must both be IPv4, or both IPv6");
  } else if (to.ours == to.theirs) {
    check.complain(at, "`remote_addrs` is our own address");
  }
  return true;
}

void read_encapsulation(const syntax::Section& section, Checker& check, ManualConnection& to) {
  auto is_wanted = false;
  read(section, "encap", check, parse_encap, is_wanted);
  if (is_wanted) to.encapsulation.emplace();
  for (const auto* key : {"local_port", "remote_port"}) {
    const auto* setting = section.find(key);
    if (setting == nullptr || is_wanted) continue;
    check.complain(setting->key_place, fmt::format("`{}` is for `encap = udp` only", key));
  }
  if (!is_wanted) return;
  read(section, "local_port", check, number(1, 65535), to.encapsulation->ours);
  read(section, "remote_port", check, number(1, 65535), to.encapsulation->theirs);
}

void read_lifetime(const syntax::Section& section, Checker& check, sa::Lifetime& to) {
  read(section, "life_time", check, parse_time, to.hard_time);
  read(section, "rekey_time", check, parse_time, to.soft_time);
  read(section, "life_bytes", check, parse_octets, to.hard_octets);
  read(section, "rekey_bytes", check, parse_octets, to.soft_octets);
  read(section, "life_packets", check, parse_count, to.hard_packets);
  read(section, "rekey_packets", check, parse_count, to.soft_packets);

  const auto compare = [&](const auto& soft, const auto& hard, std::string_view unit) {
    if (!soft || !hard || *soft < *hard) return;
    check.complain(section.find(fmt::format("rekey_{}", unit))->value_place,
                   fmt::format("`rekey_{0}` must be less than `life_{0}`", unit));
  };
  compare(to.soft_time, to.hard_time, "time");
  compare(to.soft_octets, to.hard_octets, "bytes");
  compare(to.soft_packets, to.hard_packets, "packets");
}

/// One end's selectors; swanctl's default is the outer address.
void read_selectors(const syntax::Section& section, std::string_view key, const net::Address& outer,
                    Checker& check, std::vector<sa::TrafficSelector>& to) {
  to = {{.addresses = net::Range(outer, outer), .protocol = {}, .ports = {}}};
  read(
      section, key, check, [&](std::string_view text) { return parse_selectors(text, outer); }, to);
}

/// Transport mode has no inner header, so it speaks of its two ends only (RFC 4301, 4.1).
void check_transport(const syntax::Section& section, const ManualConnection& connection,
                     Checker& check) {
  if (connection.mode != sa::Mode::transport) return;
  const auto check_end = [&](std::string_view key, const net::Address& outer, const auto& end) {
    const auto is_other = [&](const sa::TrafficSelector& selector) {
      return selector.addresses != net::Range(outer, outer);
    };
    if (std::ranges::none_of(end, is_other)) return;
    check.complain(section.find(key)->value_place,
                   fmt::format("in transport mode `{}` can only be {}", key, outer.to_string()),
                   "`mode = tunnel` carries the packets of other hosts");
  };
  check_end("local_ts", connection.ours, connection.selectors.ours);
  check_end("remote_ts", connection.theirs, connection.selectors.theirs);
}

void check_families(const syntax::Section& section, const sa::Selectors& selectors,
                    Checker& check) {
  const auto lacks = [](const std::vector<sa::TrafficSelector>& end, net::Family family) {
    return std::ranges::none_of(end, [&](const auto& s) { return s.addresses.family() == family; });
  };
  for (const auto& [key, end, other] :
       {std::tuple("local_ts", &selectors.ours, &selectors.theirs),
        std::tuple("remote_ts", &selectors.theirs, &selectors.ours)}) {
    const auto* setting = section.find(key);
    if (setting == nullptr) continue;
    const auto alone = std::ranges::find_if(
        *end, [&](const auto& s) { return lacks(*other, s.addresses.family()); });
    if (alone == end->end()) continue;
    check.complain(setting->value_place,
                   fmt::format("no packet matches {} here: the other end has no address of its "
                               "family",
                               alone->addresses.to_string()));
  }
}

/// BEET mode carries packets between two addresses, which the selectors name.
void read_inner_addresses(const syntax::Section& section, Checker& check, ManualConnection& to) {
  if (to.mode != sa::Mode::beet) return;
  const auto& [ours, theirs] = to.selectors;
  const auto is_one = [](const std::vector<sa::TrafficSelector>& end) {
    return end.size() == 1 && end[0].addresses.first() == end[0].addresses.last();
  };
  if (is_one(ours) && is_one(theirs)) {
    to.inner = {ours[0].addresses.first(), theirs[0].addresses.first()};
    return;
  }
  const auto* const setting = section.find(is_one(ours) ? "remote_ts" : "local_ts");
  check.complain(setting->value_place,
                 fmt::format("in BEET mode `{}` is one address", setting->key),
                 "the packets inside have no addresses of their own");
}

auto parse_ah_alignment(std::string_view text) -> Parsed<sa::AhAlignment> {
  constexpr auto words = std::to_array<Word<sa::AhAlignment>>(
      {{"4", sa::AhAlignment::four}, {"8", sa::AhAlignment::eight}});
  return choose(text, words, "4 or 8");
}

/// One whose keys were complained of is of no known protocol.
auto has_keys(const ManualSa& sa) -> bool {
  return !sa.keys.encryption.empty() || !sa.keys.integrity.empty();
}

/// Both directions are of one protocol, and AH leaves some things to ESP.
void check_protocols(const syntax::Section& section, const ManualConnection& connection,
                     Checker& check) {
  if (!has_keys(connection.out) || !has_keys(connection.in)) return;
  if (connection.out.protocol != connection.in.protocol) {
    check.complain(connection.in.place,
                   fmt::format("`{}` sends by one protocol and receives by another", section.name),
                   "`esp` in `out` and `in`, or `ah` in both");
  }
  const bool is_ah = connection.out.protocol == sa::Protocol::ah;
  const auto refuse = [&](std::string_view key, std::string_view why) {
    const auto* const setting = section.find(key);
    if (setting != nullptr) check.complain(setting->key_place, std::string(why));
  };
  if (!is_ah) return refuse("ah_align", "`ah_align` is for `ah` only");
  if (connection.encapsulation) refuse("encap", "AH stands in no UDP (RFC 3948): use `esp`");
  if (connection.mode == sa::Mode::beet) refuse("mode", "AH knows no BEET mode: use `esp`");
  refuse("tfc_padding", "AH does not pad: `tfc_padding` is for `esp` only");
  refuse("dummy_rate", "AH has no dummy packets: `dummy_rate` is for `esp` only");
}

/// The UDP header of `encap` is the system's to write, behind all that we do.
void read_nesting(const syntax::Section& section, Checker& check, ManualConnection& to) {
  bool is_nested = false;
  read(section, "nested", check, parse_yes_no, is_nested);
  if (!is_nested) return;
  to.nesting = sa::Nesting::by_policy;
  if (!to.encapsulation) return;
  check.complain(section.find("nested")->key_place, "`nested` and `encap` exclude each other",
                 "the SA around this one may have `encap`");
}

/// What hides how much is sent and when, and what keeps a NAT's mapping.
void read_hiding(const syntax::Section& section, Checker& check, ManualConnection& to) {
  read(section, "tfc_padding", check, parse_padding, to.pad_to);
  if (to.pad_to != 0 && to.mode != sa::Mode::tunnel) {
    check.complain(section.find("tfc_padding")->key_place,
                   "`tfc_padding` is for `mode = tunnel` only (RFC 4303, 2.7)");
  }
  std::uint64_t rate = 0;
  read(section, "dummy_rate", check, number(0, 1000), rate);
  if (rate != 0) to.dummy_interval = core::Duration(std::chrono::seconds(1)) / rate;
  std::optional<core::Duration> keep_alive = std::chrono::seconds(20);
  read(section, "keep_alive", check, parse_time, keep_alive);
  if (to.encapsulation) to.keep_alive = keep_alive.value_or(core::Duration{});
  const auto* const setting = section.find("keep_alive");
  if (setting != nullptr && !to.encapsulation) {
    check.complain(setting->key_place, "`keep_alive` is for `encap = udp` only");
  }
}

auto read_direction(const syntax::Section& section, std::string_view name, Loader& files,
                    Checker& check) -> ManualSa {
  const auto* below = section.find_section(name);
  if (below != nullptr) return read_manual_sa(*below, files, check);
  check.complain(section.place, fmt::format("`{}` has no section `{}`", section.name, name),
                 "an SA is for one direction, so it takes two");
  return {};
}

/// A far end that is a multicast address: hosts that share SAs (RFC 4301, 4.1).
void read_group(const syntax::Section& section, Checker& check, ManualConnection& to) {
  const auto below = [&](std::string_view name) -> const syntax::Setting* {
    const auto* const found = section.find_section(name);
    return found == nullptr ? nullptr : found->find("source");
  };
  if (const auto* const setting = below("out")) {
    check.complain(setting->key_place, "`source` is for `in` only");
  }
  const auto* const source = below("in");
  if (!is_group(to.theirs)) {
    if (source == nullptr) return;
    check.complain(source->key_place, "`source` is for a multicast address in `remote_addrs`");
    return;
  }
  to.group = {.destination = to.theirs, .source = {}};
  if (source != nullptr) {
    read(*section.find_section("in"), "source", check, parse_outer_address, to.group->source);
  }
  const auto& at = section.find("remote_addrs")->value_place;
  if (to.mode != sa::Mode::tunnel || to.encapsulation) {
    check.complain(at, "a multicast address takes `mode = tunnel`, and no UDP around ESP");
  }
  if (to.group->source && to.group->source->family() != to.theirs.family()) {
    check.complain(source->value_place, "`source` is of another family than `remote_addrs`");
  }
}

auto read_connection(const syntax::Section& section, Loader& files, Checker& check)
    -> ManualConnection {
  check_names(section, {.settings = setting_names, .sections = section_names}, check);
  ManualConnection connection;
  connection.name = section.name;
  connection.place = section.place;
  read(section, "mode", check, parse_mode, connection.mode);
  read(section, "esn", check, parse_esn, connection.esn);
  read(section, "replay_window", check, parse_window, connection.replay_window);
  read(section, "copy_df", check, parse_df, connection.df);
  read_tos(section, check, connection);
  read(section, "ah_align", check, parse_ah_alignment, connection.ah_alignment);
  read_encapsulation(section, check, connection);
  read_lifetime(section, check, connection.lifetime);
  if (read_ends(section, check, connection)) {
    auto& [ours, theirs] = connection.selectors;
    read_selectors(section, "local_ts", connection.ours, check, ours);
    read_selectors(section, "remote_ts", connection.theirs, check, theirs);
    check_transport(section, connection, check);
    read_inner_addresses(section, check, connection);
    check_families(section, connection.selectors, check);
    read_group(section, check, connection);
  }
  connection.out = read_direction(section, "out", files, check);
  connection.in = read_direction(section, "in", files, check);
  check_protocols(section, connection, check);
  read_hiding(section, check, connection);
  read_nesting(section, check, connection);
  return connection;
}

}  // namespace

auto read_manual(const syntax::Section& root, Loader& files, Checker& check) -> Manual {
  Manual read;
  auto& connections = read.connections;
  const auto* manual = root.find_section("manual");
  if (manual == nullptr) return read;
  for (const auto& setting : manual->settings) {
    check.complain(setting.key_place, "`manual` holds sections, one a connection");
  }
  for (const auto& section : manual->sections) {
    if (is_clear(section)) {
      read.clear.push_back({read_clear(section, {}, check), connections.size()});
    } else {
      connections.push_back(read_connection(section, files, check));
    }
  }
  check_conflicts(connections, check);
  return read;
}

}  // namespace esplanade::config::check
