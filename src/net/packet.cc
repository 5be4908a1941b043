#include "net/packet.h"

#include <limits>
#include <new>

namespace esplanade::net {

Arena::Arena(std::size_t slot_size, std::size_t count) {
  core::ensure(headroom <= slot_size && slot_size <= std::numeric_limits<std::uint16_t>::max());
  const auto stride = (slot_size + alignment - 1) / alignment * alignment;
  const auto total = stride * count;
  octets_.reset(new (std::align_val_t{alignment}) std::byte[total]{});
  packets_.reserve(count);
  for (std::size_t at = 0; at < total; at += stride) {
    packets_.push_back({.slot = {octets_.get() + at, slot_size}});
  }
}

void Arena::Release::operator()(std::byte* octets) const noexcept {
  ::operator delete[](octets, std::align_val_t{alignment});
}

}  // namespace esplanade::net
