#include "ike/session/ike_sa.h"

#include <algorithm>

namespace esplanade::ike::session {
namespace {

template <class T>
auto find_by(std::vector<Child>& children, T Child::* member, const T& value) noexcept -> Child* {
  const auto it = std::ranges::find(children, value, member);
  return it == children.end() ? nullptr : &*it;
}

}  // namespace

auto IkeSa::find_child(ChildId child) noexcept -> Child* {
  return find_by(children, &Child::id, child);
}

auto IkeSa::find_inbound(core::Spi spi) noexcept -> Child* {
  return find_by(children, &Child::inbound, spi);
}

// One that is gone keeps its inbound SA for a while; the peer may already use the SPI again.
auto IkeSa::find_outbound(core::Spi spi) noexcept -> Child* {
  const auto it = std::ranges::find_if(children, [spi](const Child& child) {
    return child.outbound == spi && child.state != ChildState::gone;
  });
  return it == children.end() ? nullptr : &*it;
}

auto IkeSa::find_outbound(iana::SecurityProtocol protocol, core::Spi spi) noexcept -> Child* {
  const auto it = std::ranges::find_if(children, [=](const Child& child) {
    return child.outbound == spi && child.state != ChildState::gone &&
           keys::iana_protocol(child.suite.protocol) == protocol;
  });
  return it == children.end() ? nullptr : &*it;
}

}  // namespace esplanade::ike::session
