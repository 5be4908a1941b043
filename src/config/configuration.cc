#include "config/configuration.h"

namespace esplanade::config {

namespace {

/// In a group all send from the same networks to the same ones, we and others.
auto as_received(const sa::Selectors& sent) -> sa::Selectors {
  return {.ours = sent.theirs, .theirs = sent.ours};
}

}  // namespace

auto ManualConnection::parameters(sa::Direction direction) const -> sa::SaParameters {
  const auto& end = direction == sa::Direction::outbound ? out : in;
  const auto inbound_group = direction == sa::Direction::inbound ? group : std::nullopt;
  return {.protocol = end.protocol,
          .direction = direction,
          .mode = mode,
          .esn = esn,
          .df = df,
          .inner_dscp = inner_dscp,
          .ecn = ecn,
          .ah_alignment = ah_alignment,
          .nesting = nesting,
          .pad_to = end.protocol == sa::Protocol::esp ? pad_to : std::uint16_t{0},
          .spi = end.spi,
          .encapsulation = encapsulation,
          .replay_window = replay_window,
          .ours = ours,
          .theirs = theirs,
          .group = inbound_group,
          .algorithms = end.algorithms,
          .keys = end.keys.clone(),
          .dummy_interval = dummy_interval,
          .dscp = dscp,
          .inner = inner,
          .lifetime = lifetime,
          .selectors = inbound_group ? as_received(selectors) : selectors};
}

}  // namespace esplanade::config
