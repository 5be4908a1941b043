#include "tests/alloc/counting.h"

#include <atomic>
#include <cerrno>
#include <cstdlib>

namespace {

constinit std::atomic<std::uint64_t> count{0};

void count_one() noexcept { count.fetch_add(1, std::memory_order_relaxed); }

}  // namespace

// The GNU C library's own names for its functions, so that ours can pass on to them.
extern "C" {
auto __libc_malloc(std::size_t size) -> void*;
auto __libc_calloc(std::size_t number, std::size_t size) -> void*;
auto __libc_realloc(void* block, std::size_t size) -> void*;
auto __libc_memalign(std::size_t alignment, std::size_t size) -> void*;

auto malloc(std::size_t size) noexcept -> void* {
  count_one();
  return __libc_malloc(size);
}

auto calloc(std::size_t number, std::size_t size) noexcept -> void* {
  count_one();
  return __libc_calloc(number, size);
}

auto realloc(void* block, std::size_t size) noexcept -> void* {
  count_one();
  return __libc_realloc(block, size);
}

auto aligned_alloc(std::size_t alignment, std::size_t size) noexcept -> void* {
  count_one();
  return __libc_memalign(alignment, size);
}

auto posix_memalign(void** block, std::size_t alignment, std::size_t size) noexcept -> int {
  count_one();
  *block = __libc_memalign(alignment, size);
  return *block == nullptr ? ENOMEM : 0;
}
}

namespace esplanade::test {

auto allocations() noexcept -> std::uint64_t { return count.load(std::memory_order_relaxed); }

}  // namespace esplanade::test
