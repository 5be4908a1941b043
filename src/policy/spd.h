// The outbound Security Policy Database (RFC 4301, 4.4.1): an ordered list, the first match
// decides, and what nothing matches is discarded.
//
// Today every entry is PROTECT with the SA that serves it.   Threads: read-only once built.
#pragma once

#include "core/ids.h"
#include "net/datagram.h"
#include "sa/selector.h"

#include <vector>

namespace esplanade::policy {

struct SpdEntry {
  sa::Selectors selectors;
  core::SaIndex sa = core::SaIndex::none;
};

class Spd {
 public:
  /// Behind all entries there are.
  void append(SpdEntry entry) { entries_.push_back(std::move(entry)); }

  /// The SA for an outbound packet, or SaIndex::none: DISCARD.
  [[nodiscard]] auto classify(const net::Datagram& packet) const noexcept -> core::SaIndex;

 private:
  std::vector<SpdEntry> entries_;
};

}  // namespace esplanade::policy
