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

auto NoticeLimiter::admit(core::Time now) noexcept -> bool {
  if (audit_ == config::Audit::off) return false;
  const bool is_admitted = rate_.admit(now);
  if (!is_admitted) ++left_out_;
  return is_admitted;
}

auto NoticeLimiter::take_left_out(core::Time now) noexcept -> std::uint64_t {
  if (left_out_ == 0 || now - told_ < 1s) return 0;
  told_ = now;
  return std::exchange(left_out_, 0);
}

}  // namespace esplanade::daemon
