#include "pipeline/path/too_big_answers.h"

#include "net/icmp_error.h"

#include <utility>

namespace esplanade::pipeline {

TooBigAnswers::TooBigAnswers() : arena_(net::headroom + net::longest_icmp_error, waiting_at_most) {}

void TooBigAnswers::put(core::View octets, const net::Datagram& datagram, std::uint16_t mtu,
                        core::Time now) noexcept {
  if (count_ == waiting_at_most || !net::may_be_answered(datagram, octets)) return;
  if (!rate_.admit(now)) return;
  auto& packet = arena_.packets()[count_++];
  const auto size = net::write_too_big(packet.reset(), octets, {.from = datagram.dst, .mtu = mtu});
  packet.size = static_cast<std::uint16_t>(size);
}

auto TooBigAnswers::take() noexcept -> std::span<net::Packet> {
  return arena_.packets().first(std::exchange(count_, 0));
}

}  // namespace esplanade::pipeline
