#include "config/check/clear.h"

namespace esplanade::config::check {
namespace {

constexpr auto setting_names =
    std::to_array<std::string_view>({"mode", "local_ts", "remote_ts", "direction"});

auto parse_direction(std::string_view text) -> Parsed<policy::Sides> {
  if (text == "both") return policy::Sides::both;
  if (text == "out") return policy::Sides::outbound;
  if (text == "in") return policy::Sides::inbound;
  return std::unexpected(
      Misfit{.wanted = "`both`, `out` or `in`", .found = std::string(text), .hint = {}});
}

auto everything() -> std::array<net::Range, 2> {
  const auto all = [](const net::Address& zero) { return net::Range(net::Prefix(zero, 0)); };
  return {all(net::Address()), all(net::Address(core::Bytes(16)))};
}

/// `dynamic`, which nobody negotiates here, is any address, as it is to strongSwan.
auto parse_clear_selectors(std::string_view text) -> Parsed<std::vector<sa::TrafficSelector>> {
  std::vector<sa::TrafficSelector> selectors;
  for (const auto& [addresses, protocol, ports] : TRY(parse_selector_templates(text))) {
    if (addresses) {
      selectors.push_back({*addresses, protocol, ports});
      continue;
    }
    for (const auto& range : everything()) selectors.push_back({range, protocol, ports});
  }
  return selectors;
}

void read_end(const syntax::Section& section, std::string_view key, Checker& check,
              std::vector<sa::TrafficSelector>& to) {
  for (const auto& range : everything()) to.push_back({range, {}, {}});
  read(section, key, check, parse_clear_selectors, to);
}

}  // namespace

auto is_clear(const syntax::Section& section) -> bool {
  const auto* const mode = section.find("mode");
  return mode != nullptr && (*mode->value == "pass" || *mode->value == "drop");
}

auto read_clear(const syntax::Section& section, std::span<const std::string_view> more,
                Checker& check) -> policy::ClearEntry {
  std::vector<std::string_view> names(setting_names.begin(), setting_names.end());
  names.insert(names.end(), more.begin(), more.end());
  check_names(section, {.settings = names, .sections = {}, .unbuilt = {}}, check);
  policy::ClearEntry entry;
  entry.name = section.name;
  const bool is_pass = *section.find("mode")->value == "pass";
  entry.processing = is_pass ? policy::Processing::bypass : policy::Processing::discard;
  read(section, "direction", check, parse_direction, entry.sides);
  read_end(section, "local_ts", check, entry.selectors.ours);
  read_end(section, "remote_ts", check, entry.selectors.theirs);
  return entry;
}

}  // namespace esplanade::config::check
