#include "pipeline/quick/flows.h"

#include <algorithm>

namespace esplanade::pipeline {

void Flows::forget_all() noexcept {
  if (++age_ != 0) return;
  std::ranges::fill(known_, Known{});
  age_ = 1;
}

void Flows::begin(std::span<const net::Packet> batch, const policy::Spd& spd) noexcept {
  core::ensure(batch.size() <= looks_.size());
  if (spd_ != &spd || version_ != spd.version()) {
    spd_ = &spd;
    version_ = spd.version();
    forget_all();
  }
  constexpr std::size_t ahead = 4;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (i + ahead < batch.size()) batch[i + ahead].prefetch();
    auto& look = looks_[i];
    look.place = nullptr;
    if (!batch[i].passes() || !glance_at(batch[i].bytes(), look.glance)) continue;
    look.place = &known_[hash_of(look.glance.key) >> (64 - place_bits)];
    __builtin_prefetch(look.place);
  }
}

void Flows::remember(std::size_t i, const net::Packet& packet, ipsec::OutboundSa& sa) noexcept {
  constexpr std::size_t number_at = 4;  // of TCP
  auto* const place = looks_[i].place;
  if (place == nullptr || find(i) != nullptr) return;
  const auto& glance = looks_[i].glance;
  const auto upper = core::View{packet.bytes()}.subspan(glance.upper_offset);
  const auto newest = glance.is_tcp ? core::load_be<std::uint32_t>(upper, number_at) : 0;
  *place = {glance.key, &sa, packet.sa, age_, newest};
}

}  // namespace esplanade::pipeline
