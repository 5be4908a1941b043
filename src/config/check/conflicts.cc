#include "config/check/conflicts.h"

#include <fmt/format.h>

namespace esplanade::config::check {
namespace {

struct Entry {
  const ManualConnection* connection;
  const ManualSa* sa;
  std::string_view direction;
};

auto is_same_spi(const Entry& a, const Entry& b) -> bool {
  if (a.sa->spi != b.sa->spi || a.sa->spi == core::Spi{} || a.direction != b.direction)
    return false;
  // The receiver looks an SA up by SPI alone (RFC 4303, 2.1); it is the destination's own number.
  // That of a group is not, and so its address and perhaps the source count too.
  const auto& destination = a.connection->theirs;
  if (a.direction == "in") return a.connection->group == b.connection->group;
  return destination != net::Address{} && destination == b.connection->theirs;
}

auto is_same_key(const ManualSa& a, const ManualSa& b) -> bool {
  if (a.key_file && a.key_file == b.key_file) return true;
  if (!a.keys.encryption.empty()) {
    return core::equal_constant_time(a.keys.encryption.reveal(), b.keys.encryption.reveal());
  }
  return !a.keys.integrity.empty() && b.keys.encryption.empty() &&
         core::equal_constant_time(a.keys.integrity.reveal(), b.keys.integrity.reveal());
}

auto describe(const Entry& entry) -> std::string {
  return fmt::format("`{}` of `{}`, at {}", entry.direction, entry.connection->name,
                     syntax::to_string(entry.sa->place));
}

void compare(const Entry& earlier, const Entry& later, Checker& check) {
  if (is_same_spi(earlier, later)) {
    check.complain(later.sa->place,
                   fmt::format("SPI {:#x} is already that of {}", std::to_underlying(later.sa->spi),
                               describe(earlier)));
  }
  if (is_same_key(*earlier.sa, *later.sa)) {
    check.complain(later.sa->place,
                   fmt::format("this key is already that of {}", describe(earlier)),
                   "two SAs with one key repeat IVs and take each other's packets as their own; "
                   "make a key for each direction");
  }
}

}  // namespace

void check_conflicts(std::span<const ManualConnection> connections, Checker& check) {
  std::vector<Entry> entries;
  for (const auto& connection : connections) {
    entries.push_back({&connection, &connection.out, "out"});
    entries.push_back({&connection, &connection.in, "in"});
  }
  for (std::size_t later = 1; later < entries.size(); ++later) {
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      compare(entries[earlier], entries[later], check);
    }
  }
}

}  // namespace esplanade::config::check
