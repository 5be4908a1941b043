#include "daemon/keying/failures.h"

#include <algorithm>

namespace esplanade::daemon {
namespace {

auto field(const ike::Notice& notice, std::string_view name) -> std::string {
  const auto it =
      std::ranges::find_if(notice.fields, [name](const auto& one) { return one.first == name; });
  return it == notice.fields.end() ? std::string() : it->second;
}

/// An IKE SA may stand without the child it was made for, and a child without being rekeyed.
auto ends(const std::string& event, const LastFailure& failure) -> bool {
  if (event == "child_established" || event == "child_rekeyed") return true;
  return event == "ike_established" && !failure.event.starts_with("child_");
}

}  // namespace

void Failures::keep_only(const std::vector<std::string>& connections) {
  connections_ = connections;
  std::erase_if(last_, [&](const auto& one) {
    return std::ranges::find(connections_, one.first) == connections_.end();
  });
}

void Failures::hear(const ike::Notice& notice, core::WallTime now) {
  const auto connection = field(notice, "connection");
  const auto it = last_.find(connection);
  if (it != last_.end() && ends(notice.event, it->second)) {
    last_.erase(it);
    return;
  }
  const auto why = field(notice, "why");
  const bool is_ours = std::ranges::find(connections_, connection) != connections_.end();
  if (why.empty() || !is_ours || notice.level == ike::Level::info) return;
  auto& last = last_[connection];
  last = {.event = notice.event,
          .why = why,
          .hint = field(notice, "hint"),
          .line = field(notice, "line"),
          .when = now,
          .times = last.times + 1};
}

}  // namespace esplanade::daemon
