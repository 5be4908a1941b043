// An inbound SA of ESP or AH at run time (RFC 4301, 4.4.2): keys, the anti-replay window,
// lifetimes.
//
// Threads: belongs to one worker; usage and verdicts may be read by others.
#pragma once

#include "ipsec/counters.h"
#include "ipsec/esp_suite.h"
#include "ipsec/lifetime.h"
#include "ipsec/replay_window.h"
#include "ipsec/resync.h"
#include "net/endpoint.h"
#include "sa/sa_parameters.h"

namespace esplanade::ipsec {

class InboundSa {
 public:
  /// Keys of `parameters` go into the suite and are wiped here. Errors: EspSuite's, and bad_value
  /// for a replay window that is neither 0 nor within ReplayWindow's limits.
  [[nodiscard]] static auto make(sa::SaParameters parameters, crypto::Provider& provider,
                                 core::Time now) -> core::Result<std::unique_ptr<InboundSa>>;

  /// The full number behind `low`: itself without ESN, else inferred from the window.
  [[nodiscard]] auto infer(std::uint32_t low) const noexcept -> std::optional<core::Seq64>;
  /// As ReplayWindow's, and always fine where the configuration turned anti-replay off; the window
  /// then still follows the numbers, for ESN's inference.
  [[nodiscard]] auto check(core::Seq64 seq) const noexcept -> std::expected<void, ReplayError>;
  [[nodiscard]] auto commit(core::Seq64 seq) noexcept -> std::expected<void, ReplayError>;

  /// The full number behind `low`, if a packet of it would be taken (RFC 4303, 3.4.3; asked before
  /// cryptography: ESP-3.4.3-04). Errors: replay_too_old, replay_duplicate.
  [[nodiscard]] auto expect(std::uint32_t low) const noexcept
      -> std::expected<core::Seq64, net::Verdict>;
  /// Takes an authentic packet: marks its number as seen and counts its octets. Answers pass, or
  /// lifetime_over or what expect() answers, for a limit or its copy may have come within the
  /// batch.
  [[nodiscard]] auto accept(core::Seq64 seq, std::size_t octets, core::Time now) noexcept
      -> net::Verdict;

  /// Higher values of the number's high half are to be tried with the next packet.
  [[nodiscard]] auto is_resync_due() const noexcept -> bool {
    return resync.is_due() && parameters.esn == sa::Esn::yes;
  }

  /// Its hard lifetime has passed.
  [[nodiscard]] auto is_over(core::Time now) const noexcept -> bool {
    return lifetime.stage(usage, now) == LifetimeStage::hard;
  }

  /// One of the ends is elsewhere now (RFC 7296, 2.23).
  void move_to(const net::Path& path) noexcept;

  /// Goes on where `before`, an SA with the same keys, has stopped.
  void continue_from(const InboundSa& before) noexcept;

  /// Without keys. Addresses and ports change with move_to() alone, which is the worker's.
  sa::SaParameters parameters;
  EspSuite suite;
  LifetimeClock lifetime;
  Usage usage;
  VerdictCounters verdicts;
  Resync resync;

 private:
  InboundSa(sa::SaParameters parameters, EspSuite suite, core::Time now);
  [[nodiscard]] auto is_replay_checked() const noexcept -> bool {
    return parameters.replay_window != 0;
  }

  ReplayWindow window_;
};

}  // namespace esplanade::ipsec
