// Which end of a conversation is ours, if a configuration was given, and how to speak of the two.
#pragma once

#include "ike/explain/finding.h"
#include "ike/negotiate/voices.h"

#include <optional>

namespace esplanade::ike::explain {

enum class Role : std::uint8_t { initiator, responder };

struct OurSide {
  policy::ConnectionPtr connection;
  Role role{};
};

struct Sides {
  std::optional<OurSide> ours;
  std::string initiator, responder;  ///< addresses

  [[nodiscard]] auto is_ours(Role role) const noexcept -> bool {
    return ours && ours->role == role;
  }
  [[nodiscard]] auto name(Role role) const -> const std::string& {
    return role == Role::initiator ? initiator : responder;
  }
  /// For a sentence about what `asker` asked the other.
  [[nodiscard]] auto voices(Role asker) const -> negotiate::Voices;
  /// The line of our connection that `member` names; none where neither end is ours.
  [[nodiscard]] auto line(policy::Line policy::Connection::* member) const -> policy::Line;
};

[[nodiscard]] constexpr auto other(Role role) noexcept -> Role {
  return role == Role::initiator ? Role::responder : Role::initiator;
}
/// Who asked in this exchange.
[[nodiscard]] inline auto asker_of(const Exchange& exchange) noexcept -> Role {
  return exchange.is_from_initiator ? Role::initiator : Role::responder;
}

[[nodiscard]] auto sides_of(const Conversation& conversation,
                            const std::vector<policy::ConnectionPtr>& connections) -> Sides;

}  // namespace esplanade::ike::explain
