// What a sentence calls the proposals of a child: by their protocol, and by the setting in the
// operator's configuration.
#pragma once

#include "sa/proposal.h"

#include <string_view>

namespace esplanade::ike::negotiate {

/// Those of a child are all of one protocol.
[[nodiscard]] inline auto are_of_ah(const std::vector<sa::Proposal>& proposals) noexcept -> bool {
  return !proposals.empty() && proposals.front().protocol == iana::SecurityProtocol::ah;
}
[[nodiscard]] inline auto protocol_word(const std::vector<sa::Proposal>& proposals) noexcept
    -> std::string_view {
  return are_of_ah(proposals) ? "AH" : "ESP";
}
[[nodiscard]] inline auto setting_of(const std::vector<sa::Proposal>& proposals) noexcept
    -> std::string_view {
  return are_of_ah(proposals) ? "ah_proposals" : "esp_proposals";
}

}  // namespace esplanade::ike::negotiate
