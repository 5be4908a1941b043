#include "pipeline/dummies.h"

#include "core/endian.h"
#include "pipeline/by_protocol.h"

#include <algorithm>

namespace esplanade::pipeline {
namespace {

/// Of what packets mostly are: acknowledgements to full ones.
constexpr std::size_t shortest = 40;
constexpr std::size_t longest = 1400;

auto random_size(std::size_t most, core::Random& random) noexcept -> std::size_t {
  return shortest + core::random_u32(random) % (most - shortest + 1);
}

/// All packets of an SA that pads are of one size; so are its dummies.
auto size_for(const ipsec::OutboundSa& sa, core::Random& random) noexcept -> std::size_t {
  const auto overhead = overhead_of(sa.parameters, sa.suite.sizes, 0);
  const auto largest = std::min(overhead.largest_inner(sa.path_mtu.current()), std::size_t{9000});
  const std::size_t wanted = sa.parameters.pad_to;
  if (wanted != 0) return std::min(wanted, largest);
  return random_size(std::clamp(largest, shortest, longest), random);
}

void make_dummy(ipsec::OutboundSa& sa, net::Packet& packet, ipsec::SealEnv env) noexcept {
  const auto room = packet.reset();
  const auto size = std::min(size_for(sa, env.random), room.size());
  std::ranges::fill(room.first(size), std::byte{0});
  packet.size = static_cast<std::uint16_t>(size);
  esp::seal_dummy(sa, packet, env);
}

}  // namespace

void Dummies::follow(const Tables& tables) {
  senders_.clear();
  tables.sad.for_each_made_by_hand([&](core::SaIndex index, const ipsec::OutboundSa& sa) {
    const auto interval = sa.parameters.dummy_interval;
    if (interval > core::Duration{}) senders_.push_back({.sa = index, .interval = interval});
  });
}

auto Dummies::make(Tables& tables, std::span<net::Packet> room, ipsec::SealEnv env) noexcept
    -> std::size_t {
  std::size_t made = 0;
  for (auto& sender : senders_) {
    auto& sa = tables.sad.outbound(sender.sa);
    const auto packets = sa.usage.packets.value();
    const bool is_silent = packets == sender.packets;
    if (!is_silent) {
      sender.packets = packets;
      sender.due = env.now + sender.interval;
    }
    if (env.now < sender.due || made == room.size()) continue;
    auto& packet = room[made++];
    make_dummy(sa, packet, env);
    packet.sa = sender.sa;
    sender.packets = sa.usage.packets.value();
    sender.due = env.now + sender.interval;
  }
  return made;
}

auto Dummies::next_due() const noexcept -> std::optional<core::Time> {
  if (senders_.empty()) return std::nullopt;
  return std::ranges::min_element(senders_, {}, &Sender::due)->due;
}

}  // namespace esplanade::pipeline
