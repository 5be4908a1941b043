#include "config/check/nearest.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace esplanade::config::check {
namespace {

constexpr std::size_t most_slips = 2;
constexpr std::size_t longest_word = 40;

/// Levenshtein's distance: characters put in, left out or changed.
auto distance(std::string_view a, std::string_view b) -> std::size_t {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
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

}  // namespace esplanade::config::check
