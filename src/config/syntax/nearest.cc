#include "config/syntax/nearest.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace esplanade::config::syntax {
namespace {

constexpr std::size_t most_slips = 2;
constexpr std::size_t longest_word = 40;

/// Characters put in, left out, changed, or exchanged with their neighbour (Damerau).
auto distance(std::string_view a, std::string_view b) -> std::size_t {
  // row[i][j]: from the first i characters of `a` to the first j of `b`.
  std::vector<std::vector<std::size_t>> row(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) row[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) row[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto changed = row[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[i][j] = std::min({changed, row[i - 1][j] + 1, row[i][j - 1] + 1});
      const auto is_exchanged = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (is_exchanged) row[i][j] = std::min(row[i][j], row[i - 2][j - 2] + 1);
    }
  }
  return row[a.size()][b.size()];
}

}  // namespace

auto nearest(std::string_view word, std::span<const std::string_view> known)
    -> std::optional<std::string_view> {
  if (word.size() > longest_word) return std::nullopt;
  std::optional<std::string_view> best;
  auto best_distance = std::min(most_slips + 1, (word.size() + 1) / 2);
  for (const auto candidate : known) {
    const auto d = distance(word, candidate);
    if (d < best_distance) {
      best = candidate;
      best_distance = d;
    }
  }
  return best;
}

auto did_you_mean(std::string_view word, std::span<const std::string_view> known) -> std::string {
  const auto near = nearest(word, known);
  return near ? fmt::format("did you mean `{}`?", *near) : std::string();
}

}  // namespace esplanade::config::syntax
