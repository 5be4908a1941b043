// A pool of packets that goes down the two roads between two gateways, batch by batch.
//
//   Roads roads(spec, packet, 32, provider);
//   roads.refill();  roads.seal();  roads.open();
//   roads.all_pass();
#pragma once

#include "tests/support/roads.h"

#include <algorithm>

namespace esplanade::bench {

/// Larger than a batch, so that the first-level cache does not flatter the result.
inline constexpr std::size_t pool_size = 128;

class Roads {
 public:
  /// `batch` divides pool_size.
  Roads(const test::SaSpec& spec, core::Bytes packet, std::size_t batch,
        crypto::Provider& provider = crypto::openssl::provider())
      : clear_(std::move(packet)),
        batch_(batch),
        gateways_({spec}, none_, pipeline::OuterFragments::refuse, provider) {
    core::ensure(pool_size % batch == 0);
  }

  /// All packets are clear again. Of their content only the headers matter.
  void refill() {
    const auto headers = core::View(clear_).first(std::min(clear_.size(), longest_headers));
    for (auto& packet : arena_.packets()) {
      core::copy(headers, packet.reset());
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
  static constexpr std::size_t longest_headers = 60;
  /// An odd number of cache lines, so that headers share no set.
  static constexpr std::size_t slot_size = 2112;

  auto packets(std::size_t first) -> std::span<net::Packet> {
    return arena_.packets().subspan(first, batch_);
  }

  core::Bytes clear_;
  std::size_t batch_;
  net::Arena arena_{slot_size, pool_size};
  test::NoNotices none_;
  test::Gateways gateways_;
};

}  // namespace esplanade::bench
