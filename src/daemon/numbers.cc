// What the daemon does so that no sequence number of an SA made by hand is used twice.
#include "config/algorithms.h"
#include "daemon/daemon.h"
#include "platform/clock.h"

#include <algorithm>
#include <filesystem>

namespace esplanade::daemon {
namespace {

auto has_counter_mode(const config::Configuration& configuration) -> bool {
  return std::ranges::any_of(configuration.manual, [](const config::ManualConnection& one) {
    return config::needs_unique_numbers(one.out.algorithms);
  });
}

auto book_path(const config::Configuration& configuration, const std::string& config_path)
    -> std::string {
  const auto beside = std::filesystem::path(config_path).parent_path() / "sequence_numbers";
  return configuration.dataplane.sequence_file.value_or(beside.string());
}

}  // namespace

auto Daemon::open_book(const config::Configuration& configuration) -> Outcome {
  if (book_.is_open() || configuration.manual.empty()) return {};
  return checked(book_.open(book_path(configuration, options_.config_path)));
}

auto Daemon::begin_numbers(const config::Configuration& configuration, Generation& generation)
    -> Outcome {
  if (configuration.manual.empty()) return {};
  const auto begun = book_.begin(configuration, running_, generation.tables);
  if (begun) return {};
  const auto why = begun.error().to_string();
  if (has_counter_mode(configuration)) {
    return std::unexpected(
        Failure{Exit::failed, why + ": without it counter modes cannot be keyed by hand"});
  }
  log_.warning("sequence_numbers",
               {{"why", why}, {"meaning", "numbers begin anew at the next start"}});
  return {};
}

void Daemon::reserve_numbers() {
  const auto done = book_.look(running_, generation_->tables);
  auto trouble = done ? std::string{} : done.error().to_string();
  const bool is_news = trouble != numbers_trouble_;
  if (is_news && !done) log_.error("sequence_numbers", {{"why", trouble}});
  numbers_trouble_ = std::move(trouble);
}

}  // namespace esplanade::daemon
