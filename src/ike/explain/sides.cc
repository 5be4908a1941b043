#include "ike/explain/sides.h"

#include "ike/door/addresses.h"

namespace esplanade::ike::explain {
namespace {

using policy::ConnectionPtr;

auto fitting(const std::vector<ConnectionPtr>& connections, const net::Path& path)
    -> ConnectionPtr {
  const auto candidates = door::candidates(connections, path, {});
  return candidates.empty() ? nullptr : candidates.front();
}

/// A connection from anywhere to anywhere fits both ways round. One that names its peer is meant
/// for that peer; one that does not can only be called.
auto find_ours(const Conversation& conversation, const std::vector<ConnectionPtr>& connections)
    -> std::optional<OurSide> {
  const auto& initiator = conversation.initiator();
  const auto& responder = conversation.responder();
  const auto called = fitting(connections, {.ours = responder, .theirs = initiator});
  const auto calling = fitting(connections, {.ours = initiator, .theirs = responder});
  const bool names_responder = calling != nullptr && !calling->theirs.empty();
  const bool names_initiator = called != nullptr && !called->theirs.empty();
  if (called != nullptr && (names_initiator || !names_responder)) {
    return OurSide{.connection = called, .role = Role::responder};
  }
  if (names_responder) return OurSide{.connection = calling, .role = Role::initiator};
  return std::nullopt;
}

}  // namespace

auto Sides::voices(Role asker) const -> negotiate::Voices {
  if (!ours) return negotiate::between(name(asker), name(other(asker)));
  return is_ours(asker) ? negotiate::we_asked() : negotiate::Voices{};
}

auto Sides::line(policy::Line policy::Connection::* member) const -> policy::Line {
  return ours ? (*ours->connection).*member : policy::Line{};
}

auto sides_of(const Conversation& conversation, const std::vector<ConnectionPtr>& connections)
    -> Sides {
  return {.ours = find_ours(conversation, connections),
          .initiator = conversation.initiator().address.to_string(),
          .responder = conversation.responder().address.to_string()};
}

}  // namespace esplanade::ike::explain
