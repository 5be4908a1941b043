#include "daemon/key_log.h"

#include "daemon/build_tables.h"
#include "sa/esp_key_table.h"

#include <filesystem>

namespace esplanade::daemon {

auto KeyLog::follow(const config::Configuration& configuration, const config::Configuration& before)
    -> Outcome {
  const auto& path = configuration.dataplane.esp_key_log;
  const bool is_open = file_ && path_ == path;
  if (!is_open) file_.reset();
  path_ = path;
  if (!path) return {};
  if (!is_open) {
    auto created = checked(platform::PrivateLog::create(*path));
    if (!created) return std::unexpected(created.error());
    file_ = *std::move(created);
    log_.warning("key_log",
                 {{"file", *path}, {"meaning", "whoever reads this file can decrypt the traffic"}});
  }
  for (const auto& connection : configuration.manual) {
    for (const auto direction : {sa::Direction::outbound, sa::Direction::inbound}) {
      const auto& side = direction == sa::Direction::outbound ? connection.out : connection.in;
      if (is_open && find_predecessor(before, direction, side)) continue;
      if (auto done = append(connection.parameters(direction)); !done) return done;
    }
  }
  return {};
}

void KeyLog::discard() {
  std::error_code ignored;
  if (file_) std::filesystem::remove(*path_, ignored);
  file_.reset();
}

auto KeyLog::append(const sa::SaParameters& parameters) -> Outcome {
  const auto row = sa::esp_key_table_row(parameters);
  const auto octets = row.reveal();
  return checked(file_->append({reinterpret_cast<const char*>(octets.data()), octets.size()}));
}

}  // namespace esplanade::daemon
