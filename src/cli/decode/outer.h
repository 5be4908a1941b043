// What a captured IP datagram is on the outside: ESP, AH, IKE or none of these.
//
// Captures are often cut short. A datagram of which less was captured than its header announces is
// judged by what is there.
#pragma once

#include "cli/decode/decoded_frame.h"

#include <span>

namespace esplanade::cli::decode {

struct Outer {
  Protocol protocol = Protocol::clear;
  std::optional<net::Address> src, dst;
  std::optional<core::Spi> spi;
  std::optional<std::uint32_t> seq;
  /// clear or refused; of ESP and AH that can be tried: opened, verified.
  Status status = Status::clear;
  std::string reason;
  core::View esp;  ///< from SPI to ICV where the status is opened; borrowed
  core::View ah;   ///< the whole datagram where the status is verified; borrowed
  std::size_t ah_at = 0;
  core::View ike;  ///< a whole message without marker, where there is one; borrowed
};

/// `encap_ports` carry ESP in UDP, and IKE behind its marker (RFC 3948, 2).
[[nodiscard]] auto look_at(core::View datagram, std::span<const std::uint16_t> encap_ports)
    -> Outer;

}  // namespace esplanade::cli::decode
