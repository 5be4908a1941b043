// Cuts one IP datagram into fragments (RFC 791, 3.2; RFC 8200, 4.5). A fragment may be cut again.
//
//   const auto cut = TRY(Fragmenter::of(datagram, {.largest = 1280, .id = id}));
//   for (i < cut.count()) packet.size = cut.write(i, packet.reset());
//
// Of an IPv4 header, later fragments keep the options that say so. The caller decides whether the
// datagram may be cut at all: DF is not looked at.
//
// Units: octets.  Allocates: never.  Borrows the octets it was given.
#pragma once

#include "core/bytes.h"
#include "core/result.h"
#include "iana/ip_protocol.h"

namespace esplanade::net {

struct CutAt {
  std::size_t largest = 0;  ///< octets of a fragment, headers included
  std::uint32_t id = 0;     ///< of IPv6, which has none yet; IPv4's stands in the header
};

class Fragmenter {
 public:
  /// Errors: those of the headers' parse(), bad_chain for an IPv6 datagram that has a Fragment
  /// header, exhausted where `largest` holds no 8 octets beside the headers, or bad_length where
  /// the last would end beyond what offsets can say.
  [[nodiscard]] static auto of(core::View datagram, const CutAt& at) noexcept
      -> core::Result<Fragmenter>;

  /// 1 for a datagram that needs no cutting, which write() then copies as it is.
  [[nodiscard]] auto count() const noexcept -> std::size_t { return count_; }
  /// Writes the fragment at `index` into `out`, which must have room for `largest` octets, and
  /// answers its size.
  auto write(std::size_t index, core::MutableView out) const noexcept -> std::size_t;

 private:
  Fragmenter() = default;
  [[nodiscard]] static auto of_ipv4(core::View datagram, std::size_t largest) noexcept
      -> core::Result<Fragmenter>;
  [[nodiscard]] static auto of_ipv6(core::View datagram, const CutAt& at) noexcept
      -> core::Result<Fragmenter>;
  void divide(std::size_t share) noexcept;
  [[nodiscard]] auto part(std::size_t index) const noexcept -> core::View;
  auto write_ipv4(std::size_t index, core::MutableView out) const noexcept -> std::size_t;
  auto write_ipv6(std::size_t index, core::MutableView out) const noexcept -> std::size_t;

  core::View whole_;
  core::View headers_;  ///< what stands in front of every fragment
  core::View data_;     ///< what is divided
  std::size_t share_ = 0;
  std::size_t count_ = 1;
  bool is_ipv6_ = false;
  std::uint32_t id_ = 0;
  std::size_t next_header_at_ = 0;  ///< of IPv6: names what `data_` begins with
};

}  // namespace esplanade::net
