#include "config/check/ike.h"

#include <fmt/format.h>

#include <charconv>

namespace esplanade::config::check {
namespace {

constexpr auto setting_names = std::to_array<std::string_view>(
    {"retransmit_timeout", "retransmit_base", "retransmit_tries", "half_open_timeout",
     "cookie_threshold", "block_threshold", "half_open_limit", "window", "fragment_size",
     "keep_alive", "invalid_selectors", "port", "port_nat_t"});

constexpr std::uint64_t many = 1'000'000;
constexpr std::uint64_t least_ipv4_packet = 576;  // RFC 791, 3.1: what every host takes
constexpr std::uint64_t most_packet = 65535;

auto misfit(std::string_view found, std::string_view wanted) -> std::unexpected<Misfit> {
  return std::unexpected(
      Misfit{.wanted = std::string(wanted), .found = std::string(found), .hint = {}});
}

/// Retransmissions grow apart (RFC 7296, 2.4; IKE2-2.4-08).
auto parse_base(std::string_view text) -> Parsed<double> {
  constexpr double least = 1.1;
  constexpr double most = 10;
  double base = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, base, std::chars_format::fixed);
  const auto is_good = error == std::errc() && stop == end && base >= least && base <= most;
  if (is_good) return base;
  return misfit(text, "a number from 1.1 to 10");
}

auto parse_some_time(std::string_view text) -> Parsed<core::Duration> {
  const auto time = TRY(parse_time(text));
  if (!time) return misfit(text, "more than 0 seconds");
  return *time;
}

auto parse_time_or_zero(std::string_view text) -> Parsed<core::Duration> {
  return TRY(parse_time(text)).value_or(core::Duration::zero());
}

void check_ports(const syntax::Section& section, const Ike& ike, Checker& check) {
  if (ike.port != ike.port_nat_t) return;
  const auto* setting = section.find("port_nat_t");
  if (setting == nullptr) setting = section.find("port");
  check.complain(setting->value_place, "`port` and `port_nat_t` must be two ports",
                 "IKE looks different on them (RFC 3948, 2.2)");
}

}  // namespace

auto read_ike(const syntax::Section& root, Checker& check) -> Ike {
  const syntax::Section none;
  const auto* found = root.find_section("ike");
  const auto& section = found == nullptr ? none : *found;
  check_names(section, {.settings = setting_names, .sections = {}}, check);

  Ike ike;
  read(section, "retransmit_timeout", check, parse_some_time, ike.retransmit_timeout);
  read(section, "retransmit_base", check, parse_base, ike.retransmit_base);
  read(section, "retransmit_tries", check, number(1, 100), ike.retransmit_tries);
  read(section, "half_open_timeout", check, parse_some_time, ike.half_open_timeout);
  read(section, "cookie_threshold", check, number(0, many), ike.cookie_threshold);
  read(section, "block_threshold", check, number(1, many), ike.block_threshold);
  read(section, "half_open_limit", check, number(1, many), ike.half_open_limit);
  read(section, "window", check, number(1, 64), ike.window);
  read(section, "fragment_size", check, number(least_ipv4_packet, most_packet), ike.fragment_size);
  read(section, "keep_alive", check, parse_time_or_zero, ike.keep_alive);
  read(section, "invalid_selectors", check, parse_yes_no, ike.tells_invalid_selectors);
  read(section, "port", check, number(1, 65535), ike.port);
  read(section, "port_nat_t", check, number(1, 65535), ike.port_nat_t);
  check_ports(section, ike, check);
  return ike;
}

}  // namespace esplanade::config::check
