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
          .lifetime = lifetime,
          .selectors = selectors};
}

}  // namespace esplanade::config
