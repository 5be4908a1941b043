#include "net/address.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <ranges>

namespace esplanade::net {
namespace {

using core::Code;
using Octets = std::array<std::byte, 16>;
using Groups = std::array<std::uint16_t, 8>;

/// Reads a text from the front; says where it stopped.
class Scanner {
 public:
  explicit Scanner(std::string_view text, std::size_t at = 0) noexcept : text_(text), at_(at) {}

  [[nodiscard]] auto at() const noexcept -> std::size_t { return at_; }
  [[nodiscard]] auto finished() const noexcept -> bool { return at_ == text_.size(); }
  [[nodiscard]] auto does_not_fit() const noexcept -> std::unexpected<core::Error> {
    return core::failure(Code::bad_address, at_);
  }
  /// A dot comes before the next colon: the IPv4 tail of an IPv6 address.
  [[nodiscard]] auto is_dotted() const noexcept -> bool {
    const auto mark = text_.find_first_of(".:", at_);
    return mark != text_.npos && text_[mark] == '.';
  }

  auto skip(char expected) noexcept -> bool {
    if (finished() || text_[at_] != expected) return false;
    ++at_;
    return true;
  }

  /// Without leading zeroes, which some readers take for octal.
  auto decimal(unsigned max) noexcept -> core::Result<unsigned> {
    const auto start = at_;
    unsigned value = 0;
    for (; !finished() && '0' <= text_[at_] && text_[at_] <= '9'; ++at_) {
      if (at_ > start && value == 0) return does_not_fit();
      value = value * 10 + static_cast<unsigned>(text_[at_] - '0');
      if (value > max) return does_not_fit();
    }
    if (at_ == start) return does_not_fit();
    return value;
  }

  /// One to four hexadecimal digits.
  auto group() noexcept -> core::Result<std::uint16_t> {
    const auto digits = text_.substr(at_, 4);
    std::uint16_t value = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (error != std::errc{}) return does_not_fit();
    at_ += static_cast<std::size_t>(end - digits.data());
    return value;
  }

 private:
  std::string_view text_;
  std::size_t at_;
};

auto scan_ipv4(Scanner& text) noexcept -> core::Result<std::array<std::byte, 4>> {
  std::array<std::byte, 4> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i) {
    if (i > 0 && !text.skip('.')) return text.does_not_fit();
    octets[i] = static_cast<std::byte>(TRY(text.decimal(255)));
  }
  if (!text.finished()) return text.does_not_fit();
  return octets;
}

/// The groups of an IPv6 address as written: `count` of them, and the place of "::" among them.
struct Written {
  Groups groups{};
  std::size_t count = 0;
  std::optional<std::size_t> gap;

  void push(std::uint16_t group) noexcept { groups[count++] = group; }
};

auto scan_ipv4_tail(Scanner& text, Written& written) noexcept -> core::Result<void> {
  const auto octets = TRY(scan_ipv4(text));
  for (const auto i : {0u, 2u}) {
    written.push(static_cast<std::uint16_t>(std::to_integer<unsigned>(octets[i]) << 8 |
                                            std::to_integer<unsigned>(octets[i + 1])));
  }
  return {};
}

/// What follows a group: the end, ":" and another group, or "::".
auto scan_separator(Scanner& text, Written& written) noexcept -> core::Result<void> {
  if (text.finished()) return {};
  if (!text.skip(':')) return text.does_not_fit();
  if (text.finished()) return text.does_not_fit();
  const auto second = text;
  if (!text.skip(':')) return {};
  if (written.gap) return second.does_not_fit();
  written.gap = written.count;
  return {};
}

auto scan_groups(Scanner& text) noexcept -> core::Result<Written> {
  Written written;
  if (text.skip(':')) {
    if (!text.skip(':')) return text.does_not_fit();
    written.gap = 0;
  }
  // "::" stands for one group at least (RFC 4291, 2.2).
  while (!text.finished()) {
    const auto taken = written.count + (written.gap ? 1 : 0);
    if (taken >= written.groups.size()) return text.does_not_fit();
    if (taken + 2 <= written.groups.size() && text.is_dotted()) {
      TRY(scan_ipv4_tail(text, written));
    } else {
      written.push(TRY(text.group()));
      TRY(scan_separator(text, written));
    }
  }
  const auto is_full = written.count == written.groups.size();
  if (is_full == written.gap.has_value()) return text.does_not_fit();
  return written;
}

auto scan_ipv6(Scanner& text) noexcept -> core::Result<Octets> {
  const auto written = TRY(scan_groups(text));
  Octets octets{};
  for (std::size_t i = 0; i < written.count; ++i) {
    const auto is_behind_gap = written.gap && i >= *written.gap;
    const auto place = is_behind_gap ? i + written.groups.size() - written.count : i;
    octets[place * 2] = static_cast<std::byte>(written.groups[i] >> 8);
    octets[place * 2 + 1] = static_cast<std::byte>(written.groups[i]);
  }
  return octets;
}

auto ipv4_text(core::View octets) -> std::string {
  return fmt::format("{:d}", fmt::join(octets, "."));
}

/// The groups that "::" replaces: the first longest run of two zeroes or more (RFC 5952, 4.2).
struct Run {
  std::size_t begin = 0;
  std::size_t size = 0;
};

auto longest_zero_run(const Groups& groups) noexcept -> Run {
  Run best;
  Run current;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    current = groups[i] == 0 ? Run{current.begin, current.size + 1} : Run{i + 1, 0};
    if (current.size > best.size) best = current;
  }
  return best.size >= 2 ? best : Run{};
}

auto joined(std::span<const std::uint16_t> groups) -> std::string {
  return fmt::format("{:x}", fmt::join(groups, ":"));
}

auto ipv6_text(core::View octets) -> std::string {
  Groups groups{};
  for (std::size_t i = 0; i < groups.size(); ++i) {
    groups[i] = static_cast<std::uint16_t>(std::to_integer<unsigned>(octets[i * 2]) << 8 |
                                           std::to_integer<unsigned>(octets[i * 2 + 1]));
  }
  const auto run = longest_zero_run(groups);
  // IPv4-mapped addresses are read more easily with their IPv4 part (RFC 5952, 5).
  if (run.begin == 0 && run.size == 5 && groups[5] == 0xffff) {
    return "::ffff:" + ipv4_text(octets.subspan(12));
  }
  if (run.size == 0) return joined(groups);
  const std::span all{groups};
  return joined(all.first(run.begin)) + "::" + joined(all.subspan(run.begin + run.size));
}

/// Octet `i` of the netmask of this length.
auto mask_octet(unsigned length, std::size_t i) noexcept -> std::byte {
  const auto bits = length > i * 8 ? std::min<std::size_t>(length - i * 8, 8) : 0;
  return static_cast<std::byte>(0xff00u >> bits);
}

/// `address` with `change(octet, mask)` in place of each octet.
auto masked(const Address& address, unsigned length, auto change) noexcept -> Address {
  Octets octets{};
  const auto bytes = address.bytes();
  for (std::size_t i = 0; i < bytes.size(); ++i)
    octets[i] = change(bytes[i], mask_octet(length, i));
  return Address{core::View{octets}.first(bytes.size())};
}

/// The address after one that is not the family's last.
auto successor(const Address& address) noexcept -> Address {
  Octets octets{};
  const core::MutableView used{octets.data(), address.bytes().size()};
  core::copy(address.bytes(), used);
  for (auto& octet : std::views::reverse(used)) {
    octet = static_cast<std::byte>(std::to_integer<unsigned>(octet) + 1);
    if (octet != std::byte{0}) break;
  }
  return Address{used};
}

/// The largest prefix that begins with `first` and does not go beyond `last`.
auto largest_prefix(const Address& first, const Address& last) noexcept -> Prefix {
  Prefix best{first, first.bits()};
  while (best.length() > 0) {
    const Prefix wider{first, best.length() - 1};
    if (wider.first() != first || wider.last() > last) break;
    best = wider;
  }
  return best;
}

}  // namespace

auto Address::parse(std::string_view text) -> core::Result<Address> {
  Scanner scanner{text};
  if (text.find(':') == text.npos) return Address{TRY(scan_ipv4(scanner))};
  return Address{TRY(scan_ipv6(scanner))};
}

auto Address::to_string() const -> std::string {
  return family() == Family::ipv4 ? ipv4_text(bytes()) : ipv6_text(bytes());
}

Prefix::Prefix(Address address, unsigned length) noexcept : length_(length) {
  core::ensure(length <= address.bits());
  first_ = masked(address, length, [](std::byte octet, std::byte mask) { return octet & mask; });
}

auto Prefix::parse(std::string_view text) -> core::Result<Prefix> {
  const auto slash = text.find('/');
  const auto address = TRY(Address::parse(text.substr(0, slash)));
  if (slash == text.npos) return Prefix{address, address.bits()};
  Scanner scanner{text, slash + 1};
  const auto length = TRY(scanner.decimal(address.bits()));
  if (!scanner.finished()) return scanner.does_not_fit();
  return Prefix{address, length};
}

auto Prefix::last() const noexcept -> Address {
  return masked(first_, length_, [](std::byte octet, std::byte mask) { return octet | ~mask; });
}

auto Prefix::contains(const Address& address) const noexcept -> bool {
  return address.family() == family() && Prefix{address, length_}.first_ == first_;
}

auto Prefix::to_string() const -> std::string {
  return fmt::format("{}/{}", first_.to_string(), length_);
}

Range::Range(Address first, Address last) noexcept : first_(first), last_(last) {
  core::ensure(first.family() == last.family() && first <= last);
}

auto Range::parse(std::string_view text) -> core::Result<Range> {
  const auto dash = text.find('-');
  if (dash == text.npos) return Range{TRY(Prefix::parse(text))};
  const auto first = TRY(Address::parse(text.substr(0, dash)));
  const auto last = Address::parse(text.substr(dash + 1));
  if (!last) return core::failure(Code::bad_address, dash + 1 + last.error().where.offset);
  if (first.family() != last->family() || first > *last) {
    return core::failure(Code::bad_address, dash + 1);
  }
  return Range{first, *last};
}

auto Range::to_prefixes() const -> std::vector<Prefix> {
  std::vector prefixes{largest_prefix(first_, last_)};
  while (prefixes.back().last() < last_) {
    prefixes.push_back(largest_prefix(successor(prefixes.back().last()), last_));
  }
  return prefixes;
}

auto Range::to_string() const -> std::string {
  const auto widest = largest_prefix(first_, last_);
  if (widest.last() == last_) return widest.to_string();
  return fmt::format("{}-{}", first_.to_string(), last_.to_string());
}

}  // namespace esplanade::net
