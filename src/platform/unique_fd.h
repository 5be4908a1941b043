// A file descriptor with one owner, closed when the owner ends.
#pragma once

#include <utility>

namespace esplanade::platform {

class UniqueFd {
 public:
  UniqueFd() noexcept = default;
  explicit UniqueFd(int descriptor) noexcept : descriptor_(descriptor) {}
  UniqueFd(UniqueFd&& from) noexcept : descriptor_(from.release()) {}
  auto operator=(UniqueFd&& from) noexcept -> UniqueFd& {
    std::swap(descriptor_, from.descriptor_);
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  auto operator=(const UniqueFd&) -> UniqueFd& = delete;
  ~UniqueFd();

  /// -1 where there is none.
  [[nodiscard]] auto number() const noexcept -> int { return descriptor_; }
  [[nodiscard]] auto is_open() const noexcept -> bool { return descriptor_ >= 0; }
  /// The caller owns it from now on.
  [[nodiscard]] auto release() noexcept -> int { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_ = -1;
};

}  // namespace esplanade::platform
