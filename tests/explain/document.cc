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
  if (space == std::string_view::npos)
    return {.kind = std::string(info), .argument = {}, .lines = {}, .at = 0};
  return {.kind = std::string(info.substr(0, space)),
          .argument = std::string(info.substr(space + 1)),
          .lines = {},
          .at = 0};
}

auto sections_of(std::string_view markdown) -> std::vector<Section> {
  std::vector<Section> sections(1);
  std::istringstream text{std::string(markdown)};
  bool is_inside = false;
  std::size_t at = 0;
  for (std::string line; std::getline(text, line);) {
    at += line.size() + 1;
    auto& blocks = sections.back().blocks;
    if (line.starts_with(fence)) {
      if (!is_inside) {
        blocks.push_back(block_of(std::string_view(line).substr(fence.size())));
        blocks.back().at = at;
      }
      is_inside = !is_inside;
    } else if (is_inside) {
      blocks.back().lines.push_back(line);
    } else if (line.starts_with("## ")) {
      sections.push_back({.title = line.substr(3), .blocks = {}});
    }
  }
  return sections;
}

/// What stands there once, in place of which something else comes.
struct Hunk {
  std::string taken, given;
};

auto hunks_of(const Block& diff) -> std::vector<Hunk> {
  std::vector<Hunk> hunks;
  for (const auto& line : diff.lines) {
    const bool is_taken = line.starts_with('-');
    const bool is_new = hunks.empty() || (is_taken && !hunks.back().given.empty());
    if (is_new) hunks.emplace_back();
    auto& hunk = hunks.back();
    (is_taken ? hunk.taken : hunk.given) +=
        line.substr(std::min<std::size_t>(line.size(), 1)) + "\n";
  }
  return hunks;
}

void change(std::string& file, const Block& diff) {
  for (const auto& [taken, given] : hunks_of(diff)) {
    const auto at = file.find(taken);
    if (at == std::string::npos || taken.empty()) {
      throw std::runtime_error("not in " + diff.argument + ": " + taken);
    }
    file.replace(at, taken.size(), given);
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
