// An outbound SA of ESP or AH at run time (RFC 4301, 4.4.2): keys, the sequence number counter,
// lifetimes.
//
// Threads: belongs to one worker; usage, drops and last_sequence() may be read by others.
#pragma once

#include "ipsec/counters.h"
#include "ipsec/esp_suite.h"
#include "ipsec/lifetime.h"
#include "ipsec/overhead.h"
#include "ipsec/path_mtu.h"
#include "ipsec/prefetch.h"
#include "ipsec/stencil.h"
#include "net/endpoint.h"
#include "sa/sa_parameters.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace esplanade::ipsec {

class alignas(64) OutboundSa {
  core::Counter last_sequence_;
  core::Counter allowed_;

 public:
  /// Keys of `parameters` go into the suite and are wiped here. Errors: EspSuite's.
  [[nodiscard]] static auto make(sa::SaParameters parameters, crypto::Provider& provider,
                                 core::Time now) -> core::Result<std::unique_ptr<OutboundSa>>;

  /// The next number to send, the first being 1; nothing once it would cycle: 2^32 packets, or
  /// 2^64 with ESN (RFC 4303, 3.3.3).
  [[nodiscard]] auto next_sequence() noexcept -> std::optional<core::Seq64>;
  /// How many there are.
  [[nodiscard]] auto sequences_left() const noexcept -> std::uint64_t {
    const auto last = last_sequence_.value();
    const auto end = std::min(sequence_end(), allowed_.value());
    return end > last ? end - last : 0;
  }
  /// The next one, where sequences_left() has said that there is one.
  [[nodiscard]] auto take_sequence() noexcept -> core::Seq64 {
    const auto next = last_sequence_.value() + 1;
    last_sequence_.set(next);
    return {next};
  }
  /// No number beyond `last` is used: what is not reserved where a restart finds it (ESP-3.3.3-04).
  /// Until it is called, all may be. Threads: one other than the worker.
  void allow_up_to(core::Seq64 last) noexcept { allowed_.set(last.value); }
  [[nodiscard]] auto last_sequence() const noexcept -> core::Seq64 {
    return {last_sequence_.value()};
  }

  /// Its hard lifetime has passed.
  [[nodiscard]] auto is_over(core::Time now) const noexcept -> bool {
    return lifetime.is_over(usage, now);
  }

  /// A limit may lie within the next so many packets.
  [[nodiscard]] auto may_end_within(std::size_t packets, core::Time now) const noexcept -> bool {
    return lifetime.may_end_within(packets, usage, now);
  }

  /// One of the ends is elsewhere now (RFC 7296, 2.23).
  void move_to(const net::Path& path) noexcept;

  /// A packet of so many octets was given to the cipher.
  void count(std::size_t octets) noexcept { count(1, octets); }
  void count(std::size_t packets, std::size_t octets) noexcept {
    usage.packets.add(packets);
    usage.octets.add(octets);
  }

  /// Goes on where `before`, an SA with the same keys, has stopped.
  void continue_from(const OutboundSa& before) noexcept;
  /// Goes on behind `last`: where keys outlive the process, its counter must too (ESP-3.3.3-04).
  void continue_from(core::Seq64 last) noexcept { last_sequence_.set(last.value); }

  /// All that sealing touches, asked for soon.
  void prefetch() const noexcept {
    prefetch_lines(this, 5);
    prefetch_lines(&verdicts, 1);
  }

  // In the order of their use, so that sealing touches few lines of an SA.
  Usage usage;
  LifetimeClock lifetime;
  EspSuite suite;
  PathMtu path_mtu;
  /// What it adds to a packet; absent until whoever fits packets has computed it.
  std::optional<Overhead> overhead;
  /// Absent until whoever uses it has made it.
  std::optional<Stencil> stencil;
  /// Without keys. Addresses and ports change with move_to() alone, which is the worker's.
  sa::SaParameters parameters;
  VerdictCounters verdicts;

 private:
  [[nodiscard]] auto sequence_end() const noexcept -> std::uint64_t {
    return parameters.esn == sa::Esn::yes ? std::numeric_limits<std::uint64_t>::max()
                                          : std::numeric_limits<std::uint32_t>::max();
  }
  OutboundSa(sa::SaParameters parameters, EspSuite suite, core::Time now);
};

}  // namespace esplanade::ipsec
