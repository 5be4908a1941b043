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

#include <cstddef>
#include <new>
#include <span>
#include <type_traits>

namespace esplanade::core {

template <class T, std::size_t N>
class InplaceVector {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  InplaceVector() noexcept {}  // leaves octets_ as they are
  InplaceVector(const InplaceVector&) = delete;
  auto operator=(const InplaceVector&) -> InplaceVector& = delete;

  auto push_back(const T& value) noexcept -> T& {
    ensure(size_ < N);
    return *::new (octets_ + sizeof(T) * size_++) T(value);
  }
  [[nodiscard]] auto size() const noexcept -> std::size_t { return size_; }
  [[nodiscard]] auto all() noexcept -> std::span<T> {
    return {std::launder(reinterpret_cast<T*>(octets_)), size_};
  }
  [[nodiscard]] auto operator[](std::size_t i) noexcept -> T& {
    ensure(i < size_);
    return all()[i];
  }

 private:
  alignas(T) std::byte octets_[N * sizeof(T)];
  std::size_t size_ = 0;
};

}  // namespace esplanade::core
