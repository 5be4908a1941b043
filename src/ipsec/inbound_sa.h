// An inbound SA of ESP or AH at run time (RFC 4301, 4.4.2): keys, the anti-replay window,
// lifetimes.
//
// Threads: belongs to one worker; usage and verdicts may be read by others.
#pragma once

#include "ipsec/counters.h"
#include "ipsec/esp_suite.h"
#include "ipsec/gate.h"
#include "ipsec/lifetime.h"
#include "ipsec/prefetch.h"
#include "ipsec/replay_window.h"
#include "ipsec/resync.h"
#include "net/endpoint.h"
#include "sa/sa_parameters.h"

namespace esplanade::ipsec {

class alignas(64) InboundSa {
  ReplayWindow window_;

 public:
  /// Keys of `parameters` go into the suite and are wiped here. Errors: EspSuite's, and bad_value
  /// for a replay window that is neither 0 nor within ReplayWindow's limits.
  [[nodiscard]] static auto make(sa::SaParameters parameters, crypto::Provider& provider,
                                 core::Time now) -> core::Result<std::unique_ptr<InboundSa>>;

  /// The full number behind `low`: itself without ESN, else inferred from the window.
  [[nodiscard]] auto infer(std::uint32_t low) const noexcept -> std::optional<core::Seq64> {
    if (parameters.esn == sa::Esn::no) return core::Seq64{low};
    return window_.infer(low);
  }
  /// As ReplayWindow's, and always fine where the configuration turned anti-replay off; the window
  /// then still follows the numbers, for ESN's inference.
  [[nodiscard]] auto check(core::Seq64 seq) const noexcept -> std::expected<void, ReplayError> {
    if (!is_replay_checked()) return {};
    return window_.check(seq);
  }
  [[nodiscard]] auto commit(core::Seq64 seq) noexcept -> std::expected<void, ReplayError> {
    auto fresh = window_.commit(seq);
    if (!is_replay_checked()) return {};
    return fresh;
  }

  /// The full number behind `low`, if a packet of it would be taken (RFC 4303, 3.4.3; asked before
  /// cryptography: ESP-3.4.3-04). Errors: replay_too_old, replay_duplicate.
  [[nodiscard]] auto expect(std::uint32_t low) const noexcept
      -> std::expected<core::Seq64, net::Verdict> {
    core::Seq64 seq;
    const auto verdict = expect(low, seq);
    if (verdict != net::Verdict::pass) return std::unexpected(verdict);
    return seq;
  }
  /// The same into `seq`, for many of them.
  [[nodiscard]] auto expect(std::uint32_t low, core::Seq64& seq) const noexcept -> net::Verdict {
    seq.value = low;
    if (parameters.esn == sa::Esn::yes) {
      const auto inferred = window_.infer(low);
      if (!inferred) return net::Verdict::replay_too_old;
      seq = *inferred;
    }
    if (seq > window_.top()) return net::Verdict::pass;
    const auto fresh = check(seq);
    return fresh ? net::Verdict::pass : verdict_of(fresh.error());
  }
  /// Takes an authentic packet: marks its number as seen and counts its octets. Answers pass, or
  /// lifetime_over or what expect() answers, for a limit or its copy may have come within the
  /// batch.
  [[nodiscard]] auto accept(core::Seq64 seq, std::size_t octets, core::Time now) noexcept
      -> net::Verdict {
    return is_over(now) ? net::Verdict::lifetime_over : accept(seq, octets);
  }
  /// The same, where no limit can have come: may_end_within() has said so.
  [[nodiscard]] auto accept(core::Seq64 seq, std::size_t octets) noexcept -> net::Verdict {
    if (const auto fresh = commit(seq); !fresh) return verdict_of(fresh.error());
    usage.packets.add(1);
    usage.octets.add(octets);
    return net::Verdict::pass;
  }
  /// A limit may lie within the next so many packets.
  [[nodiscard]] auto may_end_within(std::size_t packets, core::Time now) const noexcept -> bool {
    return lifetime.may_end_within(packets, usage, now);
  }

  /// Higher values of the number's high half are to be tried with the next packet.
  [[nodiscard]] auto is_resync_due() const noexcept -> bool {
    return resync.is_due() && parameters.esn == sa::Esn::yes;
  }

  /// Its hard lifetime has passed.
  [[nodiscard]] auto is_over(core::Time now) const noexcept -> bool {
    return lifetime.is_over(usage, now);
  }

  /// One of the ends is elsewhere now (RFC 7296, 2.23).
  void move_to(const net::Path& path) noexcept;

  /// Goes on where `before`, an SA with the same keys, has stopped.
  void continue_from(const InboundSa& before) noexcept;

  /// All that opening touches, asked for soon.
  void prefetch() const noexcept {
    prefetch_lines(this, 6);
    prefetch_lines(&verdicts, 1);
  }
  /// The words of its window, which prefetch() has to have brought.
  void prefetch_window() const noexcept { window_.prefetch(); }

  // In the order of their use, so that opening touches few lines of an SA.
  Usage usage;
  LifetimeClock lifetime;
  EspSuite suite;
  Resync resync;
  Gate gate;  ///< of the selectors
  /// Without keys. Addresses and ports change with move_to() alone, which is the worker's.
  sa::SaParameters parameters;
  VerdictCounters verdicts;

 private:
  [[nodiscard]] static constexpr auto verdict_of(ReplayError error) noexcept -> net::Verdict {
    return error == ReplayError::duplicate ? net::Verdict::replay_duplicate
                                           : net::Verdict::replay_too_old;
  }
  InboundSa(sa::SaParameters parameters, EspSuite suite, core::Time now);
  [[nodiscard]] auto is_replay_checked() const noexcept -> bool {
    return parameters.replay_window != 0;
  }
};

}  // namespace esplanade::ipsec
