// An IKE SA that stands: requests and responses find their exchange here, waiting jobs find room,
// and deadlines become jobs.
#pragma once

#include "ike/session/traffic.h"

namespace esplanade::ike::session {

void on_request(IkeSa& sa, const Received& asked, Context& context);
void on_response(IkeSa& sa, const Received& answer, Context& context);

/// Sends what may be sent now.
void pump(IkeSa& sa, Context& context);
/// Deadlines that have come become jobs; children that are gone long enough are removed.
void tick(IkeSa& sa, Context& context);
[[nodiscard]] auto next_deadline(const IkeSa& sa) -> std::optional<core::Time>;

/// Is such a job waiting or on its way already?
[[nodiscard]] auto has_job(const IkeSa& sa, const Job& like) -> bool;

}  // namespace esplanade::ike::session
