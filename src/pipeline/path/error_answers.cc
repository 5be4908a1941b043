#include "pipeline/path/too_big_answers.h"

#include "net/icmp_error.h"

#include <utility>

namespace esplanade::pipeline {

TooBigAnswers::TooBigAnswers() : arena_(net::headroom + net::longest_icmp_error, waiting_at_most) {}

auto TooBigAnswers::admit(core::Time now) noexcept -> bool {
  if (now - second_ >= std::chrono::seconds(1)) {
    second_ = now;
    in_second_ = 0;
  }
  if (count_ == waiting_at_most || in_second_ == per_second) return false;
  ++in_second_;
  return true;
}

void TooBigAnswers::put(core::View octets, const net::Datagram& datagram, std::uint16_t mtu,
                        core::Time now) noexcept {
  if (!net::may_be_answered(datagram, octets) || !admit(now)) return;
  auto& packet = arena_.packets()[count_++];
  const auto size = net::write_too_big(packet.reset(), octets, {.from = datagram.dst, .mtu = mtu});
  packet.size = static_cast<std::uint16_t>(size);
}

auto TooBigAnswers::take() noexcept -> std::span<net::Packet> {
  return arena_.packets().first(std::exchange(count_, 0));
}

}  // namespace esplanade::pipeline
