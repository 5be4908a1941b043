// Notices of the data road as log lines, at most so many a second: a stranger must not be able to
// fill the disk. What is left out is counted and said.
#pragma once

#include "config/configuration.h"
#include "core/rate.h"
#include "daemon/log.h"
#include "pipeline/notice.h"

namespace esplanade::daemon {

/// The fields of an audit event (RFC 4303, 4): direction, verdict, addresses, SPI, number, flow.
[[nodiscard]] auto fields_of(const pipeline::Notice& notice) -> Fields;

class NoticeLimiter {
 public:
  static constexpr unsigned per_second = 10;  ///< and no more at once

  /// None is written, nor missed, while there is no audit (AH-4-01, ESP-4-01).
  void follow(config::Audit audit) noexcept { audit_ = audit; }

  /// May one more line be written now?
  [[nodiscard]] auto admit(core::Time now) noexcept -> bool;
  void leave_out(std::uint64_t count) noexcept {
    if (audit_ == config::Audit::on) left_out_ += count;
  }
  /// How many were left out since it was last told, if that is a second ago; else 0.
  [[nodiscard]] auto take_left_out(core::Time now) noexcept -> std::uint64_t;

 private:
  config::Audit audit_ = config::Audit::on;
  core::Rate rate_{{.per_second = per_second, .burst = per_second}};
  core::Time told_{};
  std::uint64_t left_out_ = 0;
};

}  // namespace esplanade::daemon
