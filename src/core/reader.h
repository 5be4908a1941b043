// Bounded reading of network-order fields from octets that a stranger sent.
//
//   Reader r{bytes};
//   const auto spi = Spi{r.u32()};
//   const auto iv = r.take(8);
//   if (!r.finished()) return failure(Code::too_short, r.offset());
//
// The reader is sticky: after the first shortfall every read gives zero or an empty span, so the
// fields are read without a check each and the question is asked once, at the end.
//
// Units: octets; numbers in host order.   Errors: failed(), finished().   Allocates: never.
#pragma once

#include "core/endian.h"

namespace esplanade::core {

class Reader {
 public:
  explicit Reader(View bytes) noexcept : bytes_(bytes) {}

  auto u8() noexcept -> std::uint8_t { return number<std::uint8_t>(); }
  auto u16() noexcept -> std::uint16_t { return number<std::uint16_t>(); }
  auto u32() noexcept -> std::uint32_t { return number<std::uint32_t>(); }
  auto u64() noexcept -> std::uint64_t { return number<std::uint64_t>(); }

  /// The next `count` octets, or an empty span and failure if there are fewer.
  auto take(std::size_t count) noexcept -> View {
    if (failed_ || count > bytes_.size() - at_) {
      failed_ = true;
      return {};
    }
    const auto taken = bytes_.subspan(at_, count);
    at_ += count;
    return taken;
  }
  void skip(std::size_t count) noexcept { (void)take(count); }
  auto rest() noexcept -> View { return take(bytes_.size() - at_); }

  /// True while a loop over the rest still has something to read; false after a failure.
  [[nodiscard]] auto more() const noexcept -> bool { return !failed_ && at_ < bytes_.size(); }
  [[nodiscard]] auto failed() const noexcept -> bool { return failed_; }
  /// Everything was read and nothing was missing.
  [[nodiscard]] auto finished() const noexcept -> bool { return !failed_ && at_ == bytes_.size(); }
  [[nodiscard]] auto offset() const noexcept -> std::size_t { return at_; }

 private:
  template <class T>
  auto number() noexcept -> T {
    const auto octets = take(sizeof(T));
    return octets.empty() ? T{0} : load_be<T>(octets.first<sizeof(T)>());
  }

  View bytes_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace esplanade::core
