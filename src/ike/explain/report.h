// One conversation explained: what came of it, what each end said, and what is wrong.
#pragma once

#include "ike/explain/finding.h"

namespace esplanade::ike::explain {

enum class Outcome : std::uint8_t {
  established,  ///< IKE_AUTH was seen to succeed
  answered,     ///< IKE_AUTH was answered at length, encrypted
  refused,
  unanswered,
  unfinished,  ///< IKE_SA_INIT went well, and no IKE_AUTH was seen
  continued,   ///< begun before the capture
  not_ikev2,
};
[[nodiscard]] auto name_of(Outcome outcome) noexcept -> std::string_view;

struct Report {
  Outcome outcome{};
  std::string connection;  ///< of the configuration; empty where none fits
  std::vector<Fact> facts;
  Findings findings;
};

[[nodiscard]] auto explain(const Conversation& conversation, const Knowledge& knowledge) -> Report;

}  // namespace esplanade::ike::explain
