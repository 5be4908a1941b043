// Keys of counter-mode ciphers never meet a number twice (RFC 4106, 3.1): a start records their
// files as used before the first packet, and a later one refuses them unless the book of sequence
// numbers knows how far they went. A reload may go on with the keys it runs with. Key files of
// other ciphers may be used again.
#pragma once

#include "config/complaint.h"
#include "config/configuration.h"
#include "daemon/by_hand/sequence_book.h"
#include "platform/system_error.h"

namespace esplanade::daemon {

/// A complaint for each key that lives once and has lived: its file is used and not in `book`, or
/// `before` is running with it, in other than this very SA (same direction, SPI and keys), which
/// goes on.
[[nodiscard]] auto refuse_used_keys(const config::Configuration& configuration,
                                    const config::Configuration& before, const SequenceBook& book)
    -> std::vector<config::Complaint>;

/// Records the key files that are not yet: platform::record_as_used.
[[nodiscard]] auto record_keys_as_used(const config::Configuration& configuration)
    -> platform::SystemResult<void>;

}  // namespace esplanade::daemon
