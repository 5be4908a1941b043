// Sends packets down both roads without cryptography, for a tool that counts instructions
// (valgrind's callgrind): only what runs below count_seal() and count_open() is to be counted.
//
//   esplanade_road_count SHAPE    of shapes.h; without one, their names
//
// Prints how many packets each of the two has had.
#include "bench/roads.h"
#include "bench/shapes.h"
#include "tests/support/no_crypto.h"

#include <cstdio>
#include <cstring>

namespace esplanade::bench {
namespace {

constexpr std::size_t batch = 32;
constexpr std::size_t rounds = 40;
constexpr std::size_t inner_size = 512;

[[gnu::noinline]] void count_seal(Roads& roads) { roads.seal(); }
[[gnu::noinline]] void count_open(Roads& roads) { roads.open(); }

auto run(const RoadShape& shape) -> bool {
  test::NoCrypto none;
  Roads roads(shape.spec, shape.packet, batch, none);
  for (std::size_t i = 0; i < rounds; ++i) {
    roads.refill();
    count_seal(roads);
    count_open(roads);
    if (!roads.all_pass()) return false;
  }
  std::printf("%zu\n", rounds * pool_size);
  return true;
}

auto main_with(std::span<char*> arguments) -> int {
  for (const auto& shape : road_shapes(inner_size)) {
    if (arguments.size() < 2) {
      std::puts(shape.name.data());
    } else if (shape.name == arguments[1]) {
      if (run(shape)) return 0;
      std::fputs("a packet was dropped\n", stderr);
      return 1;
    }
  }
  return arguments.size() < 2 ? 0 : 1;
}

}  // namespace
}  // namespace esplanade::bench

auto main(int argc, char** argv) -> int {
  return esplanade::bench::main_with({argv, static_cast<std::size_t>(argc)});
}
