#include "crypto/openssl/provider.h"

#include <benchmark/benchmark.h>

auto main(int argc, char** argv) -> int {
  // As the daemon does it: before anything uses OpenSSL.
  if (!esplanade::crypto::openssl::recycle_allocations()) return 1;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
