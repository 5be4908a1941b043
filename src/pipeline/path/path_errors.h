// ICMP errors from the unprotected side that say that packets of ours were too big: what is
// believed of them is kept as the path MTU of their SA (RFC 4301, 6.1.1 and 8.2.1).
//
// They are not authenticated. One is believed if it quotes a packet that an SA of ours may have
// sent, by its ends, SPI and number, and that was larger than it says; never below what every path
// takes; and only so many are looked at a second, because finding an outbound SA means walking them
// all.
//
// Allocates: never.   Threads: one worker.
#pragma once

#include "core/rate.h"
#include "net/icmp_error.h"
#include "pipeline/notice.h"
#include "pipeline/tables.h"

#include <optional>

namespace esplanade::pipeline {

class PathErrors {
 public:
  static constexpr unsigned per_second = 50;  ///< and no more at once
  static constexpr unsigned told_per_second = 10;

  /// `datagram` is a whole one from the wire. The SA whose path MTU is less now than it was.
  auto take(Tables& tables, core::View datagram, core::Time now) noexcept -> ipsec::OutboundSa*;

  /// take(), and reports what the tables say is to be logged.
  void take_and_tell(Tables& tables, core::View datagram, core::Time now,
                     NoticeSink& notices) noexcept;

 private:
  core::Rate believed_{{.per_second = per_second, .burst = per_second}};
  core::Rate told_{{.per_second = told_per_second, .burst = told_per_second}};
};

}  // namespace esplanade::pipeline
