// The lists `proposals` and `esp_proposals`.
#pragma once

#include "config/keying/context.h"

namespace esplanade::config::keying {

/// The default set where `key` is not set or says `default`. Proposals that do not fit are
/// complained about and left out.
[[nodiscard]] auto read_proposals(const syntax::Section& section, std::string_view key,
                                  iana::SecurityProtocol protocol, check::Checker& check)
    -> std::vector<sa::Proposal>;

}  // namespace esplanade::config::keying
