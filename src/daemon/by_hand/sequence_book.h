// How far the sequence numbers of SAs made by hand have gone, in a file, so that a restart goes on
// behind them: numbers and the IVs made of them are never used twice under one key (RFC
// 4303, 3.3.3: ESP-3.3.3-04; RFC 4309, 2; RFC 4106, 2).
//
//   TRY(book.open(path));
//   book.is_known(sa)                       // may a used key file serve again?
//   TRY(book.begin(configuration, before, tables));      // before the first packet
//   book.look(configuration, tables);       // now and then: reserves more ahead
//   book.close(configuration, tables);      // at a clean stop: nothing is lost
//
// A row is the hash of an SA's protocol, SPI and keys, and the last number reserved. Numbers are
// reserved ahead by `ahead`, and the file is forced to disk before any of them is used; after a
// crash the rest of a reservation is left out.
//
// What it cannot know: that the file is older than what was sent, because a backup was restored or
// a machine cloned. The manual page says so.
//
// Threads: the control thread.
#pragma once

#include "config/configuration.h"
#include "crypto/provider.h"
#include "pipeline/tables.h"
#include "platform/system_error.h"

#include <map>
#include <string>

namespace esplanade::daemon {

class SequenceBook {
 public:
  /// Some seconds of the fastest sender, and of 32-bit numbers a 256th.
  static constexpr std::uint64_t ahead = std::uint64_t{1} << 24;

  explicit SequenceBook(crypto::Provider& provider) : provider_(provider) {}

  /// Reads `path`; a file that is not there is an empty one. Errors: the system's, or a file that
  /// holds something else.
  [[nodiscard]] auto open(std::string path) -> platform::SystemResult<void>;
  [[nodiscard]] auto is_open() const noexcept -> bool { return !path_.empty(); }

  [[nodiscard]] auto is_known(const config::ManualSa& sa) const -> bool;

  /// Each outbound SA of `tables` goes on where the book says, and gets numbers reserved; one that
  /// `before` is running goes on by itself. Inbound SAs are noted as known. Nothing is changed
  /// where the file cannot be written.
  [[nodiscard]] auto begin(const config::Configuration& configuration,
                           const config::Configuration& before, pipeline::Tables& tables)
      -> platform::SystemResult<void>;
  /// Reserves more for SAs that have used half of what they have.
  [[nodiscard]] auto look(const config::Configuration& configuration,
                          const pipeline::Tables& tables) -> platform::SystemResult<void>;
  /// Notes what was really used. The worker must have ended.
  [[nodiscard]] auto close(const config::Configuration& configuration,
                           const pipeline::Tables& tables) -> platform::SystemResult<void>;

 private:
  using Rows = std::map<std::string, std::uint64_t>;

  [[nodiscard]] auto id_of(const config::ManualSa& sa) const -> std::string;
  [[nodiscard]] auto ids_of(const config::Configuration& configuration) const
      -> std::vector<std::string>;
  /// Puts `rows` in place of the file's, and then of ours.
  [[nodiscard]] auto write(Rows rows) -> platform::SystemResult<void>;

  crypto::Provider& provider_;
  std::string path_;
  Rows rows_;
  std::vector<std::string> running_;  ///< the outbound SA at each place of the configuration
};

}  // namespace esplanade::daemon
