#include "cli/decode/decoded_frame.h"

#include <fmt/format.h>

namespace esplanade::cli::decode {

auto name_of(Protocol protocol) noexcept -> std::string_view {
  switch (protocol) {
    case Protocol::esp:   return "esp";
    case Protocol::ah:    return "ah";
    case Protocol::ike:   return "ike";
    case Protocol::clear: return "clear";
  }
  core::bug();
}

auto name_of(Status status) noexcept -> std::string_view {
  switch (status) {
    case Status::opened:   return "opened";
    case Status::verified: return "verified";
    case Status::clear:    return "clear";
    case Status::no_key:   return "no_key";
    case Status::refused:  return "refused";
  }
  core::bug();
}

auto seconds_text(core::WallTime time, int digits) -> std::string {
  constexpr std::uint64_t per_second = 1'000'000'000;
  const auto count = time.since_epoch.count();
  const auto size = count < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(count)
                              : static_cast<std::uint64_t>(count);
  auto text = fmt::format("{}{}.{:09}", count < 0 ? "-" : "", size / per_second, size % per_second);
  text.resize(text.size() - static_cast<std::size_t>(9 - digits));
  return text;
}

}  // namespace esplanade::cli::decode
