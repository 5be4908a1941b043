#include "config/check/checker.h"

#include "config/syntax/nearest.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace esplanade::config::check {
namespace {

auto contains(std::span<const std::string_view> names, std::string_view name) -> bool {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

void Checker::complain(const Place& place, std::string what, std::string hint) {
  sources_.complain(complaints_, place, std::move(what), std::move(hint));
}

auto Checker::complaints() && -> Complaints {
  std::ranges::sort(complaints_, {}, [&](const Complaint& c) {
    const auto& [file, line, column] = c.place;
    return std::tuple(sources_.number_of(file), line, column, std::string_view(c.what));
  });
  return std::move(complaints_);
}

void check_names(const syntax::Section& section, const Names& names, Checker& check) {
  for (const auto& setting : section.settings) {
    if (contains(names.settings, setting.key)) continue;
    const auto is_section = contains(names.sections, setting.key);
    check.complain(setting.key_place,
                   is_section ? fmt::format("`{0}` is a section: `{0} {{ }}`", setting.key)
                              : fmt::format("unknown setting `{}`", setting.key),
                   is_section ? std::string() : syntax::did_you_mean(setting.key, names.settings));
  }
  for (const auto& child : section.sections) {
    if (contains(names.sections, child.name)) continue;
    check.complain(child.place, fmt::format("unknown section `{}`", child.name),
                   syntax::did_you_mean(child.name, names.sections));
  }
}

void complain_misfit(const syntax::Setting& setting, const Misfit& misfit, Checker& check) {
  const auto found =
      syntax::is_secret_name(setting.key) ? std::string() : fmt::format(", not `{}`", misfit.found);
  check.complain(setting.place_at(misfit.offset),
                 fmt::format("`{}` must be {}{}", setting.key, misfit.wanted, found), misfit.hint);
}

}  // namespace esplanade::config::check
