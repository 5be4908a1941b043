// Random worlds, one for each seed: gateways that nobody leaves in peace, and what must be true of
// them afterwards.
//
//   sim_seeds 17          replays seed 17 and tells all that happened
//   sim_seeds 0 624       runs these seeds; a failing one prints its number and its story
#include "tests/sim/chaos.h"
#include "tests/sim/invariants.h"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <iostream>

namespace esplanade::sim {
namespace {

struct Outcome {
  Faults faults;
  std::string story;
};

/// Everything in order of time.
auto tell(const World& world, const Chaos& chaos) -> std::string {
  std::vector<std::string> lines = chaos.story();
  for (std::size_t i = 0; i < world.size(); ++i) {
    for (const auto& told : world.at(i).told()) {
      auto line = to_text(told, World::origin);
      line.insert(8, " [" + world.at(i).address().to_string() + "]");
      lines.push_back(std::move(line));
    }
  }
  std::ranges::stable_sort(lines, {}, [](const std::string& line) { return line.substr(0, 8); });
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

void blame(const Ledger& ledger, std::uint64_t number, std::string_view why, Faults& faults) {
  faults.push_back(fmt::format("{} did not arrive {}", ledger.describe(number), why));
}

/// All retransmissions, the longest back-off of a caller, and liveness checks fit into this.
constexpr auto calm = 240s;

/// Waits for a moment in which nobody is in the middle of something.
void wait_for_quiet(World& world, Faults& faults) {
  for (auto i = 0; i < 600; ++i) {
    if (is_quiet(world)) return;
    world.run_for(101ms);
  }
  faults.emplace_back("never quiet");
}

void judge(World& world, Chaos& chaos, Faults& faults) {
  for (auto passed = 0s; passed < calm; passed += 10s) {
    chaos.send_everywhere();
    world.run_for(10s);
  }
  const auto numbers = chaos.send_everywhere();
  world.run_for(20s);
  for (const auto number : numbers) {
    const bool has_arrived = world.ledger().delivered.contains(number);
    if (!has_arrived) blame(world.ledger(), number, "though all was calm", faults);
  }
  wait_for_quiet(world, faults);
  for (auto& fault : disagreements(world)) faults.push_back(std::move(fault));
}

/// Every connection goes; nothing must be left.
void close_everything(World& world, Faults& faults) {
  for (std::size_t i = 0; i < world.size(); ++i) {
    world.configure(world.at(i), {}, make_credentials("none"));
  }
  world.run_for(200s);
  for (auto& fault : leftovers(world)) faults.push_back(std::move(fault));
}

auto run(std::uint64_t seed) -> Outcome {
  test::SeededRandom random(seed);
  const auto plan = draw_plan(random);
  const auto network = draw_network(plan, seed, random);
  World world(network, draw_options(plan, random));
  const auto links = build(world, plan, random);
  Chaos chaos(world, links, plan, random, network);
  Outcome outcome;
  // Where a packet has no excuse to be lost, SAs stand before the first.
  if (plan.is_gentle) {
    for (const auto& link : links) {
      world.handle(*link.a, ike::Initiate{.connection = link.name, .child = {}});
    }
    world.run_for(10s);
  }
  const auto steps = plan.gateways > 20 ? 20 : 20 + random.below(30);
  for (std::size_t i = 0; i < steps; ++i) chaos.step();
  chaos.end();
  judge(world, chaos, outcome.faults);
  if (plan.is_gentle) {
    for (const auto number : world.ledger().lost()) {
      blame(world.ledger(), number, "though nothing was lost", outcome.faults);
    }
  }
  close_everything(world, outcome.faults);
  outcome.story = tell(world, chaos);
  return outcome;
}

auto number_of(const char* text) -> std::optional<std::uint64_t> {
  std::uint64_t number = 0;
  const auto* end = text + std::strlen(text);
  const auto [rest, error] = std::from_chars(text, end, number);
  return error == std::errc{} && rest == end ? std::optional(number) : std::nullopt;
}

auto report(std::uint64_t seed, const Outcome& outcome) -> bool {
  if (outcome.faults.empty()) return true;
  std::cout << "seed " << seed << " fails; `sim_seeds " << seed << "` replays it\n"
            << outcome.story;
  for (const auto& fault : outcome.faults) std::cout << "  fault: " << fault << "\n";
  return false;
}

auto run_all(std::uint64_t first, std::uint64_t last) -> int {
  std::size_t failed = 0;
  for (auto seed = first; seed <= last; ++seed) {
    // Should it abort, its number is the last that stands here.
    std::cout << seed << std::flush << "\r";
    if (!report(seed, run(seed)) && ++failed == 5) break;
  }
  std::cout << "seeds " << first << " to " << last << ": " << failed << " failed\n";
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

auto main_of(int argc, char** argv) -> int {
  const auto first = argc >= 2 ? number_of(argv[1]) : std::nullopt;
  const auto last = argc == 3 ? number_of(argv[2]) : first;
  if (!first || !last || argc > 3 || *last < *first) {
    std::cerr << "usage: " << argv[0] << " SEED [LAST]\n";
    return 2;
  }
  if (argc == 3) return run_all(*first, *last);
  const auto outcome = run(*first);
  std::cout << outcome.story;
  for (const auto& fault : outcome.faults) std::cout << "  fault: " << fault << "\n";
  return outcome.faults.empty() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace esplanade::sim

auto main(int argc, char** argv) -> int { return esplanade::sim::main_of(argc, argv); }
