// A bounded ring between two threads: one puts, one takes. What finds it full is for the putter to
// count; nobody waits.
//
//   if (auto* place = ring.place()) { fill(*place); ring.put(); }     // one thread
//   if (auto* next = ring.next()) { use(*next); ring.take(); }        // the other
//
// Allocates: never.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

namespace esplanade::daemon {

template <class T, std::size_t N>
class Ring {
 public:
  static constexpr std::size_t capacity = N;

  /// To be filled and then put(); nullptr while the ring is full.
  [[nodiscard]] auto place() noexcept -> T* {
    const auto put_so_far = put_.load(std::memory_order_relaxed);
    if (put_so_far - taken_.load(std::memory_order_acquire) == N) return nullptr;
    return &values_[put_so_far % N];
  }
  void put() noexcept {
    put_.store(put_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  /// The oldest, until take(); nullptr while there is none.
  [[nodiscard]] auto next() noexcept -> T* {
    const auto taken = taken_.load(std::memory_order_relaxed);
    if (taken == put_.load(std::memory_order_acquire)) return nullptr;
    return &values_[taken % N];
  }
  void take() noexcept {
    taken_.store(taken_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

 private:
  std::array<T, N> values_{};
  std::atomic<std::size_t> put_{0};
  std::atomic<std::size_t> taken_{0};
};

}  // namespace esplanade::daemon
