#include "config/keying/reach.h"

#include "config/keying/addresses.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::config::keying {
namespace {

auto section_of(const syntax::Section& connection, const policy::ChildPolicy& child)
    -> const syntax::Section& {
  const auto* children = connection.find_section("children");
  core::ensure(children != nullptr);
  const auto* section = children->find_section(child.name);
  core::ensure(section != nullptr);
  return *section;
}

/// A child that begins by itself needs somebody to begin with.
void check_start(const syntax::Section& section, const policy::ChildPolicy& child,
                 const policy::Connection& connection, check::Checker& check) {
  if (child.start_action == policy::StartAction::none) return;
  if (std::ranges::any_of(connection.theirs, is_destination)) return;
  check.complain(section.find("start_action")->value_place,
                 fmt::format("`{}` cannot be started: `remote_addrs` of `{}` has no single address "
                             "and no name",
                             child.name, connection.name));
}

/// May the end have all of these addresses?
auto may_be(const net::Range& range, const std::vector<policy::PeerAddress>& end) -> bool {
  return end.empty() || std::ranges::any_of(end, [&](const policy::PeerAddress& address) {
           return address.range ? address.range->contains(range) : range.first() == range.last();
         });
}

/// Transport mode has no inner header, so it speaks of its two ends only (RFC 4301, 4.1).
void check_transport(const syntax::Section& section, const policy::ChildPolicy& child,
                     const policy::Connection& connection, check::Checker& check) {
  if (child.mode != sa::Mode::transport) return;
  const auto check_end = [&](std::string_view key, const auto& selectors, const auto& end) {
    const auto it = std::ranges::find_if(selectors, [&](const policy::SelectorTemplate& one) {
      return one.addresses && !may_be(*one.addresses, end);
    });
    if (it == selectors.end()) return;
    check.complain(section.find(key)->value_place,
                   fmt::format("in transport mode `{}` can only be the gateway itself, not {}", key,
                               it->addresses->to_string()),
                   "`dynamic` stands for it; `mode = tunnel` carries the packets of other hosts");
  };
  check_end("local_ts", child.ours, connection.ours);
  check_end("remote_ts", child.theirs, connection.theirs);
}

}  // namespace

void check_reach(const syntax::Section& section, const policy::Connection& connection,
                 check::Checker& check) {
  for (const auto& child : connection.children) {
    const auto& below = section_of(section, child);
    check_start(below, child, connection, check);
    check_transport(below, child, connection, check);
  }
}

}  // namespace esplanade::config::keying
