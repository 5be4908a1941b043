// The two roads of one worker in memory: run() and account(), from packets as a port has read them
// to packets as it will write them.
//
//   road/ipsec-mb/seal/aes128gcm16/1400/batch:32
//
// The size is that of the inner packet. Each pairs with raw/..., the cryptography alone on the
// same octets (crypto_bench.cc): the difference is what headers, policy, numbers and counters cost.
#include "bench/providers.h"
#include "bench/roads.h"

#include <benchmark/benchmark.h>
#include <chrono>
#include <string>

namespace esplanade::bench {
namespace {

struct Shape {
  crypto::Provider& (*provider)();
  sa::EspAlgorithms algorithms;
  std::size_t inner_size;
};

auto roads_of(const Shape& shape, const benchmark::State& state) -> Roads {
  return Roads({.algorithms = shape.algorithms}, test::udp4_of_size(shape.inner_size),
               static_cast<std::size_t>(state.range(0)), shape.provider());
}

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
  auto roads = roads_of(shape, state);
  for ([[maybe_unused]] auto _ : state) {
    roads.refill();
    time(state, [&] { roads.seal(); });
  }
  finish(state, roads);
}

// Sealed anew each time, for a number is accepted once.
void open(benchmark::State& state, Shape shape) {
  auto roads = roads_of(shape, state);
  for ([[maybe_unused]] auto _ : state) {
    roads.refill();
    roads.seal();
    time(state, [&] { roads.open(); });
  }
  finish(state, roads);
}

void register_both(const Cryptography& library, const std::string& algorithm,
                   const sa::EspAlgorithms& algorithms) {
  const auto start = "road/" + library.name;
  for (const std::size_t size : {64U, 512U, 1400U}) {
    const auto rest = algorithm + "/" + std::to_string(size);
    const Shape shape{.provider = library.provider, .algorithms = algorithms, .inner_size = size};
    const auto sealing = start + "/seal/" + rest;
    const auto opening = start + "/open/" + rest;
    for (auto* made : {benchmark::RegisterBenchmark(sealing.c_str(), seal, shape),
                       benchmark::RegisterBenchmark(opening.c_str(), open, shape)}) {
      made->ArgName("batch")->Arg(32)->Arg(64)->UseManualTime();
    }
  }
}

[[maybe_unused]] const auto is_registered = [] {
  for (const auto& library : libraries()) {
    using enum iana::EncryptionId;
    register_both(library, "aes128gcm16", {encr_aes_gcm_16, 128});
    register_both(library, "aes256gcm16", {encr_aes_gcm_16, 256});
    register_both(library, "aes128ccm16", {encr_aes_ccm_16, 128});
    register_both(library, "chacha20poly1305", {encr_chacha20_poly1305, 256});
    register_both(library, "aes256-sha256",
                  {encr_aes_cbc, 256, iana::IntegrityId::auth_hmac_sha2_256_128});
  }
  return true;
}();

}  // namespace
}  // namespace esplanade::bench
