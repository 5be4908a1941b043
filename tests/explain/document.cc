#include "tests/explain/document.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace esplanade::explain_test {
namespace {

constexpr std::string_view fence = "```";

struct Section {
  std::string title;
  std::vector<Block> blocks;
};

auto block_of(std::string_view info) -> Block {
  const auto space = info.find(' ');
  if (space == std::string_view::npos) return {.kind = std::string(info), .argument = {}, .lines = {}};
  return {.kind = std::string(info.substr(0, space)),
          .argument = std::string(info.substr(space + 1)),
          .lines = {}};
}

auto sections_of(std::string_view markdown) -> std::vector<Section> {
  std::vector<Section> sections(1);
  std::istringstream text{std::string(markdown)};
  bool is_inside = false;
  for (std::string line; std::getline(text, line);) {
    auto& blocks = sections.back().blocks;
    if (line.starts_with(fence)) {
      if (!is_inside) blocks.push_back(block_of(std::string_view(line).substr(fence.size())));
      is_inside = !is_inside;
    } else if (is_inside) {
      blocks.back().lines.push_back(line);
    } else if (line.starts_with("## ")) {
      sections.push_back({.title = line.substr(3), .blocks = {}});
    }
  }
  return sections;
}

/// Each line that begins with "-" is there once, and gives way to the next "+".
void change(std::string& file, const Block& diff) {
  std::string taken;
  for (const auto& line : diff.lines) {
    const auto text = line.substr(std::min<std::size_t>(line.size(), 1)) + "\n";
    if (line.starts_with('-')) taken = text;
    if (!line.starts_with('+')) continue;
    const auto at = file.find(taken);
    if (at == std::string::npos || taken.empty()) {
      throw std::runtime_error("not in " + diff.argument + ": " + taken);
    }
    file.replace(at, taken.size(), text);
  }
}

void add(const Block& block, Example& to) {
  if (block.kind == "conf") to.files[block.argument] = block.text();
  if (block.kind == "diff") change(to.files.at(block.argument), block);
  if (block.kind == "network") to.network = block.lines;
  if (block.kind == "log" || block.kind == "diagnose") to.expected.push_back(block);
}

}  // namespace

auto Block::text() const -> std::string {
  std::string all;
  for (const auto& line : lines) all += line + "\n";
  return all;
}

auto examples_in(std::string_view markdown) -> std::vector<Example> {
  const auto sections = sections_of(markdown);
  Example common;
  for (const auto& block : sections.front().blocks) add(block, common);
  std::vector<Example> examples;
  for (const auto& section : sections) {
    auto example = common;
    example.title = section.title;
    if (&section == &sections.front()) continue;
    for (const auto& block : section.blocks) add(block, example);
    if (!example.expected.empty()) examples.push_back(std::move(example));
  }
  return examples;
}

}  // namespace esplanade::explain_test
