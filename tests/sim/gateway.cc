#include "tests/sim/gateway.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::sim {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

}  // namespace

auto Gateway::count(std::string_view event) const -> std::size_t {
  return static_cast<std::size_t>(
      std::ranges::count_if(told_, [&](const auto& told) { return told.notice.event == event; }));
}

auto to_text(const Told& told, core::Time origin) -> std::string {
  const auto seconds = std::chrono::duration<double>(told.at - origin).count();
  auto text = fmt::format("{:8.3f} {}", seconds, told.notice.event);
  for (const auto& [name, value] : told.notice.fields) text += fmt::format(" {}={}", name, value);
  return text;
}

auto Gateway::env(const Clock& clock) -> ike::Env {
  now_ = clock.now;
  return {.now = clock.now,
          .wall = clock.wall,
          .random = random_,
          .crypto = *provider_,
          .spis = *this,
          .sources = *this};
}

void Gateway::configure(std::vector<policy::ConnectionPtr> connections,
                        std::shared_ptr<const policy::Credentials> credentials,
                        const Clock& clock) {
  connections_ = std::move(connections);
  credentials_ = std::move(credentials);
  auto e = env(clock);
  perform(endpoint_->configure(connections_, credentials_, e));
}

void Gateway::handle(const ike::Event& event, const Clock& clock) {
  auto e = env(clock);
  perform(endpoint_->handle(event, e));
}

void Gateway::close_all(const Clock& clock) {
  auto e = env(clock);
  perform(endpoint_->close_all(e));
}

void Gateway::restart(const Clock& clock) {
  endpoint_ = std::make_unique<ike::Endpoint>(options_);
  data_.clear();
  spis_.clear();
  configure(connections_, credentials_, clock);
}

auto Gateway::reserve(core::Random& random) -> core::Spi {
  while (true) {
    std::array<std::byte, 4> octets;
    random.fill(octets);
    const auto spi = core::Spi{core::load_be<std::uint32_t>(core::View(octets), 0)};
    if (std::to_underlying(spi) > 255 && spis_.insert(spi).second) return spi;
  }
}

void Gateway::perform(ike::Actions actions) {
  last_actions_ = static_cast<std::size_t>(std::ranges::count_if(
      actions, [](const auto& action) { return !std::holds_alternative<ike::Note>(action); }));
  for (auto& action : actions) perform_one(action);
}

void Gateway::perform_one(ike::Action& action) {
  std::visit(
      Overloaded{
          [&](ike::Send& a) { sent_.push_back(std::move(a)); },
          [&](ike::InstallInbound& a) { data_.install_inbound(a); },
          [&](ike::InstallOutbound& a) {
            new_keys_.push_back(key_of(*a.parameters));
            data_.install_outbound(a);
          },
          [&](ike::Activate& a) { data_.activate(a.child); },
          [&](ike::Deactivate& a) { data_.deactivate(a.child); },
          [&](ike::Remove& a) { data_.remove(a.child); },
          [&](ike::Move& a) { data_.move(a); },
          [&](ike::DropHeld& a) { data_.drop_held(a.policy); },
          [](ike::Trap&) {},  // here every policy asks
          [](ike::SendKeepAlive&) {},
          [](ike::ResolveName&) {},
          [](ike::Fetch&) {},
          [&](ike::LogKeys& a) { key_rows_.push_back(std::move(a.row)); },
          [&](ike::Note& a) { told_.push_back({.at = now_, .notice = std::move(a.notice)}); },
      },
      action);
}

}  // namespace esplanade::sim
