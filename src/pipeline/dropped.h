// Who is told of a packet that came in and does not pass: keying of IKE's messages, of SPIs nobody
// has and of what an SA was not made for; the audit of all that is somebody's fault.
#pragma once

#include "pipeline/notice.h"
#include "pipeline/tables.h"

namespace esplanade::pipeline {

void tell(NoticeSink& sink, const Tables& tables, const net::Packet& packet) noexcept;

}  // namespace esplanade::pipeline
