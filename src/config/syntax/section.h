// The tree that the text makes: sections of settings and sections, each with its place.
//
//   if (auto* manual = root.find_section("manual"))
//     for (auto& connection : manual->sections) ... connection.find("mode") ...
//
// Settings and sections stand in the order in which they first appear.
#pragma once

#include "config/complaint.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace esplanade::config::syntax {

/// `key = value`. Values may be keys, so all of them are wiped at the end.
struct Setting {
  std::string key;
  /// Absent for `key =`, which clears an inherited value.
  std::optional<std::string> value;
  Place key_place;
  Place value_place;
  /// The value stands in the text exactly so, and places inside it can be named.
  bool is_verbatim = false;

  Setting() = default;
  Setting(const Setting&) = default;
  Setting(Setting&&) noexcept = default;
  auto operator=(const Setting&) -> Setting&;
  auto operator=(Setting&&) noexcept -> Setting&;
  ~Setting() { wipe(); }

  /// Place of the octet at `offset` of the value.
  [[nodiscard]] auto place_at(std::size_t offset) const -> Place;

 private:
  void wipe() noexcept;
};

/// One name behind the colon of `name : base.one, two { }`; a path from the root.
struct Reference {
  std::string path;
  Place place;
};

struct Section {
  std::string name;
  Place place;
  std::vector<Setting> settings;
  std::vector<Section> sections;
  std::vector<Reference> references;

  /// nullptr where there is none or it is cleared.
  [[nodiscard]] auto find(std::string_view key) const -> const Setting*;
  [[nodiscard]] auto find_section(std::string_view section_name) const -> const Section*;

  /// Replaces the value of a setting of this key, or adds it.
  void set(Setting setting);
  /// The section of this name, made if there is none. Valid until another is opened here.
  auto open(std::string_view section_name, const Place& at) -> Section&;
};

}  // namespace esplanade::config::syntax
