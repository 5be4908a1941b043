// A gateway's way between its two devices, which are veth pairs with the test at their other ends.
#include "daemon/gateway/crossing.h"

#include "platform/network_namespace.h"
#include "platform/port_test_support.h"
#include "tests/alloc/counting.h"
#include "tests/support/roads.h"
#include "tests/support/slot.h"

#include <gtest/gtest.h>

namespace esplanade::test {
namespace {

using daemon::Crossing;
using platform::PacketPort;
using platform::Seen;

constexpr std::size_t batch_size = 16;
constexpr int rounds = 200;

struct NoSystem final : net::Port {
  auto read(std::span<net::Packet> /*into*/) noexcept -> std::size_t override { return 0; }
  void write(std::span<net::Packet> /*packets*/) noexcept override {}
};

struct CrossingAllocations : testing::Test {
  CrossingAllocations() {
    network.add_veth("inside", "host");
    network.add_veth("outside", "wire");
    host = open("host");
    wire = open("wire");
    crossing.emplace(Crossing::Ports{open("inside"), open("outside")}, config::Gateway{}, notices);
    auto passed = sa::Selectors{traffic({"10.1.0.0/16"}), traffic({"10.2.0.0/16"})};
    tables.spd.append(
        policy::ClearEntry{passed, policy::Processing::bypass, policy::Sides::both, "pass"});
  }
  static auto open(const std::string& device) -> std::unique_ptr<PacketPort> {
    auto port = PacketPort::open(device, Seen::all, 0);
    if (!port) throw std::runtime_error(port.error().to_string());
    return *std::move(port);
  }
  void fill(const Bytes& octets) {
    for (auto& packet : batch()) {
      packet.reset();
      core::copy(octets, packet.push_back(octets.size()));
      platform::write_header(packet, {{}, mac, net::EtherType::ipv4});
    }
  }
  auto batch() -> std::span<net::Packet> { return arena.packets().first(batch_size); }

  /// Calls `take`, which says how many it had, until the whole batch has come by `descriptor`.
  template <class Take>
  auto await(int descriptor, Take take) -> std::size_t {
    std::size_t count = 0;
    while (count < batch_size && platform::wait_until_readable(descriptor)) count += take();
    return count;
  }
  auto await(PacketPort& port) -> std::size_t {
    return await(port.descriptor(), [&] { return port.read(arena.packets()); });
  }

  /// From host to wire, from wire to host, and as if opened.
  void round() {
    const auto [inside, outside] = crossing->descriptors();
    fill(outbound);
    host->write(batch());
    await(inside, [&] {
      const auto [taken, datagrams] = crossing->read_inside(arena.packets(), {});
      crossing->outside().write(datagrams);
      return taken;
    });
    crossed += await(*wire);
    fill(inbound);
    wire->write(batch());
    const auto before = crossing->clear_verdicts().value(net::Verdict::pass);
    const auto passed = [&] {
      return crossing->clear_verdicts().value(net::Verdict::pass) - before;
    };
    while (passed() < batch_size && platform::wait_until_readable(outside)) {
      (void)crossing->serve_outside(tables, arena.packets(), {});
    }
    crossed += await(*host);
    fill(inbound);
    crossing->deliver(batch(), Crossing::Origin::opened, system, {});
    crossed += await(*host);
  }

  platform::NetworkNamespace network;
  NoNotices notices;
  NoSystem system;
  pipeline::Tables tables;
  net::MacAddress mac{{std::byte{2}, {}, {}, {}, {}, std::byte{1}}};
  Bytes outbound =
      Ipv4Packet{.src = address("10.1.0.2"), .dst = address("10.2.0.2"), .payload = pattern(900)}
          .bytes();
  Bytes inbound =
      Ipv4Packet{.src = address("10.2.0.2"), .dst = address("10.1.0.2"), .payload = pattern(900)}
          .bytes();
  std::unique_ptr<PacketPort> host, wire;
  std::optional<Crossing> crossing;
  net::Arena arena{2048, net::batch_max};
  std::size_t crossed = 0;
};

TEST_F(CrossingAllocations, are_none_for_what_crosses_either_way) {
  round();
  crossed = 0;
  const auto before = allocations();
  for (int i = 0; i < rounds; ++i) round();
  EXPECT_EQ(allocations(), before);
  EXPECT_EQ(crossed, 3 * batch_size * rounds);
}

}  // namespace
}  // namespace esplanade::test
