// Bounded writing of network-order fields into the caller's octets; the mirror of Reader.
//
//   Writer w{packet.push_front(8)};
//   w.u32(to_underlying(sa.spi)).u32(low);
//   ensure(w.finished());
//
// Sticky as well: after the first field that does not fit nothing more is written.
#pragma once

#include "core/endian.h"

namespace esplanade::core {

class Writer {
 public:
  explicit Writer(MutableView bytes) noexcept : bytes_(bytes) {}

  auto u8(std::uint8_t value) noexcept -> Writer& { return number(value); }
  auto u16(std::uint16_t value) noexcept -> Writer& { return number(value); }
  auto u32(std::uint32_t value) noexcept -> Writer& { return number(value); }
  auto u64(std::uint64_t value) noexcept -> Writer& { return number(value); }
  auto octets(View from) noexcept -> Writer& {
    if (reserve(from.size())) copy(from, bytes_.subspan(at_ - from.size(), from.size()));
    return *this;
  }

  [[nodiscard]] auto failed() const noexcept -> bool { return failed_; }
  /// The span is full and nothing was left out.
  [[nodiscard]] auto finished() const noexcept -> bool { return !failed_ && at_ == bytes_.size(); }
  [[nodiscard]] auto offset() const noexcept -> std::size_t { return at_; }

 private:
  template <class T>
  auto number(T value) noexcept -> Writer& {
    if (reserve(sizeof(T))) store_be(value, bytes_.subspan(at_ - sizeof(T)).first<sizeof(T)>());
    return *this;
  }
  auto reserve(std::size_t count) noexcept -> bool {
    failed_ = failed_ || count > bytes_.size() - at_;
    if (!failed_) at_ += count;
    return !failed_;
  }

  MutableView bytes_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace esplanade::core
