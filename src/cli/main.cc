#include "cli/command_line.h"
#include "crypto/openssl/provider.h"

#include <iostream>

auto main(int argc, char** argv) -> int {
  using namespace esplanade;
  crypto::openssl::recycle_allocations();
  return static_cast<int>(cli::run(argc, argv, {.out = std::cout, .err = std::cerr}));
}
