// A vector with room for N plain values inside itself: what a batch needs, without an allocation
// and without clearing room that stays empty.
//
//   InplaceVector<SealJob, batch_max> jobs;
//   jobs.push_back({...});
//   aead.seal(jobs.all());
//
// Errors: more than N values is a bug.   Allocates: never.
#pragma once

#include "core/ensure.h"

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>

namespace esplanade::core {

template <class T, std::size_t N>
class InplaceVector {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  InplaceVector() = default;
  InplaceVector(const InplaceVector&) = delete;
  auto operator=(const InplaceVector&) -> InplaceVector& = delete;

  auto push_back(const T& value) noexcept -> T& {
    ensure(size_ < N);
    return *std::construct_at(room_.values.data() + size_++, value);
  }
  /// One more, made of `parts` where it stands: what is copied as soon as its parts were stored has
  /// the processor wait for them.
  template <class... Parts>
  auto emplace_back(const Parts&... parts) noexcept -> T& {
    ensure(size_ < N);
    return *std::construct_at(room_.values.data() + size_++, parts...);
  }
  void pop_back() noexcept {
    ensure(size_ > 0);
    --size_;
  }
  [[nodiscard]] auto size() const noexcept -> std::size_t { return size_; }
  [[nodiscard]] auto all() noexcept -> std::span<T> { return std::span(room_.values).first(size_); }
  [[nodiscard]] auto operator[](std::size_t i) noexcept -> T& {
    ensure(i < size_);
    return all()[i];
  }

 private:
  union Room {
    Room() noexcept {}  // leaves the values as they are
    std::array<T, N> values;
  };

  Room room_;
  std::size_t size_ = 0;
};

}  // namespace esplanade::core
