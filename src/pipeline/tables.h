// What a worker needs to know to judge packets: the SPD and the SAD that belong together. A reload
// makes new ones and hands them over whole; what IKE makes comes and goes one by one
// (pipeline/change.h).
#pragma once

#include "pipeline/report.h"
#include "policy/sad.h"
#include "policy/spd.h"

#include <unordered_map>
#include <utility>
#include <vector>

namespace esplanade::pipeline {

/// An SA of the new tables that goes on where one of the old tables stops: same SPI, same keys.
struct Succession {
  core::SaIndex before;
  core::SaIndex after;
};

/// Names a pair of SAs that IKE made; whoever installs them gives it.
enum class ChildKey : std::uint64_t {};

/// A pair of SAs, or what there is of it by now.
struct Child {
  policy::PolicyId policy{};
  core::SaIndex inbound = core::SaIndex::none;
  core::SaIndex outbound = core::SaIndex::none;
  bool is_active = false;
};

/// Whether the sender of a packet that policy discards on its way out is told (RFC 4301, 5.1.1).
enum class DiscardAnswers : std::uint8_t { none, icmp };

/// Which ICMP errors from the unprotected side are told of (RFC 4301, 6.1): none, those that make a
/// path smaller, or all about what we protect.
enum class IcmpLog : std::uint8_t { none, path, all };

struct Tables {
  policy::Spd spd;
  policy::Sad sad;
  std::vector<std::uint16_t> encap_ports;  ///< UDP ports that carry ESP (RFC 3948)
  DiscardAnswers discards = DiscardAnswers::none;
  IcmpLog icmp_log = IcmpLog::path;
  std::vector<Succession> outbound_successions;
  std::vector<Succession> inbound_successions;
  std::unordered_map<ChildKey, Child> children;
};

[[nodiscard]] inline auto shrunk(const ipsec::OutboundSa& sa) noexcept -> PathShrunk {
  return {sa.parameters.spi, sa.parameters.theirs, sa.path_mtu.current()};
}

/// To be called by the worker that owns the SAs of both, before it uses `after`: numbers, windows
/// and lifetimes go on, and what IKE has made stands in `after` alone.
void continue_from(Tables& after, Tables& before) noexcept;

}  // namespace esplanade::pipeline
