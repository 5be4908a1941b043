// Randomness that tests can foresee.
#pragma once

#include "core/random.h"

namespace esplanade::test {

/// The same octets for the same seed, on every machine (splitmix64).
class SeededRandom final : public core::Random {
 public:
  explicit SeededRandom(std::uint64_t seed) noexcept : state_(seed) {}

  void fill(core::MutableView out) noexcept override {
    for (auto& octet : out) octet = static_cast<std::byte>(next());
  }
  auto next() noexcept -> std::uint64_t {
    auto mixed = state_ += 0x9e3779b97f4a7c15U;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebU;
    return mixed ^ mixed >> 31;
  }
  auto below(std::uint64_t limit) noexcept -> std::uint64_t { return next() % limit; }
  auto bytes(std::size_t size) -> core::Bytes {
    core::Bytes out(size);
    fill(out);
    return out;
  }

 private:
  std::uint64_t state_;
};

/// Gives the same octets each time: an IV that a published packet has.
class FixedRandom final : public core::Random {
 public:
  explicit FixedRandom(core::Bytes octets) : octets_(std::move(octets)) {}
  void fill(core::MutableView out) noexcept override {
    core::ensure(out.size() == octets_.size());
    core::copy(octets_, out);
  }

 private:
  core::Bytes octets_;
};

}  // namespace esplanade::test
