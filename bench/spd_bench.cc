// What the SPD costs a packet, and what it takes to make it, by the number of entries.
//
//   spd/lookup/sites/100000      packets of random entries, each of its own pair of networks
//   spd/lookup/hosts/100000      ... of its own pair of hosts
//   spd/lookup/ports/10000       ... of its own port, between the same two networks
//   spd/build/sites/100000       of one entry
//
// The lookups at 10 entries are in the cache; those at 100,000 pay for memory, and for nothing
// else.
#include "policy/spd.h"
#include "tests/support/random.h"

#include <benchmark/benchmark.h>
#include <string>

namespace esplanade::bench {
namespace {

using policy::Spd;
using policy::SpdEntry;

struct Flow {
  net::Address ours, theirs;
  std::uint16_t port = 0;
};

auto ipv4(std::uint32_t number) -> net::Address {
  std::array<std::byte, 4> octets{};
  core::store_be(number, octets, 0);
  return net::Address(octets);
}

/// Networks of 256 addresses from 10.0.0.0 and 100.0.0.0 on.
auto site(std::uint32_t i) -> Flow {
  return {ipv4(0x0a000000 + (i << 8)), ipv4(0x64000000 + (i << 8)), 443};
}
auto hosts(std::uint32_t i) -> Flow { return {ipv4(0x0a000000 + i), ipv4(0x64000000 + i), 443}; }
auto ports(std::uint32_t i) -> Flow {
  return {ipv4(0x0a000000), ipv4(0x64000000), static_cast<std::uint16_t>(i)};
}

struct Shape {
  const char* name;
  Flow (*flow)(std::uint32_t);
  unsigned prefix;
  bool has_ports;
  std::uint32_t most;
};
constexpr auto shapes = std::to_array<Shape>({{"sites", site, 24, false, 100'000},
                                              {"hosts", hosts, 32, false, 100'000},
                                              {"ports", ports, 8, true, 10'000}});

auto entry_of(const Shape& shape, std::uint32_t i) -> SpdEntry {
  const auto flow = shape.flow(i);
  const auto range = [&](const net::Address& a) {
    return net::Range(net::Prefix(a, shape.prefix));
  };
  sa::TrafficSelector ours{range(flow.ours), {}, {}};
  sa::TrafficSelector theirs{range(flow.theirs), {}, {}};
  if (shape.has_ports) theirs.protocol = iana::IpProtocol::tcp;
  if (shape.has_ports) theirs.ports = {flow.port, flow.port};
  return {.selectors = {{ours}, {theirs}}, .sa = core::SaIndex{i}, .name = {}};
}

auto packet_of(const Shape& shape, std::uint32_t i) -> net::Datagram {
  const auto flow = shape.flow(i);
  net::Datagram packet{.family = net::Family::ipv4, .src = flow.ours, .dst = flow.theirs};
  packet.protocol = iana::IpProtocol::tcp;
  packet.ports = net::Ports{50'000, flow.port};
  return packet;
}

auto made(const Shape& shape, std::uint32_t count) -> std::unique_ptr<Spd> {
  auto spd = std::make_unique<Spd>();
  for (std::uint32_t i = 0; i < count; ++i) spd->append(entry_of(shape, i));
  return spd;
}

void lookup(benchmark::State& state, const Shape& shape, std::uint32_t count) {
  const auto spd = made(shape, count);
  test::SeededRandom random(1);
  std::vector<net::Datagram> packets;
  for (int i = 0; i < 4096; ++i) {
    packets.push_back(packet_of(shape, static_cast<std::uint32_t>(random.below(count))));
  }
  for (auto _ : state) {
    for (const auto& packet : packets) benchmark::DoNotOptimize(spd->classify(packet));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(packets.size()));
}

void build(benchmark::State& state, const Shape& shape, std::uint32_t count) {
  for (auto _ : state) benchmark::DoNotOptimize(made(shape, count));
  state.SetItemsProcessed(state.iterations() * count);
}

const auto registered = [] {
  for (const auto& shape : shapes) {
    for (const std::uint32_t count : {10U, 100U, 1'000U, 10'000U, 100'000U}) {
      if (count > shape.most) continue;
      const auto name = std::string(shape.name) + "/" + std::to_string(count);
      benchmark::RegisterBenchmark(("spd/lookup/" + name).c_str(), lookup, shape, count);
      benchmark::RegisterBenchmark(("spd/build/" + name).c_str(), build, shape, count);
    }
  }
  return true;
}();

}  // namespace
}  // namespace esplanade::bench
