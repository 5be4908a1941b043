// A TUN device: what is routed into it comes out of read(), what is written enters the host as if
// it had come from a link. Whole IP datagrams of both families, no headers of the device's own.
//
//   auto tun = TRY(Tun::open("esp%d", 1380));       // up, without an address
//
// The device ends with the object, and its routes with it.
//
// Errors: a packet that fills its whole slot was perhaps cut: it is read with Verdict::no_room.
//         A slot behind its headroom must be longer than the MTU.
// Threads: one owner.   Allocates: open() only.
#pragma once

#include "net/port.h"
#include "platform/system_error.h"
#include "platform/unique_fd.h"

#include <memory>

namespace esplanade::platform {

class Tun : public net::Port {
 public:
  /// In `pattern` the kernel replaces %d by the first free number.
  [[nodiscard]] static auto open(const std::string& pattern, std::uint16_t mtu)
      -> SystemResult<std::unique_ptr<Tun>>;

  [[nodiscard]] auto name() const noexcept -> const std::string& { return name_; }
  [[nodiscard]] auto index() const noexcept -> unsigned { return index_; }
  /// Readable when read() has something.
  [[nodiscard]] auto descriptor() const noexcept -> int { return fd_.number(); }

  /// Somebody has deleted the device; there is nothing to be read or written any more.
  [[nodiscard]] auto is_gone() const noexcept -> bool { return is_gone_; }

  [[nodiscard]] auto read(std::span<net::Packet> into) noexcept -> std::size_t override;
  void write(std::span<net::Packet> packets) noexcept override;

 private:
  Tun(UniqueFd fd, std::string name, unsigned index) noexcept;

  UniqueFd fd_;
  std::string name_;
  unsigned index_;
  bool is_gone_ = false;
};

}  // namespace esplanade::platform
