// A large array whose octets are all 0 in the beginning and whose memory the system provides only
// where it is touched: for tables that are sized for the most there may be.
//
//   ZeroedArray<Known> known(1 << 18);
//
// Allocates: when made; throws std::bad_alloc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

namespace esplanade::core {

template <class T>
class ZeroedArray {
  static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>);

 public:
  explicit ZeroedArray(std::size_t size)
      : room_(std::calloc(size * sizeof(T) + alignof(T), 1)), size_(size) {
    if (!room_) throw std::bad_alloc();
    const auto at = reinterpret_cast<std::uintptr_t>(room_.get());
    const auto ahead = (alignof(T) - at % alignof(T)) % alignof(T);
    first_ = reinterpret_cast<T*>(static_cast<std::byte*>(room_.get()) + ahead);
  }

  [[nodiscard]] auto operator[](std::size_t i) noexcept -> T& { return first_[i]; }
  [[nodiscard]] auto all() noexcept -> std::span<T> { return {first_, size_}; }

 private:
  struct Free {
    void operator()(void* room) const noexcept { std::free(room); }
  };
  std::unique_ptr<void, Free> room_;
  T* first_ = nullptr;
  std::size_t size_;
};

}  // namespace esplanade::core
