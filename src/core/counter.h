// A counter with one writer and any number of readers: relaxed loads and stores, no
// read-modify-write, so that counting costs the data road what a plain addition costs.
#pragma once

#include <atomic>
#include <cstdint>

namespace esplanade::core {

class Counter {
 public:
  void add(std::uint64_t count) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  }
  void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  [[nodiscard]] auto value() const noexcept -> std::uint64_t {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace esplanade::core
