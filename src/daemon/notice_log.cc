#include "daemon/notice_log.h"

#include <fmt/format.h>

#include <utility>

namespace esplanade::daemon {

using namespace std::chrono_literals;

auto fields_of(const pipeline::Notice& notice) -> Fields {
  const bool is_outbound = notice.direction == sa::Direction::outbound;
  Fields fields = {{"verdict", std::string(net::name_of(notice.verdict))},
                   {"direction", is_outbound ? "out" : "in"}};
  if (notice.src) fields.push_back({"src", notice.src->to_string()});
  if (notice.dst) fields.push_back({"dst", notice.dst->to_string()});
  if (notice.spi) {
    fields.push_back({"spi", fmt::format("{:#010x}", std::to_underlying(*notice.spi))});
  }
  if (notice.seq) fields.push_back({"seq", std::uint64_t{*notice.seq}});
  if (notice.flow_label) fields.push_back({"flow_label", std::uint64_t{*notice.flow_label}});
  return fields;
}

void NoticeLimiter::renew(core::Time now) noexcept {
  if (now - second_ < 1s) return;
  second_ = now;
  written_ = 0;
}

auto NoticeLimiter::admit(core::Time now) noexcept -> bool {
  if (audit_ == config::Audit::off) return false;
  renew(now);
  if (written_ == per_second) {
    ++left_out_;
    return false;
  }
  ++written_;
  return true;
}

auto NoticeLimiter::take_left_out(core::Time now) noexcept -> std::uint64_t {
  if (now - second_ < 1s) return 0;
  return std::exchange(left_out_, 0);
}

}  // namespace esplanade::daemon
