// The two roads without cryptography: all that they cost beside it, for every shape of SA.
//
//   cost/seal/tunnel4/batch:32
//
// The packets are short enough for the cache, so that these are the instructions' own time.
#include "bench/roads.h"
#include "bench/shapes.h"
#include "tests/support/no_crypto.h"

#include <benchmark/benchmark.h>
#include <chrono>
#include <string>

namespace esplanade::bench {
namespace {

constexpr std::size_t inner_size = 512;

enum class Road : std::uint8_t { seal, open };

void cost(benchmark::State& state, const RoadShape& shape, Road road) {
  test::NoCrypto none;
  Roads roads(shape.spec, shape.packet, static_cast<std::size_t>(state.range(0)), none);
  for ([[maybe_unused]] auto _ : state) {
    roads.refill();
    const auto start = std::chrono::steady_clock::now();
    roads.seal();
    const auto between = std::chrono::steady_clock::now();
    roads.open();
    const auto end = std::chrono::steady_clock::now();
    const std::chrono::duration<double> taken =
        road == Road::seal ? between - start : end - between;
    state.SetIterationTime(taken.count());
  }
  if (!roads.all_pass()) state.SkipWithError("a packet was dropped");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(pool_size));
}

[[maybe_unused]] const auto is_registered = [] {
  for (const auto& shape : road_shapes(inner_size)) {
    const std::string name(shape.name);
    for (const auto road : {Road::seal, Road::open}) {
      const std::string verb = road == Road::seal ? "cost/seal/" : "cost/open/";
      benchmark::RegisterBenchmark((verb + name).c_str(), cost, shape, road)
          ->ArgName("batch")
          ->Arg(32)
          ->UseManualTime();
    }
  }
  return true;
}();

}  // namespace
}  // namespace esplanade::bench
