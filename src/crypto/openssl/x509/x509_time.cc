#include "crypto/openssl/x509/x509_handles.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace esplanade::crypto::openssl {
namespace {

namespace chrono = std::chrono;

using core::Duration;
using core::WallTime;

auto since_epoch(const std::tm& tm) noexcept -> chrono::seconds {
  const auto day = chrono::year{tm.tm_year + 1900} / (tm.tm_mon + 1) / tm.tm_mday;
  return chrono::sys_days{day}.time_since_epoch() + chrono::hours{tm.tm_hour} +
         chrono::minutes{tm.tm_min} + chrono::seconds{tm.tm_sec};
}

}  // namespace

// Nanoseconds in 64 bits reach from 1677 to 2262; certificates "without end" say 9999.
auto wall_time(const ASN1_TIME* time) noexcept -> WallTime {
  constexpr auto least = chrono::ceil<chrono::seconds>(Duration::min());
  constexpr auto most = chrono::floor<chrono::seconds>(Duration::max());
  std::tm tm{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &tm) != 1) return {Duration::min()};
  const auto count = since_epoch(tm);
  if (count < least) return {Duration::min()};
  if (count > most) return {Duration::max()};
  return {count};
}

auto seconds(WallTime time) noexcept -> std::time_t {
  return chrono::floor<chrono::seconds>(time.since_epoch).count();
}

auto time_text(WallTime time) -> std::string {
  const auto count = chrono::floor<chrono::seconds>(time.since_epoch);
  const auto day = chrono::floor<chrono::days>(count);
  const chrono::year_month_day date{chrono::sys_days{day}};
  const chrono::hh_mm_ss of_day{count - day};
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d UTC",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(of_day.hours().count()),
                static_cast<int>(of_day.minutes().count()),
                static_cast<int>(of_day.seconds().count()));
  return text.data();
}

}  // namespace esplanade::crypto::openssl
