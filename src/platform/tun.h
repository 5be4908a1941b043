// A TUN device: what is routed into it comes out of read(), what is written enters the host as if
// it had come from a link. Whole IP datagrams of both families, no headers of the device's own.
//
//   auto tun = TRY(Tun::open("esp%d", 1380));       // up, without an address
//
// The device ends with the object, and its routes with it.
//
// The system hands out what it has not cut yet, up to 64 KiB at once, and takes the same: read()
// cuts it into datagrams of their own, write() joins neighbours of one flow. So a call of the
// system moves many packets; what is read and written is as without.
//
// Errors: a packet longer than its slot behind the headroom is read, cut, with Verdict::no_room;
// one
//         that the system describes wrongly with Verdict::malformed.
// Threads: one owner.   Allocates: open() only.
#pragma once

#include "net/offload/coalescer.h"
#include "net/offload/segmenter.h"
#include "net/port.h"
#include "platform/system_error.h"
#include "platform/unique_fd.h"

#include <memory>
#include <vector>

namespace esplanade::platform {

/// What a TUN device leaves to us, and we to it: checksums and cutting. Systems before Linux 6.2 do
/// it for TCP alone.
enum class Offloads : std::uint8_t { none, tcp, tcp_and_udp };

class Tun : public net::Port {
 public:
  /// In `pattern` the kernel replaces %d by the first free number. `wanted`, or as much of it as
  /// the system has.
  [[nodiscard]] static auto open(const std::string& pattern, std::uint16_t mtu,
                                 Offloads wanted = Offloads::tcp_and_udp)
      -> SystemResult<std::unique_ptr<Tun>>;

  [[nodiscard]] auto name() const noexcept -> const std::string& { return name_; }
  [[nodiscard]] auto index() const noexcept -> unsigned { return index_; }
  [[nodiscard]] auto offloads() const noexcept -> Offloads { return offloads_; }
  /// Readable when read() has something, but for what is left of a packet that was cut: to be asked
  /// again as long as it fills all that it was given.
  [[nodiscard]] auto descriptor() const noexcept -> int { return fd_.number(); }

  /// Somebody has deleted the device; there is nothing to be read or written any more.
  [[nodiscard]] auto is_gone() const noexcept -> bool { return is_gone_; }

  [[nodiscard]] auto read(std::span<net::Packet> into) noexcept -> std::size_t override;
  void write(std::span<net::Packet> packets) noexcept override;

 private:
  Tun(UniqueFd fd, std::string name, unsigned index, Offloads offloads) noexcept;
  /// What waits becomes `super_`; false where nothing does.
  [[nodiscard]] auto read_one() noexcept -> bool;
  /// One whole datagram, or the first segment of what is to be cut.
  void take_from_super(net::Packet& packet) noexcept;
  void write(const net::Train& train) noexcept;

  UniqueFd fd_;
  std::string name_;
  unsigned index_;
  Offloads offloads_;
  bool is_gone_ = false;
  std::vector<std::byte> buffer_;
  net::VirtioHeader header_;
  core::MutableView super_;
  net::Segmenter segmenter_;  ///< what is left of `super_`
  net::Coalescer coalescer_;
};

}  // namespace esplanade::platform
