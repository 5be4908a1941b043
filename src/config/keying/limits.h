// When SAs are rekeyed and end, with strongSwan's defaults.
#pragma once

#include "config/keying/context.h"

namespace esplanade::config::keying {

/// rekey_time 1h; life_* is a tenth more than rekey_*; rand_* is the difference, or a
/// tenth of rekey_* where that is less. Where only life_*
/// is set and is no more than the default of rekey_*, that becomes a tenth less than it.
[[nodiscard]] auto read_child_limits(const syntax::Section& section, check::Checker& check)
    -> policy::Limits;

/// rekey_time 4h, but none where reauth_time is set; over_time a tenth of the longer one;
/// rand_time as over_time.
void read_ike_limits(const syntax::Section& section, check::Checker& check, policy::Connection& to);

}  // namespace esplanade::config::keying
