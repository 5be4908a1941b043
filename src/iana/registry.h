// What every table under iana/ is made of: one row a value, in the registry's order.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace esplanade::iana {

template <class E>
struct Row {
  E value;
  std::string_view name;
  std::string_view reference;
};

template <class E, std::size_t N>
[[nodiscard]] constexpr auto find_row(const std::array<Row<E>, N>& rows, E value) noexcept
    -> const Row<E>* {
  const auto it = std::ranges::find(rows, value, &Row<E>::value);
  return it == rows.end() ? nullptr : &*it;
}

/// Rows in ascending order without a value twice; every table asserts it.
template <class E, std::size_t N>
[[nodiscard]] constexpr auto is_sorted_and_unique(const std::array<Row<E>, N>& rows) noexcept
    -> bool {
  return std::ranges::adjacent_find(rows, std::ranges::greater_equal{}, &Row<E>::value) ==
         rows.end();
}

}  // namespace esplanade::iana
