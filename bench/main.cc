#include "crypto/openssl/provider.h"

#include <benchmark/benchmark.h>
#include <x86intrin.h>
#include <chrono>
#include <string>
#include <thread>

namespace {

/// Of the time stamp counter, which runs at one rate whatever the core does.
auto ticks_per_second() -> double {
  const auto start = std::chrono::steady_clock::now();
  const auto first = __rdtsc();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const auto ticks = static_cast<double>(__rdtsc() - first);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  return ticks / taken.count();
}

}  // namespace

auto main(int argc, char** argv) -> int {
  // As the daemon does it: before anything uses OpenSSL.
  if (!esplanade::crypto::openssl::recycle_allocations()) return 1;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::AddCustomContext("tsc_hz", std::to_string(ticks_per_second()));
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
