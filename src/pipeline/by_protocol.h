// Seals and opens a batch of one SA by the protocol it is of.
#pragma once

#include "ah/open.h"
#include "ah/overhead.h"
#include "ah/seal.h"
#include "esp/open.h"
#include "esp/overhead.h"
#include "esp/seal.h"

namespace esplanade::pipeline {

inline void seal(ipsec::OutboundSa& sa, std::span<net::Packet* const> batch,
                 ipsec::SealEnv env) noexcept {
  switch (sa.parameters.protocol) {
    case sa::Protocol::esp: return esp::seal(sa, batch, env);
    case sa::Protocol::ah:  return ah::seal(sa, batch, env);
  }
  core::bug();
}

inline void open(ipsec::InboundSa& sa, std::span<const ipsec::Inbound> batch,
                 core::Time now) noexcept {
  switch (sa.parameters.protocol) {
    case sa::Protocol::esp: return esp::open(sa, batch, now);
    case sa::Protocol::ah:  return ah::open(sa, batch, now);
  }
  core::bug();
}

/// `kept` as in esp::overhead_of().
[[nodiscard]] inline auto overhead_of(const sa::SaParameters& parameters, ipsec::EspSizes sizes,
                                      std::size_t kept) noexcept -> ipsec::Overhead {
  switch (parameters.protocol) {
    case sa::Protocol::esp: return esp::overhead_of(parameters, sizes, kept);
    case sa::Protocol::ah:  return ah::overhead_of(parameters, sizes);
  }
  core::bug();
}

}  // namespace esplanade::pipeline
