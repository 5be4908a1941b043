// Who speaks of whom in a sentence on two ends that do not fit: "they" and "we", or both by name.
// name.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace esplanade::ike::negotiate {

/// The one who offers or asks first, then the one who wants or allows.
struct Voices {
  std::string their = "their";
  std::string they_offer = "they offer";
  std::string they_ask = "they ask";
  std::string our = "our";
  std::string we_want = "we want";
  std::string we_allow = "we allow";
};

/// What they asked of us: a Voices as it is made. What we asked of them:
[[nodiscard]] inline auto we_asked() -> Voices {
  return {.their = "our",
          .they_offer = "we offer",
          .they_ask = "we ask",
          .our = "their",
          .we_want = "they want",
          .we_allow = "they allow"};
}

/// Of two others, "192.0.2.1" and "192.0.2.2".
[[nodiscard]] inline auto between(std::string_view asker, std::string_view answerer) -> Voices {
  return {.their = fmt::format("{}'s", asker),
          .they_offer = fmt::format("{} offers", asker),
          .they_ask = fmt::format("{} asks", asker),
          .our = fmt::format("{}'s", answerer),
          .we_want = fmt::format("{} wants", answerer),
          .we_allow = fmt::format("{} allows", answerer)};
}

}  // namespace esplanade::ike::negotiate
