// docs/troubleshooting.md as examples that can be played.
//
// An example is a section with fenced blocks whose first word says what they are:
//
//   conf FILE     the file's text; in the document's beginning it stands for all examples
//   diff FILE     lines that take the place of others in it
//   network       what stands in the way (see stage.h)
//   log END       what that end writes to its log
//   diagnose ...  what `esplanade diagnose ...` prints; the capture is capture.pcap
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace esplanade::explain_test {

struct Block {
  std::string kind, argument;  ///< of the fence's line: the first word, and the rest
  std::vector<std::string> lines;
  std::size_t at = 0;  ///< where its text begins in the document
  [[nodiscard]] auto text() const -> std::string;
};

struct Example {
  std::string title;
  std::map<std::string, std::string> files;  ///< configurations by name
  std::vector<std::string> network;
  std::vector<Block> expected;  ///< log and diagnose
};

/// Those sections that expect something. Throws where a block makes no sense.
[[nodiscard]] auto examples_in(std::string_view markdown) -> std::vector<Example>;

}  // namespace esplanade::explain_test
