#include "config/check/gateway.h"

#include <fmt/format.h>

namespace esplanade::config::check {
namespace {

constexpr auto setting_names = std::to_array<std::string_view>(
    {"inside", "outside", "arp", "neighbour_discovery", "other_frames"});

constexpr std::size_t longest_device_name = 15;  // Linux: IFNAMSIZ less the closing zero

auto parse_device(std::string_view text) -> Parsed<std::string> {
  const bool is_good = !text.empty() && text.size() <= longest_device_name && text != "." &&
                       text != ".." && text.find_first_of("/: \t\n%\"\\") == std::string_view::npos;
  if (is_good) return std::string(text);
  return std::unexpected(
      Misfit{.wanted = "the name of an Ethernet device, of 15 characters at most",
             .found = std::string(text),
             .hint = {}});
}

auto parse_use(std::string_view text) -> Parsed<FrameUse> {
  constexpr auto words =
      std::to_array<Word<FrameUse>>({{"discard", FrameUse::discard}, {"bypass", FrameUse::bypass}});
  return choose(text, words, "`discard` or `bypass`");
}

void read_device(const syntax::Section& section, std::string_view key, Checker& check,
                 std::string& to) {
  read(section, key, check, parse_device, to);
  if (section.find(key) == nullptr) {
    check.complain(section.place, fmt::format("section `gateway` needs `{}`", key),
                   "a gateway stands between two Ethernet devices");
  }
}

}  // namespace

auto read_gateway(const syntax::Section& section, Checker& check) -> Gateway {
  check_names(section, {.settings = setting_names, .sections = {}, .unbuilt = {}}, check);
  Gateway gateway;
  read_device(section, "inside", check, gateway.inside);
  read_device(section, "outside", check, gateway.outside);
  if (!gateway.inside.empty() && gateway.inside == gateway.outside) {
    check.complain(section.find("outside")->value_place,
                   fmt::format("`inside` and `outside` are both {}", gateway.outside));
  }
  read(section, "arp", check, parse_use, gateway.arp);
  read(section, "neighbour_discovery", check, parse_use, gateway.neighbour_discovery);
  read(section, "other_frames", check, parse_use, gateway.other_frames);
  return gateway;
}

}  // namespace esplanade::config::check
