#include "daemon/by_hand/key_use.h"

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

auto complaint_about(const config::ManualSa& sa, bool is_running) -> config::Complaint {
  return {.place = sa.place,
          .what = "key file " + *sa.key_file +
                  (is_running ? " holds a key that another SA is using"
                              : " has been used by an earlier start, and nothing tells how far its "
                                "sequence numbers went"),
          .hint =
              "numbering would begin anew under the same key, which breaks counter modes: make a "
              "new file for both ends with `esplanade keygen`"};
}

auto has_lived(const config::ManualSa& sa, Direction direction, const config::Configuration& before)
    -> bool {
  return lives_once(sa) && !find_predecessor(before, direction, sa);
}

auto record(const config::ManualSa& sa) -> platform::SystemResult<void> {
  if (!lives_once(sa) || sa.is_used) return {};
  return platform::record_as_used(*sa.key_file);
}

}  // namespace

auto refuse_used_keys(const config::Configuration& configuration,
                      const config::Configuration& before, const SequenceBook& book)
    -> std::vector<config::Complaint> {
  std::vector<config::Complaint> complaints;
  const auto look = [&](const config::ManualSa& sa, Direction direction) {
    if (!has_lived(sa, direction, before)) return;
    const bool is_running = is_key_running(before, sa);
    const bool is_lost = sa.is_used && !book.is_known(sa);
    if (is_running || is_lost) complaints.push_back(complaint_about(sa, is_running));
  };
  for (const auto& connection : configuration.manual) {
    look(connection.out, Direction::outbound);
    look(connection.in, Direction::inbound);
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
