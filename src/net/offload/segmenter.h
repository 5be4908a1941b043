// A packet that a sender has left to its device to cut: TCP or UDP of up to 64 KiB behind one IP
// header. Cut here it becomes the datagrams that would have left the device, checksums and all.
//
//   auto segmenter = TRY(Segmenter::of(super, header));
//   while (!segmenter.is_done()) packet.size = segmenter.next(packet.reset());
//
// Segments of IPv4 count up their identification. FIN and PSH are the last segment's, CWR is the
// first's (RFC 3168, 6.1.2).
//
// Units: octets.   Allocates: never.   It borrows the packet.
#pragma once

#include "core/result.h"
#include "net/offload/virtio_header.h"

namespace esplanade::net {

class Segmenter {
 public:
  /// Nothing to cut.
  Segmenter() noexcept = default;
  /// Errors: those of the headers' parsers; bad_value where they are not what `header` says, or
  /// there is a fragment or nothing behind them.
  [[nodiscard]] static auto of(core::View super, const VirtioHeader& header) noexcept
      -> core::Result<Segmenter>;

  [[nodiscard]] auto is_done() const noexcept -> bool { return at_ >= payload_.size(); }
  /// The next segment as a whole datagram; its size, or 0 where `out` is too short for it, and then
  /// it is skipped.
  [[nodiscard]] auto next(core::MutableView out) noexcept -> std::size_t;

 private:
  void write_ip(core::MutableView datagram) const noexcept;
  void write_tcp(core::MutableView segment, std::size_t payload) const noexcept;

  core::View headers_;
  core::View payload_;
  std::size_t ip_size_ = 0;
  std::size_t segment_size_ = 0;
  std::size_t at_ = 0;  ///< of the payload
  bool is_tcp_ = false;
};

/// Computes the checksum that a sender has left to its device. False, and nothing has changed,
/// where the header's places are not in `datagram`.
[[nodiscard]] auto complete_checksum(core::MutableView datagram,
                                     const VirtioHeader& header) noexcept -> bool;

}  // namespace esplanade::net
