#include "platform/guard/boxes.h"

#include <algorithm>
#include <array>

namespace esplanade::platform {
namespace {

using iana::IpProtocol;
using sa::PortRange;
using sa::TrafficSelector;

/// Those in which net::Datagram finds ports.
constexpr auto protocols_with_ports = std::to_array<IpProtocol>(
    {IpProtocol::icmp, IpProtocol::tcp, IpProtocol::udp, IpProtocol::icmpv6, IpProtocol::sctp,
     IpProtocol::mobility, IpProtocol::udp_lite});

auto has_types(IpProtocol protocol) -> bool {
  return protocol == IpProtocol::icmp || protocol == IpProtocol::icmpv6;
}

auto has_ports(IpProtocol protocol) -> bool {
  return std::ranges::find(protocols_with_ports, protocol) != protocols_with_ports.end();
}

/// RFC 4301, 4.4.1.1: type and code stand in place of either port.
void add_types(std::vector<Box>& boxes, Box box) {
  box.shape = Shape::type;
  box.ours_ports = {std::max(box.ours_ports.first, box.theirs_ports.first),
                    std::min(box.ours_ports.last, box.theirs_ports.last)};
  box.theirs_ports = {};
  if (box.ours_ports.first <= box.ours_ports.last) boxes.push_back(box);
}

void add_with_ports(std::vector<Box>& boxes, Box box, IpProtocol protocol) {
  if (!has_ports(protocol)) return;
  box.protocol = protocol;
  if (has_types(protocol)) return add_types(boxes, box);
  box.shape = protocol == IpProtocol::mobility ? Shape::protocol : Shape::ports;
  if (box.shape == Shape::protocol) box.ours_ports = box.theirs_ports = {};
  boxes.push_back(box);
}

void add(std::vector<Box>& boxes, const TrafficSelector& ours, const TrafficSelector& theirs) {
  if (ours.addresses.family() != theirs.addresses.family()) return;
  if (ours.protocol && theirs.protocol && *ours.protocol != *theirs.protocol) return;
  const auto protocol = ours.protocol ? ours.protocol : theirs.protocol;
  Box box{Shape::addresses, ours.addresses, theirs.addresses, {}, ours.ports, theirs.ports};
  if (!ours.ports.is_any() || !theirs.ports.is_any()) {
    if (protocol) return add_with_ports(boxes, box, *protocol);
    for (const auto one : protocols_with_ports) add_with_ports(boxes, box, one);
    return;
  }
  if (protocol) box.shape = Shape::protocol;
  box.protocol = protocol.value_or(IpProtocol{});
  boxes.push_back(box);
}

auto contains(const PortRange& outer, const PortRange& inner) -> bool {
  return outer.first <= inner.first && inner.last <= outer.last;
}

auto contains(const Box& outer, const Box& inner) -> bool {
  return outer.theirs.contains(inner.theirs) && outer.ours.contains(inner.ours) &&
         outer.protocol == inner.protocol && contains(outer.ours_ports, inner.ours_ports) &&
         contains(outer.theirs_ports, inner.theirs_ports);
}

template <class Range>
auto overlap(const Range& a, const Range& b) -> bool {
  return a.first() <= b.last() && b.first() <= a.last();
}

auto overlap(const PortRange& a, const PortRange& b) -> bool {
  return a.first <= b.last && b.first <= a.last;
}

auto overlap(const Box& a, const Box& b) -> bool {
  return overlap(a.theirs, b.theirs) && overlap(a.ours, b.ours) && a.protocol == b.protocol &&
         overlap(a.ours_ports, b.ours_ports) && overlap(a.theirs_ports, b.theirs_ports);
}

/// Walks along one axis: a box can only meet those that have not ended before it begins.
class Sweep {
 public:
  void take(const Box& box) {
    std::erase_if(open_,
                  [&](const Open& one) { return one.box.theirs.last() < box.theirs.first(); });
    if (std::ranges::any_of(open_, [&](const Open& one) { return contains(one.box, box); })) return;
    const auto layer = free_layer(box);
    if (layer == layers_.size()) layers_.emplace_back();
    layers_[layer].push_back(box);
    open_.push_back({box, layer});
  }
  auto layers() && -> std::vector<std::vector<Box>> { return std::move(layers_); }

 private:
  struct Open {
    Box box;
    std::size_t layer;
  };

  [[nodiscard]] auto free_layer(const Box& box) const -> std::size_t {
    std::vector<bool> is_taken(layers_.size() + 1);
    for (const auto& one : open_) {
      if (!is_taken[one.layer] && overlap(one.box, box)) is_taken[one.layer] = true;
    }
    return static_cast<std::size_t>(std::ranges::find(is_taken, false) - is_taken.begin());
  }

  std::vector<Open> open_;
  std::vector<std::vector<Box>> layers_;
};

/// Wider ones first where they begin alike, so that what lies in another is seen behind it.
auto is_before(const Box& a, const Box& b) -> bool {
  if (a.theirs.first() != b.theirs.first()) return a.theirs.first() < b.theirs.first();
  if (a.theirs.last() != b.theirs.last()) return a.theirs.last() > b.theirs.last();
  if (a.ours.first() != b.ours.first()) return a.ours.first() < b.ours.first();
  return a.ours.last() > b.ours.last();
}

}  // namespace

auto boxes_of(const sa::Selectors& selectors) -> std::vector<Box> {
  std::vector<Box> boxes;
  for (const auto& ours : selectors.ours) {
    for (const auto& theirs : selectors.theirs) add(boxes, ours, theirs);
  }
  return boxes;
}

auto layers_of(std::vector<Box> boxes) -> std::vector<std::vector<Box>> {
  std::ranges::stable_sort(boxes, is_before);
  Sweep sweep;
  for (const auto& box : boxes) sweep.take(box);
  return std::move(sweep).layers();
}

}  // namespace esplanade::platform
