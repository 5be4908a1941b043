// The selectors of an inbound SA, where they are simple: of each family one range of addresses at
// each end. What passes is within the selectors; what does not may be all the same.
//
//   const Gate gate(parameters.selectors);
//   gate.admits(net::Family::ipv4, {.theirs = ..., .ours = ...});
#pragma once

#include "net/address.h"
#include "sa/selector.h"

#include <array>

namespace esplanade::ipsec {

class Gate {
 public:
  explicit Gate(const sa::Selectors& selectors);

  /// Addresses as 64-bit words in host order: one of IPv4, two of IPv6.
  struct Ends {
    std::array<std::uint64_t, 2> theirs, ours;
    std::uint16_t their_port, our_port;
    iana::IpProtocol protocol;
  };
  [[nodiscard]] auto admits(net::Family family, const Ends& ends) const noexcept -> bool {
    return family == net::Family::ipv4 ? ipv4_.admits(ends, is_low_within)
                                       : ipv6_.admits(ends, is_within);
  }

 private:
  using Words = std::array<std::uint64_t, 2>;
  struct Side {
    Words first, last;
    sa::PortRange ports;
    iana::IpProtocol protocol;
    bool has_protocol;
  };
  [[nodiscard]] static auto is_low_within(const Words& word, const Side& side) noexcept -> bool {
    return side.first[0] <= word[0] && word[0] <= side.last[0];
  }
  [[nodiscard]] static auto is_within(const Words& words, const Side& side) noexcept -> bool {
    return side.first <= words && words <= side.last;
  }
  struct Part {
    Side theirs, ours;
    bool is_simple = false;
    bool has_ports_or_protocol = false;

    template <class Within>
    [[nodiscard]] auto admits(const Ends& ends, Within within) const noexcept -> bool {
      const auto takes = [&](const Side& side, std::uint16_t port) {
        return side.ports.contains(port) && (!side.has_protocol || side.protocol == ends.protocol);
      };
      if (!is_simple || !within(ends.theirs, theirs) || !within(ends.ours, ours)) return false;
      if (!has_ports_or_protocol) return true;
      return takes(theirs, ends.their_port) && takes(ours, ends.our_port);
    }
  };
  [[nodiscard]] static auto side_of(const sa::TrafficSelector& selector) -> Side;
  [[nodiscard]] static auto part_of(const sa::Selectors& selectors, net::Family family) -> Part;

  Part ipv4_;
  Part ipv6_;
};

}  // namespace esplanade::ipsec
