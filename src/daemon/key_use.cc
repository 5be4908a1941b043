#include "daemon/key_use.h"

#include "config/algorithms.h"
#include "daemon/build_tables.h"
#include "platform/key_marks.h"

#include <algorithm>

namespace esplanade::daemon {
namespace {

using sa::Direction;

auto lives_once(const config::ManualSa& sa) -> bool {
  return sa.key_file && config::needs_unique_numbers(sa.algorithms);
}

auto has_key_of(const config::ManualSa& running, const config::ManualSa& sa) -> bool {
  return core::equal_constant_time(running.keys.encryption.reveal(), sa.keys.encryption.reveal()) &&
         core::equal_constant_time(running.keys.integrity.reveal(), sa.keys.integrity.reveal());
}

/// Under whatever file name, SPI or direction.
auto is_key_running(const config::Configuration& before, const config::ManualSa& sa) -> bool {
  return std::ranges::any_of(before.manual, [&](const config::ManualConnection& connection) {
    return has_key_of(connection.out, sa) || has_key_of(connection.in, sa);
  });
}

void refuse_used(std::vector<config::Complaint>& complaints, const config::ManualSa& sa,
                 Direction direction, const config::Configuration& before) {
  if (!lives_once(sa) || find_predecessor(before, direction, sa)) return;
  const bool is_running = is_key_running(before, sa);
  if (!sa.is_used && !is_running) return;
  complaints.push_back(
      {.place = sa.place,
       .what = "key file " + *sa.key_file +
               (is_running ? " holds a key that another SA is using"
                           : " has been used by an earlier start"),
       .hint = "numbering would begin anew under the same key, which breaks counter modes: make a "
               "new file for both ends with `esplanade keygen`"});
}

auto record(const config::ManualSa& sa) -> platform::SystemResult<void> {
  if (!lives_once(sa) || sa.is_used) return {};
  return platform::record_as_used(*sa.key_file);
}

}  // namespace

auto refuse_used_keys(const config::Configuration& configuration,
                      const config::Configuration& before) -> std::vector<config::Complaint> {
  std::vector<config::Complaint> complaints;
  for (const auto& connection : configuration.manual) {
    refuse_used(complaints, connection.out, Direction::outbound, before);
    refuse_used(complaints, connection.in, Direction::inbound, before);
  }
  return complaints;
}

auto record_keys_as_used(const config::Configuration& configuration)
    -> platform::SystemResult<void> {
  for (const auto& connection : configuration.manual) {
    if (auto out = record(connection.out); !out) return out;
    if (auto in = record(connection.in); !in) return in;
  }
  return {};
}

}  // namespace esplanade::daemon
