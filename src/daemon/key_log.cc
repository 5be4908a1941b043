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

auto KeyFile::follow(const std::optional<std::string>& path) -> std::expected<bool, Failure> {
  if (file_ && path_ == path) return false;
  if (!path) file_.reset();
  if (!path) return false;
  file_ = TRY(checked(platform::PrivateLog::create(*path)));
  path_ = path;
  log_.warning("key_log",
               {{"file", *path}, {"meaning", "whoever reads this file can decrypt the traffic"}});
  return true;
}

auto KeyFile::append(core::View row) -> Outcome {
  return checked(file_->append({reinterpret_cast<const char*>(row.data()), row.size()}));
}

void KeyFile::discard() {
  std::error_code ignored;
  if (file_) std::filesystem::remove(*path_, ignored);
  file_.reset();
}

auto KeyLog::follow(const config::Configuration& configuration, const config::Configuration& before)
    -> Outcome {
  static_cast<void>(TRY(ike_.follow(configuration.dataplane.ike_key_log)));
  const bool is_new = TRY(esp_.follow(configuration.dataplane.esp_key_log));
  if (!esp_.is_open()) return {};
  return append_made_by_hand(configuration, is_new ? nullptr : &before);
}

auto KeyLog::append_made_by_hand(const config::Configuration& configuration,
                                 const config::Configuration* before) -> Outcome {
  for (const auto& connection : configuration.manual) {
    for (const auto direction : {sa::Direction::outbound, sa::Direction::inbound}) {
      const auto row = sa::esp_key_table_row(connection.parameters(direction));
      if (before != nullptr && has_row(*before, direction, row)) continue;
      if (auto done = esp_.append(row.reveal()); !done) return done;
    }
  }
  return {};
}

void KeyLog::log_esp(const sa::SaParameters& sa) {
  if (!esp_.is_open()) return;
  const auto row = sa::esp_key_table_row(sa);
  complain(esp_.append(row.reveal()));
}

void KeyLog::log_ike(std::string_view row) {
  if (ike_.is_open()) complain(ike_.append(core::as_view(row)));
}

void KeyLog::discard() {
  esp_.discard();
  ike_.discard();
}

void KeyLog::complain(const Outcome& outcome) {
  if (!outcome) log_.error("key_log", {{"why", outcome.error().why}});
}

}  // namespace esplanade::daemon
