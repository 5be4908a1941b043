// What a worker needs to know to judge packets: the SPD and the SAD that belong together. A reload
// makes new ones and hands them over whole.
#pragma once

#include "policy/sad.h"
#include "policy/spd.h"

#include <utility>
#include <vector>

namespace esplanade::pipeline {

/// An SA of the new tables that goes on where one of the old tables stops: same SPI, same keys.
struct Succession {
  core::SaIndex before;
  core::SaIndex after;
};

struct Tables {
  policy::Spd spd;
  policy::Sad sad;
  std::vector<std::uint16_t> encap_ports;  ///< UDP ports that carry ESP (RFC 3948)
  std::vector<Succession> outbound_successions;
  std::vector<Succession> inbound_successions;
};

/// To be called by the worker that owns the SAs of both, before it uses `after`: numbers, windows
/// and lifetimes go on.
void continue_from(Tables& after, const Tables& before) noexcept;

}  // namespace esplanade::pipeline
