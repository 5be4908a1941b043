#include "pipeline/quick/flows.h"

#include "pipeline/prefetch.h"

#include <algorithm>

namespace esplanade::pipeline {

void Flows::forget_all() noexcept {
  if (++age_ != 0) return;
  std::ranges::fill(known_.all(), Pair{});
  age_ = 1;
}

void Flows::begin(std::span<const net::Packet> batch, const policy::Spd& spd) noexcept {
  core::ensure(batch.size() <= looks_.size());
  if (spd_ != &spd || version_ != spd.version()) {
    spd_ = &spd;
    version_ = spd.version();
    forget_all();
  }
  look(batch);
  find_all(batch.size());
}

void Flows::look(std::span<const net::Packet> batch) noexcept {
  for_each_prefetched(batch, [&](std::size_t i) {
    auto& look = looks_[i];
    look.pair = nullptr;
    if (!batch[i].passes() || !glance_at(batch[i].bytes(), look.glance)) return;
    look.pair = &known_[hash_of(look.glance.key) >> (64 - pair_bits)];
    ipsec::prefetch_lines(look.pair, 2);
  });
}

void Flows::find_all(std::size_t count) noexcept {
  const ipsec::OutboundSa* last = nullptr;
  for (auto& look : std::span(looks_).first(count)) {
    look.known = look.pair == nullptr ? nullptr : find_in(*look.pair, look.glance.key);
    if (look.known == nullptr || look.known->sa == last) continue;
    last = look.known->sa;
    last->prefetch();
  }
}

void Flows::remember(std::size_t i, const net::Packet& packet, ipsec::OutboundSa& sa) noexcept {
  auto* const pair = looks_[i].pair;
  if (pair == nullptr || find_in(*pair, looks_[i].glance.key) != nullptr) return;
  const auto& glance = looks_[i].glance;
  const auto newest = glance.is_tcp ? tcp_number(glance, packet.bytes()) : 0;
  if (pair->ways[0].age == age_) pair->ways[1] = pair->ways[0];
  pair->ways[0] = {glance.key, &sa, packet.sa, age_, newest};
}

}  // namespace esplanade::pipeline
