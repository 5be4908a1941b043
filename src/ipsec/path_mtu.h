// The path MTU of an SA (RFC 4301, 8.2): what the link takes, until something smaller is learnt,
// and again when that has grown old (8.2.2).
//
// Units: octets of the outer datagram.   Threads: the SA's worker; current() and learnt() may be
// read by others, which then may see one that is about to change.
#pragma once

#include "core/counter.h"
#include "core/time.h"

#include <algorithm>

namespace esplanade::ipsec {

class PathMtu {
 public:
  /// Whatever an error says, no less is believed: what every host must take (RFC 791, 3.1), and for
  /// IPv6 every link (RFC 8201, 4).
  static constexpr std::uint16_t least_ipv4 = 576;
  static constexpr std::uint16_t least_ipv6 = 1280;

  /// What is less than `link` is believed for as long as `believed_for`.
  PathMtu(std::uint16_t link, std::uint16_t least, core::Duration believed_for) noexcept
      : link_(link), least_(least), believed_for_(believed_for) {
    current_.set(link);
  }

  [[nodiscard]] auto current() const noexcept -> std::uint16_t {
    return static_cast<std::uint16_t>(current_.value());
  }
  [[nodiscard]] auto link() const noexcept -> std::uint16_t { return link_; }
  [[nodiscard]] auto is_learnt() const noexcept -> bool { return current() < link_; }

  /// True if that is less than was known.
  auto learn(std::size_t mtu, core::Time now) noexcept -> bool {
    const auto believed = std::max<std::size_t>(mtu, least_);
    if (believed >= current()) return false;
    current_.set(believed);
    learnt_at_ = now;
    return true;
  }
  /// Forgets what has grown old.
  void age(core::Time now) noexcept {
    if (is_learnt() && now - learnt_at_ >= believed_for_) current_.set(link_);
  }
  /// What `before` has learnt of the same path still holds.
  void continue_from(const PathMtu& before) noexcept {
    if (before.is_learnt()) learn(before.current(), before.learnt_at_);
  }

 private:
  std::uint16_t link_;
  std::uint16_t least_;
  core::Duration believed_for_;
  core::Counter current_;
  core::Time learnt_at_;
};

}  // namespace esplanade::ipsec
