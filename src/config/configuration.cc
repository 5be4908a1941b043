#include "config/configuration.h"

namespace esplanade::config {

auto ManualConnection::parameters(sa::Direction direction) const -> sa::SaParameters {
  const auto& end = direction == sa::Direction::outbound ? out : in;
  return {.protocol = end.protocol,
          .spi = end.spi,
          .direction = direction,
          .mode = mode,
          .ours = ours,
          .theirs = theirs,
          .encapsulation = encapsulation,
          .algorithms = end.algorithms,
          .keys = end.keys.clone(),
          .esn = esn,
          .replay_window = replay_window,
          .df = df,
          .pad_to = end.protocol == sa::Protocol::esp ? pad_to : std::uint16_t{0},
          .dummy_interval = dummy_interval,
          .dscp = dscp,
          .inner_dscp = inner_dscp,
          .ecn = ecn,
          .ah_alignment = ah_alignment,
          .inner = inner,
          .nesting = nesting,
          .lifetime = lifetime,
          .selectors = selectors};
}

}  // namespace esplanade::config
