// Counts what the program takes from the heap, libraries included: this program's malloc, calloc,
// realloc and aligned_alloc stand before the C library's, and operator new comes down to them.
//
//   const auto before = allocations();
//   road.run(batch);
//   EXPECT_EQ(allocations(), before);
#pragma once

#include <cstdint>

namespace esplanade::test {

/// Successful or not, since the start of the program, on all threads.
[[nodiscard]] auto allocations() noexcept -> std::uint64_t;

}  // namespace esplanade::test
