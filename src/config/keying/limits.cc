#include "config/keying/limits.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::config::keying {
namespace {

template <class T>
using Limit = std::optional<T>;

/// The settings of one unit.
struct Keys {
  std::string_view rekey, life, rand;
};

auto tenth(core::Duration value) -> core::Duration { return value / 10; }
auto tenth(std::uint64_t value) -> std::uint64_t { return value / 10; }

template <class T>
struct Triple {
  Limit<T> rekey, life, rand;
};

/// Fills in what is not set; complains where the order of the three cannot work.
template <class T>
void settle(const syntax::Section& section, const Keys& keys, check::Checker& check,
            Triple<T>& to) {
  const auto* rekey = section.find(keys.rekey);
  const auto* life = section.find(keys.life);
  if (life == nullptr) {
    to.life = to.rekey ? Limit<T>(*to.rekey + tenth(*to.rekey)) : std::nullopt;
  }
  if (rekey == nullptr && to.rekey && to.life && *to.rekey >= *to.life) {
    to.rekey = *to.life - tenth(*to.life);
  }
  const auto is_late = to.rekey && to.life && *to.rekey >= *to.life;
  if (is_late && rekey != nullptr && life != nullptr) {
    check.complain(rekey->value_place,
                   fmt::format("`{}` must be less than `{}`", keys.rekey, keys.life));
    return;
  }
  const auto* rand = section.find(keys.rand);
  if (rand == nullptr) {
    to.rand = to.rekey && to.life && !is_late ? Limit<T>(*to.life - *to.rekey) : std::nullopt;
    if (to.rand > to.rekey) to.rand = tenth(*to.rekey);
  } else if (to.rand && to.rekey && *to.rand > *to.rekey) {
    check.complain(rand->value_place,
                   fmt::format("`{}` must not be more than `{}`", keys.rand, keys.rekey));
  }
}

template <class T, class Parse>
auto read_triple(const syntax::Section& section, const Keys& keys, check::Checker& check,
                 const Parse& parse, Limit<T> rekey) -> Triple<T> {
  Triple<T> triple{.rekey = rekey, .life = {}, .rand = {}};
  check::read(section, keys.rekey, check, parse, triple.rekey);
  check::read(section, keys.life, check, parse, triple.life);
  check::read(section, keys.rand, check, parse, triple.rand);
  settle(section, keys, check, triple);
  return triple;
}

}  // namespace

auto read_child_limits(const syntax::Section& section, check::Checker& check) -> policy::Limits {
  const auto time = read_triple<core::Duration>(section, {"rekey_time", "life_time", "rand_time"},
                                                check, check::parse_time, std::chrono::hours(1));
  const auto octets =
      read_triple<std::uint64_t>(section, {"rekey_bytes", "life_bytes", "rand_bytes"}, check,
                                 check::parse_octets, std::nullopt);
  const auto packets =
      read_triple<std::uint64_t>(section, {"rekey_packets", "life_packets", "rand_packets"}, check,
                                 check::parse_count, std::nullopt);
  return {.rekey_time = time.rekey,
          .life_time = time.life,
          .rand_time = time.rand,
          .rekey_octets = octets.rekey,
          .life_octets = octets.life,
          .rand_octets = octets.rand,
          .rekey_packets = packets.rekey,
          .life_packets = packets.life,
          .rand_packets = packets.rand};
}

void read_ike_limits(const syntax::Section& section, check::Checker& check,
                     policy::Connection& to) {
  check::read(section, "reauth_time", check, check::parse_time, to.reauth_time);
  if (!to.reauth_time) to.rekey_time = std::chrono::hours(4);
  check::read(section, "rekey_time", check, check::parse_time, to.rekey_time);
  const auto longest = std::max(to.rekey_time, to.reauth_time);
  if (longest) to.over_time = tenth(*longest);
  check::read(section, "over_time", check, check::parse_time, to.over_time);
  const auto shortest =
      to.rekey_time && to.reauth_time ? std::min(to.rekey_time, to.reauth_time) : longest;
  to.rand_time = shortest ? std::min(to.over_time, shortest) : std::nullopt;
  check::read(section, "rand_time", check, check::parse_time, to.rand_time);

  const auto* rand = section.find("rand_time");
  for (const auto& [key, time] :
       {std::pair("rekey_time", to.rekey_time), std::pair("reauth_time", to.reauth_time)}) {
    if (rand == nullptr || !time || !to.rand_time || *to.rand_time <= *time) continue;
    check.complain(rand->value_place, fmt::format("`rand_time` must not be more than `{}`", key));
  }
}

}  // namespace esplanade::config::keying
