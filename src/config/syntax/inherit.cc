#include "config/syntax/inherit.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::config::syntax {
namespace {

// References can double a tree at every step; no configuration of people comes near this.
constexpr std::size_t most_steps = 20'000;

/// Sections that are one in the result; what the first says, holds.
using Layers = std::vector<const Section*>;

/// A reference is followed: the sections that are being looked up on the way to it.
class Inheritor {
 public:
  Inheritor(const Section& root, const Sources& sources) : root_(root), sources_(sources) {}

  auto resolve() -> Checked<Section>;

 private:
  auto find(std::string_view path) -> Layers;
  auto children(const Layers& parents, std::string_view name) -> Layers;
  void add_layers(const Section& section, Layers& to);
  void follow(const Reference& reference, Layers& to);
  auto combine(const Layers& layers) -> Section;
  void add_child(const Layers& layers, const Section& child, Section& to);
  auto is_within_bounds(const Place& place) -> bool;
  void complain(const Place& place, std::string what, std::string hint = {});

  const Section& root_;
  const Sources& sources_;
  std::vector<const Section*> following_;  // whose references are being followed
  std::vector<const Section*> combining_;  // layers of the sections around
  std::size_t steps_ = 0;
  Complaints complaints_;
};

auto Inheritor::resolve() -> Checked<Section> {
  auto resolved = combine({&root_});
  if (!complaints_.empty()) return std::unexpected(std::move(complaints_));
  return resolved;
}

void Inheritor::complain(const Place& place, std::string what, std::string hint) {
  sources_.complain(complaints_, place, std::move(what), std::move(hint));
}

auto Inheritor::is_within_bounds(const Place& place) -> bool {
  if (++steps_ == most_steps) complain(place, "references make too many sections");
  return steps_ < most_steps;
}

auto Inheritor::find(std::string_view path) -> Layers {
  Layers layers = {&root_};
  while (!path.empty() && !layers.empty()) {
    const auto dot = std::min(path.find('.'), path.size());
    layers = children(layers, path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return layers;
}

auto Inheritor::children(const Layers& parents, std::string_view name) -> Layers {
  Layers layers;
  for (const auto* parent : parents) {
    if (const auto* child = parent->find_section(name)) add_layers(*child, layers);
  }
  return layers;
}

void Inheritor::add_layers(const Section& section, Layers& to) {
  if (std::ranges::find(to, &section) != to.end()) return;
  if (!is_within_bounds(section.place)) return;
  to.push_back(&section);
  for (const auto& reference : section.references) {
    if (std::ranges::find(following_, &section) != following_.end()) {
      complain(reference.place, fmt::format("`{}` leads back to itself", reference.path));
      return;
    }
    following_.push_back(&section);
    follow(reference, to);
    following_.pop_back();
  }
}

void Inheritor::follow(const Reference& reference, Layers& to) {
  const auto found = find(reference.path);
  if (found.empty()) {
    complain(reference.place, fmt::format("there is no section `{}`", reference.path),
             "a reference is a path from the root of the file, with dots");
  }
  for (const auto* layer : found) {
    if (std::ranges::find(to, layer) == to.end()) to.push_back(layer);
  }
}

auto Inheritor::combine(const Layers& layers) -> Section {
  Section section;
  section.name = layers.front()->name;
  section.place = layers.front()->place;
  const auto depth = combining_.size();
  combining_.insert(combining_.end(), layers.begin(), layers.end());
  for (const auto* layer : layers) {
    for (const auto& setting : layer->settings) {
      const auto is_known = std::ranges::find(section.settings, setting.key, &Setting::key);
      if (is_known == section.settings.end()) section.settings.push_back(setting);
    }
    for (const auto& child : layer->sections) add_child(layers, child, section);
  }
  combining_.resize(depth);
  return section;
}

void Inheritor::add_child(const Layers& layers, const Section& child, Section& to) {
  if (to.find_section(child.name) != nullptr || !is_within_bounds(child.place)) return;
  const auto below = children(layers, child.name);
  if (below.empty()) return;
  const auto is_around = [&](const Section* layer) {
    return std::ranges::find(combining_, layer) != combining_.end();
  };
  if (std::ranges::any_of(below, is_around)) {
    complain(child.place, fmt::format("`{}` inherits a section that it is a part of", child.name));
    return;
  }
  to.sections.push_back(combine(below));
}

}  // namespace

auto inherit(const Section& root, const Sources& sources) -> Checked<Section> {
  return Inheritor(root, sources).resolve();
}

}  // namespace esplanade::config::syntax
