// From captured frames to what an explain::Observer wants to see: IKE messages, opened where there
// are keys; ESP; ICMP errors about either. No files: frames and keys come in.
//
//   Watcher watcher{std::move(table), {4500}, provider};
//   watcher.watch(frame, observer);
#pragma once

#include "cli/decode/ike_reader.h"
#include "ike/explain/observer.h"
#include "net/datagram.h"
#include "platform/capture.h"

namespace esplanade::cli::diagnose {

class Watcher {
 public:
  /// `encap_ports` carry ESP, and IKE behind its marker; 500 is known. `provider` outlives this.
  Watcher(decode::IkeTable table, std::vector<std::uint16_t> encap_ports,
          crypto::Provider& provider)
      : encap_ports_(std::move(encap_ports)), ike_(std::move(table), provider) {}

  void watch(const platform::Frame& frame, ike::explain::Observer& observer);

 private:
  void watch_datagram(const platform::Frame& frame, core::View bytes,
                      ike::explain::Observer& observer);
  [[nodiscard]] auto read(core::View message, ike::explain::Sighting sighting)
      -> std::optional<ike::explain::Sighting>;

  std::vector<std::uint16_t> encap_ports_;
  decode::IkeReader ike_;
};

}  // namespace esplanade::cli::diagnose
