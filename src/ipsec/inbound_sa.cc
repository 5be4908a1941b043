#include "ipsec/inbound_sa.h"

namespace esplanade::ipsec {
namespace {

/// Behind an SA that does not check for replays the window serves ESN alone: how far behind the
/// newest a packet may be, for its high half to be inferred.
constexpr std::uint32_t inference_window = 1U << 16;

auto is_window_allowed(std::uint32_t size) noexcept -> bool {
  return size == 0 || (size >= ReplayWindow::min_size && size <= ReplayWindow::max_size);
}

}  // namespace

auto InboundSa::make(sa::SaParameters parameters, crypto::Provider& provider, core::Time now)
    -> core::Result<std::unique_ptr<InboundSa>> {
  if (!parameters.is_consistent()) return core::failure(core::Code::unsupported);
  if (!is_window_allowed(parameters.replay_window)) return core::failure(core::Code::bad_value);
  auto suite =
      TRY(EspSuite::make(parameters.protocol, parameters.algorithms, parameters.keys, provider));
  parameters.keys = {};
  return std::unique_ptr<InboundSa>(new InboundSa(std::move(parameters), std::move(suite), now));
}

InboundSa::InboundSa(sa::SaParameters given, EspSuite keyed, core::Time now)
    : window_(given.replay_window == 0 ? inference_window : given.replay_window),
      lifetime(given.lifetime, now),
      suite(std::move(keyed)),
      gate(given.selectors),
      parameters(std::move(given)) {}

void InboundSa::move_to(const net::Path& path) noexcept {
  parameters.ours = path.ours.address;
  parameters.theirs = path.theirs.address;
  if (auto& udp = parameters.encapsulation) *udp = {path.ours.port, path.theirs.port};
}

void InboundSa::continue_from(const InboundSa& before) noexcept {
  window_.continue_from(before.window_);
  lifetime.continue_from(before.lifetime);
  usage.continue_from(before.usage);
  verdicts.continue_from(before.verdicts);
}

}  // namespace esplanade::ipsec
