#include "tests/sim/invariants.h"

#include <algorithm>

namespace esplanade::sim {
namespace {

struct Held {
  const Gateway* gateway;
  ike::SessionStatus session;
};

auto all_sessions(const World& world) -> std::vector<Held> {
  std::vector<Held> all;
  for (std::size_t i = 0; i < world.size(); ++i) {
    for (auto& session : world.at(i).endpoint().status()) {
      all.push_back({.gateway = &world.at(i), .session = std::move(session)});
    }
  }
  return all;
}

auto name_of(const Held& held) -> std::string {
  return fmt::format("{} {} {:016x}_i {:016x}_r ({})", held.gateway->address().to_string(),
                     held.session.connection, std::to_underlying(held.session.spis.i),
                     std::to_underlying(held.session.spis.r), held.session.state);
}

/// Inbound and outbound SPIs of children that live.
using SpiPairs = std::set<std::pair<core::Spi, core::Spi>>;

auto spis_of(const ike::SessionStatus& session) -> SpiPairs {
  SpiPairs pairs;
  for (const auto& child : session.children) {
    if (child.state != "deleted") pairs.emplace(child.inbound, child.outbound);
  }
  return pairs;
}

auto mirrored(const SpiPairs& pairs) -> SpiPairs {
  SpiPairs mirror;
  for (const auto& [in, out] : pairs) mirror.emplace(out, in);
  return mirror;
}

void compare_sessions(const World& world, Faults& faults) {
  const auto all = all_sessions(world);
  std::map<ike::IkeSpis, std::vector<const Held*>> by_spis;
  for (const auto& held : all) by_spis[held.session.spis].push_back(&held);
  for (const auto& [spis, ends] : by_spis) {
    if (ends.size() != 2) {
      faults.push_back("an IKE SA of one end alone: " + name_of(*ends.front()));
      continue;
    }
    const auto& a = ends[0]->session;
    const auto& b = ends[1]->session;
    if (a.is_initiator == b.is_initiator) faults.push_back("both began " + name_of(*ends[0]));
    if (spis_of(a) != mirrored(spis_of(b))) {
      faults.push_back("children differ: " + name_of(*ends[0]) + ", " + name_of(*ends[1]));
    }
    for (const auto* end : ends) {
      if (end->session.state != "established") faults.push_back("left over: " + name_of(*end));
    }
  }
}

/// The inbound SA anywhere that takes what this outbound SA sends.
auto find_receiver(const World& world, const sa::SaParameters& outbound)
    -> const sa::SaParameters* {
  for (std::size_t i = 0; i < world.size(); ++i) {
    for (const auto& [id, child] : world.at(i).children()) {
      const bool is_it = child.inbound && child.inbound->spi == outbound.spi &&
                         key_of(*child.inbound) == key_of(outbound);
      if (is_it) return child.inbound.get();
    }
  }
  return nullptr;
}

void compare_data(const World& world, const Gateway& gateway, Faults& faults) {
  for (const auto& [id, child] : gateway.children()) {
    if (!child.is_active) continue;
    const auto where = fmt::format("{} SPI {:08x}", gateway.address().to_string(),
                                   std::to_underlying(child.outbound->spi));
    const auto* receiver = find_receiver(world, *child.outbound);
    if (receiver == nullptr) {
      faults.push_back("nobody takes what is sent by " + where);
      continue;
    }
    const bool is_mirrored = receiver->selectors.ours == child.outbound->selectors.theirs &&
                             receiver->selectors.theirs == child.outbound->selectors.ours &&
                             receiver->mode == child.outbound->mode &&
                             receiver->esn == child.outbound->esn;
    if (!is_mirrored) faults.push_back("the ends see another SA: " + where);
  }
}

void compare_tables(const Gateway& gateway, Faults& faults) {
  std::set<ike::ChildId> in_ike, in_data;
  for (const auto& session : gateway.endpoint().status()) {
    for (const auto& child : session.children) in_ike.insert(child.id);
  }
  std::set<core::Spi> inbound;
  for (const auto& [id, child] : gateway.children()) {
    in_data.insert(id);
    inbound.insert(child.inbound->spi);
  }
  const auto where = gateway.address().to_string();
  // Children of an IKE SA that was closed just now still take what is on its way.
  if (!std::ranges::includes(in_data, in_ike)) faults.push_back("IKE has more children: " + where);
  if (inbound != gateway.reserved()) faults.push_back("SPIs leak at " + where);
  const auto counts = gateway.endpoint().counts();
  if (counts.half_open != 0) faults.push_back("half-open IKE SAs at " + where);
  const auto alive = gateway.endpoint().status().size();
  if (counts.sessions != alive + counts.lingering) faults.push_back("IKE SAs leak at " + where);
}

}  // namespace

auto is_quiet(const World& world) -> bool {
  for (std::size_t i = 0; i < world.size(); ++i) {
    const auto counts = world.at(i).endpoint().counts();
    if (counts.jobs != 0 || counts.exchanges != 0) return false;
    const auto sessions = world.at(i).endpoint().status();
    const bool is_settled = std::ranges::all_of(
        sessions, [](const auto& session) { return session.state == "established"; });
    if (!is_settled) return false;
  }
  return true;
}

auto disagreements(const World& world) -> Faults {
  Faults faults;
  if (world.has_reused_key()) faults.push_back("a key was used twice");
  compare_sessions(world, faults);
  for (std::size_t i = 0; i < world.size(); ++i) {
    compare_data(world, world.at(i), faults);
    compare_tables(world.at(i), faults);
  }
  return faults;
}

auto leftovers(const World& world) -> Faults {
  Faults faults;
  for (std::size_t i = 0; i < world.size(); ++i) {
    const auto& gateway = world.at(i);
    const auto where = gateway.address().to_string();
    const auto counts = gateway.endpoint().counts();
    const auto check = [&](std::size_t count, std::string_view what) {
      if (count != 0) faults.push_back(fmt::format("{} {} left at {}", count, what, where));
    };
    check(counts.sessions, "IKE SAs");
    check(counts.half_open, "half-open IKE SAs");
    check(counts.lingering, "lingering IKE SAs");
    check(counts.jobs, "jobs");
    check(counts.exchanges, "exchanges");
    check(counts.wanted, "wanted children");
    check(gateway.children().size(), "SAs");
    check(gateway.reserved().size(), "SPIs");
    if (gateway.next_deadline()) faults.push_back("a deadline is left at " + where);
  }
  return faults;
}

}  // namespace esplanade::sim
