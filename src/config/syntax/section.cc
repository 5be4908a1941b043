#include "config/syntax/section.h"

#include "core/secret.h"

#include <algorithm>

namespace esplanade::config::syntax {

auto Setting::operator=(const Setting& other) -> Setting& {
  if (this != &other) *this = Setting(other);
  return *this;
}

auto Setting::operator=(Setting&& other) noexcept -> Setting& {
  if (this == &other) return *this;
  wipe();
  key = std::move(other.key);
  value = std::move(other.value);
  key_place = std::move(other.key_place);
  value_place = std::move(other.value_place);
  is_verbatim = other.is_verbatim;
  return *this;
}

void Setting::wipe() noexcept {
  if (value) core::wipe(std::as_writable_bytes(std::span(*value)));
}

auto Setting::place_at(std::size_t offset) const -> Place {
  auto place = value_place;
  if (!is_verbatim || !value) return place;
  for (const auto c : std::string_view(*value).substr(0, offset)) {
    if ((static_cast<unsigned char>(c) >> 6) != 2) ++place.column;
  }
  return place;
}

auto Section::find(std::string_view key) const -> const Setting* {
  const auto it = std::ranges::find(settings, key, &Setting::key);
  return it == settings.end() || !it->value ? nullptr : &*it;
}

auto Section::find_section(std::string_view section_name) const -> const Section* {
  const auto it = std::ranges::find(sections, section_name, &Section::name);
  return it == sections.end() ? nullptr : &*it;
}

void Section::set(Setting setting) {
  const auto it = std::ranges::find(settings, setting.key, &Setting::key);
  if (it == settings.end()) {
    settings.push_back(std::move(setting));
  } else {
    *it = std::move(setting);
  }
}

auto Section::open(std::string_view section_name, const Place& at) -> Section& {
  const auto it = std::ranges::find(sections, section_name, &Section::name);
  if (it != sections.end()) return *it;
  auto& section = sections.emplace_back();
  section.name = section_name;
  section.place = at;
  return section;
}

}  // namespace esplanade::config::syntax
