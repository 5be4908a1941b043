// Key material: fixed inline storage that is wiped when it moves and when it ends, cannot be
// copied by accident and cannot be printed. reveal() is the only way in, and easy to grep for.
//
//   Secret<64> key{bytes};            // the caller wipes its own copy: wipe(bytes)
//   aead = provider.make_aead(id, key.reveal());
//
// Units: octets.   Errors: more than Max octets is a bug of the caller.   Allocates: never.
#pragma once

#include "core/bytes.h"

#include <string.h>
#include <array>
#include <type_traits>

namespace esplanade::core {

/// Overwrites with zeroes in a way the compiler may not leave out.
inline void wipe(MutableView bytes) noexcept {
  if (!bytes.empty()) ::explicit_bzero(bytes.data(), bytes.size());
}

/// Compares in time that depends on the length alone. Different lengths are unequal.
[[nodiscard]] auto equal_constant_time(View a, View b) noexcept -> bool;

template <std::size_t Max>
class Secret {
 public:
  Secret() noexcept = default;
  explicit Secret(View from) noexcept : size_(from.size()) {
    ensure(size_ <= Max);
    copy(from, bytes_);
  }
  Secret(Secret&& other) noexcept { *this = std::move(other); }
  auto operator=(Secret&& other) noexcept -> Secret& {
    if (this == &other) return *this;
    bytes_ = other.bytes_;
    size_ = std::exchange(other.size_, 0);
    wipe(other.bytes_);
    return *this;
  }
  Secret(const Secret&) = delete;
  auto operator=(const Secret&) -> Secret& = delete;
  ~Secret() { wipe(bytes_); }

  /// A second copy, where two owners are meant (a reload that compares, a key log).
  [[nodiscard]] auto clone() const noexcept -> Secret { return Secret{reveal()}; }
  [[nodiscard]] auto reveal() const noexcept -> View { return View{bytes_}.first(size_); }
  [[nodiscard]] auto size() const noexcept -> std::size_t { return size_; }
  [[nodiscard]] auto empty() const noexcept -> bool { return size_ == 0; }

 private:
  std::array<std::byte, Max> bytes_{};
  std::size_t size_ = 0;
};

static_assert(!std::is_copy_constructible_v<Secret<64>>);

}  // namespace esplanade::core
