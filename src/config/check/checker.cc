#include "config/check/checker.h"

#include "config/syntax/nearest.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace esplanade::config::check {
namespace {

auto contains(std::span<const std::string_view> names, std::string_view name) -> bool {
  return std::ranges::any_of(names,
                             [&](std::string_view pattern) { return is_named(name, pattern); });
}

auto find_unbuilt(const Names& names, std::string_view name) -> const Unbuilt* {
  const auto it = std::ranges::find_if(
      names.unbuilt, [&](const Unbuilt& row) { return is_named(name, row.name); });
  return it == names.unbuilt.end() ? nullptr : &*it;
}

/// Is `value` one of the words of `neutral`?
auto is_neutral(std::string_view value, std::string_view neutral) -> bool {
  const auto spaced = fmt::format(" {} ", neutral);
  return !value.empty() && spaced.contains(fmt::format(" {} ", value));
}

/// What to write in place of it.
auto hint_of(const Unbuilt& row) -> std::string {
  if (!row.instead.empty()) return std::string(row.instead);
  if (row.neutral.empty()) return "leave it out";
  return fmt::format("leave it out, or set it to {}", row.neutral.substr(0, row.neutral.find(' ')));
}

void complain_unbuilt(const Place& place, std::string_view name, const Unbuilt& row,
                      Checker& check) {
  check.complain(place,
                 fmt::format("`{}` needs {}, which this version does not have", name, row.needs),
                 hint_of(row));
}

void check_setting(const syntax::Setting& setting, const Names& names, Checker& check) {
  if (contains(names.settings, setting.key)) return;
  if (const auto* row = find_unbuilt(names, setting.key); row != nullptr) {
    const auto asks = setting.value && !is_neutral(*setting.value, row->neutral);
    if (asks) complain_unbuilt(setting.key_place, setting.key, *row, check);
    return;
  }
  const auto is_section = contains(names.sections, setting.key);
  check.complain(setting.key_place,
                 is_section ? fmt::format("`{0}` is a section: `{0} {{ }}`", setting.key)
                            : fmt::format("unknown setting `{}`", setting.key),
                 is_section ? std::string() : syntax::did_you_mean(setting.key, names.settings));
}

void check_section(const syntax::Section& section, const Names& names, Checker& check) {
  if (contains(names.sections, section.name)) return;
  if (const auto* row = find_unbuilt(names, section.name); row != nullptr) {
    complain_unbuilt(section.place, section.name, *row, check);
    return;
  }
  check.complain(section.place, fmt::format("unknown section `{}`", section.name),
                 syntax::did_you_mean(section.name, names.sections));
}

auto in_order(Complaints complaints, const syntax::Sources& sources) -> Complaints {
  std::ranges::sort(complaints, {}, [&](const Complaint& c) {
    const auto& [file, line, column] = c.place;
    return std::tuple(sources.number_of(file), line, column, std::string_view(c.what));
  });
  return complaints;
}

}  // namespace

void Checker::complain(const Place& place, std::string what, std::string hint) {
  sources_.complain(complaints_, place, std::move(what), std::move(hint));
}

void Checker::warn(const Place& place, std::string what, std::string hint) {
  sources_.complain(warnings_, place, std::move(what), std::move(hint));
  for (auto& one : warnings_) one.severity = Severity::warning;
}

auto Checker::complaints() && -> Complaints { return in_order(std::move(complaints_), sources_); }

auto Checker::warnings() && -> Complaints { return in_order(std::move(warnings_), sources_); }

auto is_named(std::string_view name, std::string_view pattern) -> bool {
  if (!pattern.ends_with('*')) return name == pattern;
  return name.starts_with(pattern.substr(0, pattern.size() - 1));
}

void check_names(const syntax::Section& section, const Names& names, Checker& check) {
  for (const auto& setting : section.settings) check_setting(setting, names, check);
  for (const auto& child : section.sections) check_section(child, names, check);
}

void complain_misfit(const syntax::Setting& setting, const Misfit& misfit, Checker& check) {
  const auto found =
      syntax::is_secret_name(setting.key) ? std::string() : fmt::format(", not `{}`", misfit.found);
  check.complain(setting.place_at(misfit.offset),
                 fmt::format("`{}` must be {}{}", setting.key, misfit.wanted, found), misfit.hint);
}

}  // namespace esplanade::config::check
