// What the sessions tell the operator, each event with its fields in one order.
#pragma once

#include "ike/session/ike_sa.h"

#include <string_view>

namespace esplanade::ike::session {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// An event of `sa`: connection, session, SPIs and path come before `fields`.
void tell(const IkeSa& sa, Level level, std::string_view event, Fields fields, Context& context);
/// "negotiation_failed" and its like: with why, hint and line.
void tell_failure(const IkeSa& sa, std::string_view event, const Reason& reason, Context& context);
void tell_child(const IkeSa& sa, const Child& child, std::string_view event, Context& context);

[[nodiscard]] auto to_text(const IkeSpis& spis) -> std::string;
[[nodiscard]] auto to_text(const keys::IkeSuite& suite) -> std::string;
[[nodiscard]] auto to_text(const keys::ChildSuite& suite) -> std::string;
/// "NO_PROPOSAL_CHOSEN", or the number.
[[nodiscard]] auto name_of(iana::NotifyType type) -> std::string;

}  // namespace esplanade::ike::session
