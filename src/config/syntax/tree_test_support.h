// A tree as one line of text, so that tests can say what they expect:  "a{k=v,b{}}"
#pragma once

#include "config/memory_loader_test_support.h"
#include "config/syntax/inherit.h"
#include "config/syntax/parse.h"

namespace esplanade::config::syntax {

inline auto flat(const Section& section) -> std::string {
  std::string text;
  for (const auto& setting : section.settings) {
    if (!text.empty()) text += ',';
    text += setting.key + (setting.value ? "=" + *setting.value : std::string("!"));
  }
  for (const auto& child : section.sections) {
    if (!text.empty()) text += ',';
    text += child.name + "{" + flat(child) + "}";
  }
  return text;
}

/// The tree of the file "main", or the complaint's text.
inline auto parsed(MemoryLoader& files) -> std::string {
  Sources sources;
  const auto root = parse("main", files, sources);
  return root ? flat(*root) : root.error().to_string();
}

inline auto parsed(const std::string& text) -> std::string {
  MemoryLoader files;
  files.texts["main"] = text;
  return parsed(files);
}

/// The same after references were followed; complaints one behind the other.
inline auto inherited(const std::string& text) -> std::string {
  MemoryLoader files;
  files.texts["main"] = text;
  Sources sources;
  const auto root = parse("main", files, sources);
  if (!root) return root.error().to_string();
  const auto resolved = inherit(*root, sources);
  if (resolved) return flat(*resolved);
  std::string complaints;
  for (const auto& complaint : resolved.error()) complaints += complaint.to_string();
  return complaints;
}

}  // namespace esplanade::config::syntax
