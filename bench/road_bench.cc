// The two roads of one worker in memory: run() and account(), from packets as a port has read them
// to packets as it will write them.
//
//   road/seal/aes128gcm16/1400/batch:32
//
// The size is that of the inner packet. Each pairs with raw/..., the cryptography alone on the
// same octets (crypto_bench.cc): the difference is what headers, policy, numbers and counters cost.
#include "tests/support/roads.h"

#include <benchmark/benchmark.h>
#include <chrono>
#include <string>

namespace esplanade::bench {
namespace {

constexpr std::size_t pool_size = 128;
constexpr std::size_t slot_size =
    2112;  // an odd number of cache lines, so that headers share no set

class Roads {
 public:
  Roads(test::Kind kind, std::size_t inner_size, std::size_t batch)
      : clear_(test::udp4_of_size(inner_size)), batch_(batch), gateways_({{.kind = kind}}, none_) {}

  /// All packets are clear again. Of their content only the headers matter.
  void refill() {
    for (auto& packet : arena_.packets()) {
      core::copy(core::View(clear_).first(28), packet.reset());
      packet.size = static_cast<std::uint16_t>(clear_.size());
    }
  }
  void seal() {
    for (std::size_t i = 0; i < pool_size; i += batch_) gateways_.send(packets(i));
  }
  void open() {
    for (std::size_t i = 0; i < pool_size; i += batch_) gateways_.receive(packets(i));
  }
  [[nodiscard]] auto all_pass() -> bool {
    return std::ranges::all_of(arena_.packets(), &net::Packet::passes);
  }

 private:
  auto packets(std::size_t first) -> std::span<net::Packet> {
    return arena_.packets().subspan(first, batch_);
  }

  core::Bytes clear_;
  std::size_t batch_;
  net::Arena arena_{slot_size, pool_size};
  test::NoNotices none_;
  test::Gateways gateways_;
};

struct Shape {
  test::Kind kind;
  std::size_t inner_size;
};

void finish(benchmark::State& state, Roads& roads) {
  if (!roads.all_pass()) state.SkipWithError("a packet was dropped");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(pool_size));
}

/// Timed by hand, for pausing the library's clock costs more than several packets do.
template <class Work>
void time(benchmark::State& state, Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  state.SetIterationTime(taken.count());
}

void seal(benchmark::State& state, Shape shape) {
  Roads roads(shape.kind, shape.inner_size, static_cast<std::size_t>(state.range(0)));
  for ([[maybe_unused]] auto _ : state) {
    roads.refill();
    time(state, [&] { roads.seal(); });
  }
  finish(state, roads);
}

// Sealed anew each time, for a number is accepted once.
void open(benchmark::State& state, Shape shape) {
  Roads roads(shape.kind, shape.inner_size, static_cast<std::size_t>(state.range(0)));
  for ([[maybe_unused]] auto _ : state) {
    roads.refill();
    roads.seal();
    time(state, [&] { roads.open(); });
  }
  finish(state, roads);
}

void register_both(const std::string& algorithm, test::Kind kind) {
  for (const std::size_t size : {64U, 512U, 1400U}) {
    const auto rest = algorithm + "/" + std::to_string(size);
    const Shape shape{.kind = kind, .inner_size = size};
    for (auto* made : {benchmark::RegisterBenchmark(("road/seal/" + rest).c_str(), seal, shape),
                       benchmark::RegisterBenchmark(("road/open/" + rest).c_str(), open, shape)}) {
      made->ArgName("batch")->Arg(32)->Arg(64)->UseManualTime();
    }
  }
}

[[maybe_unused]] const auto is_registered = [] {
  register_both("aes128gcm16", test::Kind::aead);
  register_both("aes256gcm16", test::Kind::aead_256);
  register_both("aes256-sha256", test::Kind::encrypt_then_mac);
  return true;
}();

}  // namespace
}  // namespace esplanade::bench
