// What the tests of this folder share: octets from hexadecimal text and from a seed.
#pragma once

#include "core/random.h"

#include <random>
#include <string_view>

namespace esplanade::crypto::openssl {

/// Throws, and so fails the test, on a typing error.
[[nodiscard]] inline auto hex(std::string_view text) -> core::Bytes {
  return core::from_hex(text).value();
}

class Noise {
 public:
  explicit Noise(std::uint32_t seed) : engine_(seed) {}

  [[nodiscard]] auto bytes(std::size_t size) -> core::Bytes {
    core::Bytes result(size);
    for (auto& b : result) b = static_cast<std::byte>(engine_());
    return result;
  }
  [[nodiscard]] auto below(std::size_t limit) -> std::size_t { return engine_() % limit; }

 private:
  std::minstd_rand engine_;
};

/// Noise where random octets are asked for.
class NoiseRandom final : public core::Random {
 public:
  explicit NoiseRandom(std::uint32_t seed) : noise_(seed) {}
  void fill(core::MutableView out) noexcept override { core::copy(noise_.bytes(out.size()), out); }

 private:
  Noise noise_;
};

/// Gives away what a vector prescribes, which has to be asked for as a whole.
class ScriptedRandom final : public core::Random {
 public:
  explicit ScriptedRandom(core::Bytes octets) : octets_(std::move(octets)) {}
  void fill(core::MutableView out) noexcept override {
    core::ensure(out.size() == octets_.size());
    core::copy(octets_, out);
  }

 private:
  core::Bytes octets_;
};

}  // namespace esplanade::crypto::openssl
