// What the first fragments of datagrams have shown of their upper layer, so that the later ones,
// which show nothing of it, can be judged by it (RFC 4301, 7.3: stateful fragment checking).
//
//   if (datagram.has_upper_header) first.remember(datagram, now);
//   else if (const auto shown = first.complete(datagram, now)) ...   // by its ports
//
// One place for each hash: a newer datagram takes it from an older one, whose later fragments are
// then as those of a datagram whose first one was never seen.
//
// Allocates: when made.   Threads: one owner.
#pragma once

#include "core/time.h"
#include "pipeline/fragments/fragment_key.h"

#include <optional>
#include <vector>

namespace esplanade::pipeline {

class FirstFragments {
 public:
  static constexpr std::size_t places = 1024;
  /// As long as hosts wait for the rest of a datagram, about (RFC 1122, 3.3.2: 60 to 120 s; most
  /// wait 30).
  static constexpr core::Duration kept_for = std::chrono::seconds(30);

  FirstFragments() : seen_(places) {}

  /// Anything but a first fragment that shows its ports is left out.
  void remember(const net::Datagram& first, core::Time now) noexcept;
  /// `later` with the protocol and the ports of its first fragment; nothing if that is not known.
  [[nodiscard]] auto complete(const net::Datagram& later, core::Time now) const noexcept
      -> std::optional<net::Datagram>;

 private:
  struct Seen {
    FragmentKey key;
    iana::IpProtocol protocol{};
    net::Ports ports;
    std::optional<core::Time> at;
  };

  [[nodiscard]] static auto place_of(const FragmentKey& key) noexcept -> std::size_t;

  std::vector<Seen> seen_;
};

}  // namespace esplanade::pipeline
