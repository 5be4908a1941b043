#include "crypto/openssl/provider.h"
#include "tests/alloc/counting.h"

#include <gtest/gtest.h>
#include <openssl/crypto.h>
#include <algorithm>
#include <span>
#include <thread>
#include <vector>

namespace esplanade::crypto::openssl {
namespace {

using test::allocations;

auto filled(std::size_t size, unsigned char with) -> unsigned char* {
  auto* block = static_cast<unsigned char*>(OPENSSL_malloc(size));
  std::fill_n(block, size, with);
  return block;
}

TEST(RecycleAllocations, hands_out_again_what_was_freed) {
  OPENSSL_free(filled(200, 1));

  const auto before = allocations();
  auto* again = filled(200, 2);
  const auto after = allocations();

  EXPECT_EQ(after, before);
  OPENSSL_free(again);
}

TEST(RecycleAllocations, passes_large_blocks_to_malloc_and_back) {
  OPENSSL_free(filled(5000, 1));

  const auto before = allocations();
  auto* again = filled(5000, 2);
  const auto after = allocations();

  EXPECT_EQ(after - before, 1U);
  OPENSSL_free(again);
}

TEST(RecycleAllocations, keeps_the_content_of_a_block_that_grows_through_all_classes) {
  auto* block = filled(1, 0x5a);
  for (std::size_t size = 1; size < 5000; size += 7) {
    const auto grown = size + 7;
    block = static_cast<unsigned char*>(OPENSSL_realloc(block, grown));
    const std::span bytes(block, size);
    ASSERT_TRUE(std::ranges::all_of(bytes, [](auto b) { return b == 0x5a; })) << size;
    std::fill_n(block, grown, static_cast<unsigned char>(0x5a));
  }
  OPENSSL_free(block);
}

TEST(RecycleAllocations, treats_null_and_zero_as_openssl_does) {
  EXPECT_EQ(OPENSSL_malloc(0), nullptr);
  EXPECT_EQ(OPENSSL_realloc(OPENSSL_malloc(10), 0), nullptr);
  auto* made = OPENSSL_realloc(nullptr, 10);
  EXPECT_NE(made, nullptr);
  OPENSSL_free(made);
  OPENSSL_free(nullptr);
}

TEST(RecycleAllocations, refuses_a_size_that_would_wrap_around) {
  // Through a variable, so that the compiler does not judge the size.
  const volatile std::size_t huge = SIZE_MAX - 3;
  EXPECT_EQ(OPENSSL_malloc(huge), nullptr);
}

TEST(RecycleAllocations, lets_another_thread_free_and_reuse_a_block) {
  auto* block = filled(300, 1);
  std::uint64_t taken = 1;

  std::thread([&] {
    OPENSSL_free(block);
    const auto before = allocations();
    OPENSSL_free(filled(300, 2));
    taken = allocations() - before;
  }).join();

  EXPECT_EQ(taken, 0U);
}

TEST(RecycleAllocations, keeps_a_bounded_number_of_blocks) {
  std::vector<void*> blocks(1000);
  for (auto& block : blocks) block = OPENSSL_malloc(1000);
  for (auto* block : blocks) OPENSSL_free(block);

  const auto before = allocations();
  for (auto& block : blocks) block = OPENSSL_malloc(1000);
  const auto after = allocations();

  EXPECT_GE(after - before, 900U);
  for (auto* block : blocks) OPENSSL_free(block);
}

TEST(RecycleAllocations, says_true_again_once_it_is_installed) {
  EXPECT_TRUE(recycle_allocations());
}

}  // namespace
}  // namespace esplanade::crypto::openssl
