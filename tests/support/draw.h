// Random values for properties that hold of every packet: the same for the same seed.
//
//   for_each_seed(1000, [](Draw& draw) { const auto tos = draw.octet(); ... });
#pragma once

#include "tests/support/random.h"

#include <gtest/gtest.h>
#include <initializer_list>

namespace esplanade::test {

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  /// From `first` to below `end`.
  auto number(std::size_t first, std::size_t end) -> std::size_t {
    return first + random_.below(end - first);
  }
  auto octet() -> std::uint8_t { return static_cast<std::uint8_t>(random_.next()); }
  auto is_one_in(std::size_t count) -> bool { return number(0, count) == 0; }
  auto bytes(std::size_t size) -> core::Bytes { return random_.bytes(size); }
  template <class T>
  auto one_of(std::initializer_list<T> values) -> T {
    return *(values.begin() + number(0, values.size()));
  }

 private:
  SeededRandom random_;
};

/// Stops at the first seed that fails, and names it.
template <class Property>
void for_each_seed(std::uint64_t count, const Property& holds) {
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Draw draw(seed);
    holds(draw);
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace esplanade::test
