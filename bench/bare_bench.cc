// AES-GCM by ipsec-mb's own functions, with nothing of ours around: the floor under
// raw/ipsec-mb/... and road/ipsec-mb/....
//
//   bare/seal/aes128gcm16/64
//
// As crypto_bench.cc: the text is the inner packet with ESP's trailer, 8 octets of associated data,
// a pool of packets.
#include <benchmark/benchmark.h>
#include <intel-ipsec-mb.h>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace esplanade::bench {
namespace {

constexpr std::size_t pool_size = 128;
constexpr std::size_t aad_size = 8;
constexpr std::size_t tag_size = 16;

struct FreeManager {
  void operator()(IMB_MGR* manager) const noexcept { ::free_mb_mgr(manager); }
};

struct Library {
  Library() { ::init_mb_mgr_auto(manager.get(), nullptr); }
  std::unique_ptr<IMB_MGR, FreeManager> manager{::alloc_mb_mgr(0)};
};

struct Packet {
  std::vector<std::uint8_t> text, sealed;
  std::uint8_t nonce[12] = {};
  std::uint8_t aad[aad_size] = {};
  std::uint8_t tag[tag_size] = {};
};

struct Shape {
  std::size_t key_size;
  std::size_t inner_size;
};

void bare(benchmark::State& state, Shape shape, bool is_sealing) {
  const Library library;
  const auto& manager = *library.manager;
  const auto text_size = (shape.inner_size + 2 + 3) / 4 * 4;
  alignas(64) gcm_key_data key{};
  gcm_context_data context;
  const std::vector<std::uint8_t> octets(shape.key_size, 7);
  (shape.key_size == 16 ? manager.gcm128_pre : manager.gcm256_pre)(octets.data(), &key);
  const auto encrypt = shape.key_size == 16 ? manager.gcm128_enc : manager.gcm256_enc;
  const auto decrypt = shape.key_size == 16 ? manager.gcm128_dec : manager.gcm256_dec;
  const auto work = is_sealing ? encrypt : decrypt;
  std::vector<Packet> pool(pool_size);
  for (auto& packet : pool) {
    packet.text.resize(text_size);
    packet.sealed.resize(text_size);
  }
  for ([[maybe_unused]] auto _ : state) {
    for (auto& packet : pool) {
      work(&key, &context, packet.sealed.data(), packet.text.data(), text_size, packet.nonce,
           packet.aad, aad_size, packet.tag, tag_size);
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(pool_size));
}

[[maybe_unused]] const auto is_registered = [] {
  for (const std::size_t key_size : {16U, 32U}) {
    for (const std::size_t size : {64U, 512U, 1400U}) {
      const auto rest = "/aes" + std::to_string(key_size * 8) + "gcm16/" + std::to_string(size);
      const Shape shape{.key_size = key_size, .inner_size = size};
      benchmark::RegisterBenchmark(("bare/seal" + rest).c_str(), bare, shape, true);
      benchmark::RegisterBenchmark(("bare/open" + rest).c_str(), bare, shape, false);
    }
  }
  return true;
}();

}  // namespace
}  // namespace esplanade::bench
