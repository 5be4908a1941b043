#include "tests/sim/gateway.h"

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
      std::ranges::count_if(notices_, [&](const auto& n) { return n.event == event; }));
}

auto Gateway::carrier(policy::PolicyId policy) const -> const InstalledChild* {
  for (auto it = order_.rbegin(); it != order_.rend(); ++it) {
    const auto child = children_.find(*it);
    if (child == children_.end() || !child->second.is_active) continue;
    if (child->second.policy == policy) return &child->second;
  }
  return nullptr;
}

auto Gateway::takes(core::Spi inbound) const -> bool {
  return std::ranges::any_of(children_, [&](const auto& entry) {
    return entry.second.inbound && entry.second.inbound->spi == inbound;
  });
}

auto Gateway::env(core::Time now, core::WallTime wall) -> ike::Env {
  return {.now = now, .wall = wall, .random = random_, .crypto = crypto::openssl::provider(),
          .spis = *this, .sources = *this};
}

void Gateway::configure(std::vector<policy::ConnectionPtr> connections,
                        std::shared_ptr<const policy::Credentials> credentials, core::Time now,
                        core::WallTime wall) {
  connections_ = std::move(connections);
  credentials_ = std::move(credentials);
  auto e = env(now, wall);
  perform(endpoint_->configure(connections_, credentials_, e));
}

void Gateway::handle(const ike::Event& event, core::Time now, core::WallTime wall) {
  auto e = env(now, wall);
  perform(endpoint_->handle(event, e));
}

void Gateway::restart(core::Time now, core::WallTime wall) {
  endpoint_ = std::make_unique<ike::Endpoint>(options_);
  children_.clear();
  order_.clear();
  spis_.clear();
  configure(connections_, credentials_, now, wall);
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
  for (auto& action : actions) {
    std::visit(Overloaded{
                   [&](ike::Send& a) { sent_.push_back(std::move(a)); },
                   [&](ike::InstallInbound& a) {
                     children_[a.child].policy = a.policy;
                     children_[a.child].inbound = a.parameters;
                   },
                   [&](ike::InstallOutbound& a) {
                     const auto key = core::to_hex(a.parameters->keys.encryption.reveal());
                     if (!outbound_keys.insert(key).second) has_reused_key = true;
                     children_[a.child].outbound = a.parameters;
                   },
                   [&](ike::Activate& a) {
                     children_[a.child].is_active = true;
                     order_.push_back(a.child);
                   },
                   [&](ike::Deactivate& a) { children_[a.child].is_active = false; },
                   [&](ike::Remove& a) { children_.erase(a.child); },
                   [](ike::Move&) {},
                   [&](ike::DropHeld& a) { dropped_.push_back(a.policy); },
                   [](ike::SendKeepAlive&) {},
                   [](ike::ResolveName&) {},
                   [](ike::Fetch&) {},
                   [](ike::LogKeys&) {},
                   [&](ike::Note& a) { notices_.push_back(std::move(a.notice)); },
               },
               action);
  }
}

}  // namespace esplanade::sim
