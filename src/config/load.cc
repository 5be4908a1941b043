#include "config/load.h"

#include "config/check/dataplane.h"
#include "config/check/ike.h"
#include "config/check/manual.h"
#include "config/keying/connections.h"
#include "config/syntax/inherit.h"
#include "config/syntax/nearest.h"
#include "config/syntax/parse.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::config {
namespace {

constexpr auto own_sections = std::to_array<std::string_view>(
    {"connections", "secrets", "authorities", "manual", "ike", "dataplane"});

auto contains(std::span<const std::string_view> names, std::string_view name) -> bool {
  return std::ranges::find(names, name) != names.end();
}

/// The top sections that references lead into.
void collect_bases(const syntax::Section& section, std::vector<std::string_view>& bases) {
  for (const auto& reference : section.references) {
    const std::string_view path = reference.path;
    bases.push_back(path.substr(0, path.find('.')));
  }
  for (const auto& child : section.sections) collect_bases(child, bases);
}

void check_top_section(const syntax::Section& section, check::Checker& check) {
  if (section.name == "pools") {
    check.complain(section.place,
                   "`pools` needs virtual addresses, which this version does not have",
                   "give each end its inner address by hand");
    return;
  }
  check.complain(
      section.place,
      fmt::format("`{}` is no section of this program, and none inherits from it", section.name),
      syntax::did_you_mean(section.name, own_sections));
}

/// Sections that others inherit from may have any name; beside them there are only our own.
void check_top(const syntax::Section& root, check::Checker& check) {
  for (const auto& setting : root.settings) {
    check.complain(setting.key_place,
                   fmt::format("setting `{}` stands in no section", setting.key));
  }
  std::vector<std::string_view> bases(own_sections.begin(), own_sections.end());
  collect_bases(root, bases);
  for (const auto& section : root.sections) {
    const auto is_unbuilt = section.name == "pools";
    if (is_unbuilt || !contains(bases, section.name)) check_top_section(section, check);
  }
}

/// As strongSwan ranks them: what shunts pass comes first, and what they drop last.
auto in_order(std::vector<ClearPolicy> by_hand, std::vector<policy::ClearEntry> shunts)
    -> std::vector<ClearPolicy> {
  std::vector<ClearPolicy> all;
  std::vector<ClearPolicy> last;
  for (auto& shunt : shunts) {
    const bool is_pass = shunt.processing == policy::Processing::bypass;
    auto& list = is_pass ? all : last;
    list.push_back({std::move(shunt), is_pass ? 0 : behind_all});
  }
  std::ranges::move(by_hand, std::back_inserter(all));
  std::ranges::move(last, std::back_inserter(all));
  return all;
}

}  // namespace

auto load(const std::string& path, Loader& files) -> Checked<Configuration> {
  syntax::Sources sources;
  const auto written = syntax::parse(path, files, sources);
  if (!written) return std::unexpected(Complaints{written.error()});
  const auto root = TRY(syntax::inherit(*written, sources));

  check::Checker check(sources);
  check_top(*written, check);
  Configuration configuration;
  auto [manual, clear] = check::read_manual(root, files, check);
  configuration.manual = std::move(manual);
  configuration.ike = check::read_ike(root, check);
  auto keying = keying::read_keying(
      root, {.check = check, .files = files, .ike = configuration.ike, .main_file = path});
  configuration.clear = in_order(std::move(clear), std::move(keying.shunts));
  configuration.connections = std::move(keying.connections);
  configuration.credentials = std::move(keying.credentials);
  configuration.dataplane = check::read_dataplane(root, check);
  if (check.is_content()) {
    configuration.warnings = std::move(check).warnings();
    return configuration;
  }
  return std::unexpected(std::move(check).complaints());
}

}  // namespace esplanade::config
