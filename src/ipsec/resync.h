// When an inbound SA with extended sequence numbers tries higher values of their high half, because
// 2^32 packets in a row may have been lost: RFC 4303, appendix A3; RFC 4302, appendix B3.
//
//   if (sa.resync.is_due()) ...   // the next packet is worth up to `tries` more computations
//   sa.resync.count(is_authentic);
//
// `trigger` packets that are not authentic in a row are the occasion, and once more as many the
// next one. So whoever sends forged packets costs us a quarter more for each at most, whatever he
// sends, and authentic traffic costs nothing.
//
// Threads: the SA's worker.   Allocates: never.
#pragma once

#include "core/ids.h"

#include <cstdint>

namespace esplanade::ipsec {

class Resync {
 public:
  static constexpr unsigned trigger = 16;
  static constexpr unsigned tries = 4;

  [[nodiscard]] auto is_due() const noexcept -> bool { return failures_ >= trigger; }
  /// What came out of one packet's ICV; of a try, in the end.
  void count(bool is_authentic) noexcept { failures_ = is_authentic ? 0 : failures_ + 1; }
  /// A try begins; should it fail, the next one takes as many failures again.
  void begin() noexcept { failures_ = 0; }

 private:
  std::uint32_t failures_ = 0;
};

/// The same low half, one 2^32 on; itself where there is no higher one.
[[nodiscard]] constexpr auto one_subspace_on(core::Seq64 seq) noexcept -> core::Seq64 {
  constexpr auto step = std::uint64_t{1} << 32;
  return {seq.high() == 0xffffffff ? seq.value : seq.value + step};
}

}  // namespace esplanade::ipsec
