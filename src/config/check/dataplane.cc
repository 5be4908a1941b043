#include "config/check/dataplane.h"

#include "config/check/gateway.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::config::check {
namespace {

constexpr auto setting_names = std::to_array<std::string_view>({"mtu",
                                                                "path_mtu",
                                                                "path_mtu_age",
                                                                "fragment_before",
                                                                "tcp_mss",
                                                                "icmp_errors",
                                                                "icmp_error_check",
                                                                "icmp_discards",
                                                                "icmp_log",
                                                                "audit",
                                                                "guard",
                                                                "keep_guard",
                                                                "cryptography",
                                                                "sequence_file",
                                                                "tun",
                                                                "fwmark",
                                                                "table",
                                                                "priority",
                                                                "esp_key_log",
                                                                "ike_key_log"});

constexpr auto section_names = std::to_array<std::string_view>({"gateway"});

constexpr std::uint64_t longest_interface_name = 15;  // Linux: IFNAMSIZ less the closing zero

auto misfit(std::string_view found, std::string wanted) -> std::unexpected<Misfit> {
  return std::unexpected(
      Misfit{.wanted = std::move(wanted), .found = std::string(found), .hint = {}});
}

auto parse_interface(std::string_view text) -> Parsed<std::string> {
  const auto is_good = !text.empty() && text.size() <= longest_interface_name && text != "." &&
                       text != ".." && text.find_first_of("/: \t\n") == std::string_view::npos;
  auto percent = text.find('%');
  const auto is_number =
      percent == std::string_view::npos || (text.substr(percent).starts_with("%d") &&
                                            text.find('%', percent + 1) == std::string_view::npos);
  if (is_good && is_number) return std::string(text);
  return misfit(text, "the name of an interface, of 15 characters, with one `%d` at most");
}

auto parse_table(std::string_view text) -> Parsed<std::uint64_t> {
  const auto table = TRY(parse_number(text, 1, 0xffffffff));
  // Linux keeps these for `default`, `main` and `local`; our routes there would catch our own
  // packets.
  if (table >= 253 && table <= 255) return misfit(text, "a table of our own");
  return table;
}

auto parse_tcp_mss(std::string_view text) -> Parsed<sa::TcpMss> {
  constexpr auto words =
      std::to_array<Word<sa::TcpMss>>({{"lower", sa::TcpMss::lower}, {"keep", sa::TcpMss::keep}});
  return choose(text, words, "`lower` or `keep`");
}

auto parse_library(std::string_view text) -> Parsed<crypto::Library> {
  using enum crypto::Library;
  constexpr auto words = std::to_array<Word<crypto::Library>>(
      {{"auto", best}, {"ipsec-mb", ipsecmb}, {"openssl", openssl}});
  return choose(text, words, "`auto`, `ipsec-mb` or `openssl`");
}

/// RFC 8201, 4: a path is not tried anew within 5 minutes of an error; RFC 1191, 6.3: for ever is
/// an answer too.
auto parse_path_mtu_age(std::string_view text) -> Parsed<core::Duration> {
  const auto age = TRY(parse_time(text));
  if (!age) return core::Duration::max();
  if (*age < std::chrono::minutes(5)) return misfit(text, "5 minutes at least, or 0 for ever");
  return *age;
}

auto parse_fragmenting(std::string_view text) -> Parsed<sa::Fragmenting> {
  return TRY(parse_yes_no(text)) ? sa::Fragmenting::before : sa::Fragmenting::after;
}

auto parse_icmp_errors(std::string_view text) -> Parsed<IcmpErrors> {
  constexpr auto words = std::to_array<Word<IcmpErrors>>(
      {{"accept", IcmpErrors::accept}, {"ignore", IcmpErrors::ignore}});
  return choose(text, words, "`accept` or `ignore`");
}

auto parse_icmp_error_check(std::string_view text) -> Parsed<sa::IcmpErrorCheck> {
  constexpr auto words = std::to_array<Word<sa::IcmpErrorCheck>>(
      {{"either", sa::IcmpErrorCheck::either}, {"quoted", sa::IcmpErrorCheck::quoted}});
  return choose(text, words, "`either` or `quoted`");
}

auto parse_icmp_log(std::string_view text) -> Parsed<IcmpLog> {
  constexpr auto words = std::to_array<Word<IcmpLog>>(
      {{"none", IcmpLog::none}, {"path", IcmpLog::path}, {"all", IcmpLog::all}});
  return choose(text, words, "`none`, `path` or `all`");
}

auto parse_audit(std::string_view text) -> Parsed<Audit> {
  return TRY(parse_yes_no(text)) ? Audit::on : Audit::off;
}

auto parse_guard(std::string_view text) -> Parsed<GuardUse> {
  constexpr auto words = std::to_array<Word<GuardUse>>(
      {{"auto", GuardUse::if_possible}, {"yes", GuardUse::required}, {"no", GuardUse::off}});
  return choose(text, words, "`auto`, `yes` or `no`");
}

void read_path(const syntax::Section& section, std::string_view key, Checker& check,
               std::optional<std::string>& to) {
  const auto* setting = section.find(key);
  if (setting == nullptr) return;
  if (setting->value->empty()) {
    check.complain(setting->value_place, fmt::format("`{}` names no file", key));
    return;
  }
  to = syntax::path_beside(setting->value_place.file, *setting->value);
}

/// Policy alone decides what passes, and the system would forward beside us.
void read_gateway_if_any(const syntax::Section& section, Checker& check, Dataplane& dataplane) {
  const auto* const found = section.find_section("gateway");
  if (found == nullptr) return;
  dataplane.gateway = read_gateway(*found, check);
  const auto* const guard = section.find("guard");
  if (guard == nullptr || dataplane.guard != GuardUse::off) return;
  check.complain(guard->value_place, "a gateway needs its guard",
                 "the guard keeps the system from forwarding between the two devices itself");
}

}  // namespace

auto read_dataplane(const syntax::Section& root, Checker& check) -> Dataplane {
  const syntax::Section none;
  const auto* found = root.find_section("dataplane");
  const auto& section = found == nullptr ? none : *found;
  check_names(section, {.settings = setting_names, .sections = section_names}, check);

  Dataplane dataplane;
  read(section, "mtu", check, number(1280, 9000), dataplane.mtu);  // RFC 8200, 5: IPv6's least
  read(section, "path_mtu", check, number(1280, 9216), dataplane.path_mtu);
  read(section, "path_mtu_age", check, parse_path_mtu_age, dataplane.path_mtu_age);
  read(section, "fragment_before", check, parse_fragmenting, dataplane.fragmenting);
  read(section, "tcp_mss", check, parse_tcp_mss, dataplane.tcp_mss);
  read(section, "icmp_errors", check, parse_icmp_errors, dataplane.icmp_errors);
  read(section, "icmp_error_check", check, parse_icmp_error_check, dataplane.icmp_error_check);
  read(section, "icmp_discards", check, parse_yes_no, dataplane.tells_discards);
  read(section, "icmp_log", check, parse_icmp_log, dataplane.icmp_log);
  read(section, "audit", check, parse_audit, dataplane.audit);
  read(section, "cryptography", check, parse_library, dataplane.cryptography);
  read(section, "guard", check, parse_guard, dataplane.guard);
  read(section, "keep_guard", check, parse_yes_no, dataplane.keeps_guard);
  read_gateway_if_any(section, check, dataplane);
  read(section, "tun", check, parse_interface, dataplane.tun_name);
  read(section, "fwmark", check, number(1, 0xffffffff), dataplane.fwmark);
  read(section, "table", check, parse_table, dataplane.table);
  read(section, "priority", check, number(1, 32765), dataplane.priority);
  read_path(section, "sequence_file", check, dataplane.sequence_file);
  read_path(section, "esp_key_log", check, dataplane.esp_key_log);
  read_path(section, "ike_key_log", check, dataplane.ike_key_log);
  return dataplane;
}

}  // namespace esplanade::config::check
