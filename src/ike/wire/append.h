// Octets of a message that grows: the mirror of core::Reader where the size is not known before.
//
//   Append out;
//   const auto length = out.gap16();
//   out.u8(1).octets(data);
//   out.fill16(length, out.size());
//
// Allocates: as the message grows.
#pragma once

#include "core/bytes.h"
#include "core/endian.h"

#include <limits>

namespace esplanade::ike::wire {

class Append {
 public:
  auto u8(std::uint8_t value) -> Append& { return number(value); }
  auto u16(std::uint16_t value) -> Append& { return number(value); }
  auto u32(std::uint32_t value) -> Append& { return number(value); }
  auto octets(core::View from) -> Append& {
    octets_.insert(octets_.end(), from.begin(), from.end());
    return *this;
  }
  auto zeroes(std::size_t count) -> Append& {
    octets_.resize(octets_.size() + count);
    return *this;
  }

  /// Room for a 16-bit number that is known later; the place for fill16().
  [[nodiscard]] auto gap16() -> std::size_t {
    zeroes(2);
    return octets_.size() - 2;
  }
  /// A number that does not fit is a bug: a payload's length is bounded before it is written.
  void fill16(std::size_t place, std::size_t value) {
    core::ensure(value <= std::numeric_limits<std::uint16_t>::max());
    core::store_be(static_cast<std::uint16_t>(value), core::MutableView{octets_}, place);
  }

  [[nodiscard]] auto size() const noexcept -> std::size_t { return octets_.size(); }
  [[nodiscard]] auto finish() && noexcept -> core::Bytes { return std::move(octets_); }

 private:
  template <class T>
  auto number(T value) -> Append& {
    zeroes(sizeof(T));
    core::store_be(value, core::MutableView{octets_}, octets_.size() - sizeof(T));
    return *this;
  }

  core::Bytes octets_;
};

}  // namespace esplanade::ike::wire
