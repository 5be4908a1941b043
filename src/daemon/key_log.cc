#include "daemon/key_log.h"

#include <algorithm>
#include <filesystem>

namespace esplanade::daemon {
namespace {

auto has_row(const config::Configuration& configuration, sa::Direction direction,
             const sa::EspKeyTableRow& row) -> bool {
  return std::ranges::any_of(configuration.manual, [&](const auto& connection) {
    const auto other = sa::esp_key_table_row(connection.parameters(direction));
    return core::equal_constant_time(other.reveal(), row.reveal());
  });
}

}  // namespace

auto KeyLog::follow(const config::Configuration& configuration, const config::Configuration& before)
    -> Outcome {
  const auto& path = configuration.dataplane.esp_key_log;
  const bool is_open = file_ && path_ == path;
  if (!path) file_.reset();
  if (!path) return {};
  if (!is_open) {
    file_ = TRY(checked(platform::PrivateLog::create(*path)));
    path_ = path;
    log_.warning("key_log",
                 {{"file", *path}, {"meaning", "whoever reads this file can decrypt the traffic"}});
  }
  for (const auto& connection : configuration.manual) {
    for (const auto direction : {sa::Direction::outbound, sa::Direction::inbound}) {
      const auto row = sa::esp_key_table_row(connection.parameters(direction));
      if (is_open && has_row(before, direction, row)) continue;
      if (auto done = append(row); !done) return done;
    }
  }
  return {};
}

void KeyLog::discard() {
  std::error_code ignored;
  if (file_) std::filesystem::remove(*path_, ignored);
  file_.reset();
}

auto KeyLog::append(const sa::EspKeyTableRow& row) -> Outcome {
  const auto octets = row.reveal();
  return checked(file_->append({reinterpret_cast<const char*>(octets.data()), octets.size()}));
}

}  // namespace esplanade::daemon
