// A conversation and its report, for people or for programs.
#pragma once

#include "ike/explain/report.h"

#include <string>

namespace esplanade::cli::diagnose {

/// A line for the conversation, an indented one for each fact and finding, hints below them.
[[nodiscard]] auto text_of(const ike::explain::Conversation& conversation,
                           const ike::explain::Report& report) -> std::string;

/// One line: initiator, responder, spi_i, spi_r, first_frame, last_frame, messages, outcome,
/// connection, facts, findings.
[[nodiscard]] auto json_of(const ike::explain::Conversation& conversation,
                           const ike::explain::Report& report) -> std::string;

}  // namespace esplanade::cli::diagnose
