#include "daemon/keying/inbox.h"

namespace esplanade::daemon {
namespace {

auto is_urgent(const Inbox::SmallReport& report) -> bool {
  return std::holds_alternative<pipeline::Wanted>(report);
}

}  // namespace

Inbox::Inbox(platform::Wakeup wakeup) : wakeup_(std::move(wakeup)) {}

void Inbox::report(const pipeline::Report& report) noexcept {
  std::visit(
      [this]<class One>(const One& one) {
        if constexpr (std::is_same_v<One, pipeline::IkeMessage>) {
          keep(one);
        } else if (auto* const place = reports_.place()) {
          *place = one;
          const bool wakes = is_urgent(*place);
          reports_.put();
          if (wakes) wakeup_.wake();
        }
      },
      report);
}

void Inbox::keep(const pipeline::IkeMessage& message) noexcept {
  auto* const place = messages_.place();
  if (place == nullptr || message.message.size() > longest_message) return;
  place->path = message.path;
  place->size = message.message.size();
  core::copy(message.message, {place->octets.get(), longest_message});
  messages_.put();
  wakeup_.wake();
}

auto Inbox::take_report() noexcept -> std::optional<SmallReport> {
  const auto* const next = reports_.next();
  if (next == nullptr) return std::nullopt;
  const auto report = *next;
  reports_.take();
  return report;
}

}  // namespace esplanade::daemon
