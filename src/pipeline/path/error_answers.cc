#include "pipeline/path/error_answers.h"

#include "net/icmp_error.h"

#include <utility>

namespace esplanade::pipeline {

ErrorAnswers::ErrorAnswers() : arena_(net::headroom + net::longest_icmp_error, waiting_at_most) {}

auto ErrorAnswers::place_for(core::View octets, const net::Datagram& datagram,
                             core::Time now) noexcept -> net::Packet* {
  if (count_ == waiting_at_most || !net::may_be_answered(datagram, octets)) return nullptr;
  if (!rate_.admit(now)) return nullptr;
  return &arena_.packets()[count_++];
}

void ErrorAnswers::tell_largest(core::View octets, const net::Datagram& datagram, std::uint16_t mtu,
                                core::Time now) noexcept {
  auto* const packet = place_for(octets, datagram, now);
  if (packet == nullptr) return;
  const auto size = net::write_too_big(packet->reset(), octets, {.from = datagram.dst, .mtu = mtu});
  packet->size = static_cast<std::uint16_t>(size);
}

void ErrorAnswers::tell_prohibited(core::View octets, const net::Datagram& datagram,
                                   core::Time now) noexcept {
  auto* const packet = place_for(octets, datagram, now);
  if (packet == nullptr) return;
  const auto size = net::write_prohibited(packet->reset(), octets, datagram.dst);
  packet->size = static_cast<std::uint16_t>(size);
}

auto ErrorAnswers::take() noexcept -> std::span<net::Packet> {
  return arena_.packets().first(std::exchange(count_, 0));
}

}  // namespace esplanade::pipeline
