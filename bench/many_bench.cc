// Many SAs, each packet of one at random: what a gateway with as many tunnels pays beside one with
// a single tunnel (many/.../1).
//
//   many/seal/none/100000     without cryptography
//   many/open/aes128gcm16/8000
//
// Policy has an entry for each SA.
#include "bench/providers.h"
#include "tests/support/roads.h"

#include <benchmark/benchmark.h>
#include <chrono>
#include <map>
#include <string>

namespace esplanade::bench {
namespace {

constexpr std::size_t batch = 64;
constexpr std::size_t batches = 64;
constexpr std::size_t inner_size = 64;
constexpr std::size_t slot_size = 448;

enum class Road : std::uint8_t { seal, open };

/// The other end of tunnel `i`: an address of its own.
auto host(std::size_t i) -> std::string {
  return "10." + std::to_string(2 + i / 65536) + "." + std::to_string(i / 256 % 256) + "." +
         std::to_string(i % 256);
}

class Tunnels {
 public:
  Tunnels(std::size_t count, crypto::Provider& provider) : gateways_({}, none_) {
    for (std::size_t i = 0; i < count; ++i) add(i, provider);
  }

  /// Packets of tunnels at random; of each, headers.
  void refill() {
    for (auto& packet : arena_.packets()) {
      core::copy(clear_, packet.reset());
      packet.size = static_cast<std::uint16_t>(clear_.size());
      const auto& dst = addresses_[random_.below(addresses_.size())];
      core::copy(dst.bytes(), packet.bytes().subspan(16));
    }
  }
  void seal() {
    for (std::size_t i = 0; i < batches; ++i) gateways_.send(packets(i));
  }
  void open() {
    for (std::size_t i = 0; i < batches; ++i) gateways_.receive(packets(i));
  }
  [[nodiscard]] auto all_pass() -> bool {
    return std::ranges::all_of(arena_.packets(), &net::Packet::passes);
  }

 private:
  /// As IKE makes them: the receiver's SPIs name their slots.
  void add(std::size_t i, crypto::Provider& provider) {
    const auto name = host(i);
    const test::SaSpec spec{.spi = static_cast<std::uint32_t>(0x5a300000 + i),
                            .inner_ours = {"10.1.0.0/16"},
                            .inner_theirs = {name}};
    auto out = test::make_outbound(spec, provider);
    auto selectors = out->parameters.selectors;
    policy::SpdEntry entry{.selectors = std::move(selectors), .name = {}};
    entry.sa = gateways_.sender.sad.install(std::move(out));
    gateways_.sender.spd.append(std::move(entry));
    (void)gateways_.receiver.sad.install(test::make_inbound(spec, provider));
    addresses_.push_back(test::address(name));
  }
  auto packets(std::size_t i) -> std::span<net::Packet> {
    return arena_.packets().subspan(i * batch, batch);
  }

  std::vector<net::Address> addresses_;
  core::Bytes clear_ = test::udp4_of_size(inner_size);
  net::Arena arena_{slot_size, batch* batches};
  test::NoNotices none_;
  test::SeededRandom random_{1};
  test::Gateways gateways_;
};

/// As many tunnels take seconds to make, so that both roads share them.
auto tunnels_of(std::size_t count, const Cryptography& cryptography) -> Tunnels& {
  static std::map<std::pair<std::size_t, std::string>, std::unique_ptr<Tunnels>> made;
  auto& tunnels = made[{count, cryptography.name}];
  if (!tunnels) tunnels = std::make_unique<Tunnels>(count, cryptography.provider());
  return *tunnels;
}

void many(benchmark::State& state, const Cryptography& cryptography, Road road) {
  auto& tunnels = tunnels_of(static_cast<std::size_t>(state.range(0)), cryptography);
  for ([[maybe_unused]] auto _ : state) {
    tunnels.refill();
    const auto start = std::chrono::steady_clock::now();
    tunnels.seal();
    const auto between = std::chrono::steady_clock::now();
    tunnels.open();
    const auto end = std::chrono::steady_clock::now();
    const std::chrono::duration<double> taken =
        road == Road::seal ? between - start : end - between;
    state.SetIterationTime(taken.count());
  }
  if (!tunnels.all_pass()) state.SkipWithError("a packet was dropped");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batch * batches));
}

[[maybe_unused]] const auto is_registered = [] {
  for (const auto& cryptography : all_cryptography()) {
    for (const auto road : {Road::seal, Road::open}) {
      const std::string verb = road == Road::seal ? "many/seal/" : "many/open/";
      const auto name = verb + cryptography.name;
      auto* const made = benchmark::RegisterBenchmark(name.c_str(), many, cryptography, road);
      for (const auto count : {1, 1000, 8000, 100000}) made->Arg(count);
      made->UseManualTime();
    }
  }
  return true;
}();

}  // namespace
}  // namespace esplanade::bench
