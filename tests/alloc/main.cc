#include "crypto/openssl/provider.h"

#include <gtest/gtest.h>

auto main(int argc, char** argv) -> int {
  if (!esplanade::crypto::openssl::recycle_allocations()) return 1;
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
