#include "sa/selector.h"

#include <algorithm>

namespace esplanade::sa {

auto ours_within_theirs(const Selectors& selectors) -> std::vector<TrafficSelector> {
  std::vector<TrafficSelector> within;
  std::ranges::copy_if(selectors.ours, std::back_inserter(within), [&](const auto& ours) {
    return std::ranges::any_of(selectors.theirs, [&](const auto& theirs) {
      return theirs.addresses != ours.addresses && theirs.addresses.contains(ours.addresses);
    });
  });
  return within;
}

}  // namespace esplanade::sa
