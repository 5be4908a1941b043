#include "net/tcp_mss.h"

#include "net/checksum.h"

namespace esplanade::net {
namespace {

constexpr std::size_t checksum_at = 16;

void store_under_checksum(core::MutableView segment, std::size_t at, std::uint16_t value) noexcept {
  // The checksum is over words from the segment's start on; an option may stand across two of them.
  const auto first = at & ~std::size_t{1};
  const auto size = at % 2 == 0 ? std::size_t{2} : std::size_t{4};
  auto checksum = core::load_be<std::uint16_t>(segment, checksum_at);
  std::array<std::uint16_t, 2> before{};
  for (std::size_t i = 0; i < size; i += 2) {
    before[i / 2] = core::load_be<std::uint16_t>(segment, first + i);
  }
  core::store_be(value, segment, at);
  for (std::size_t i = 0; i < size; i += 2) {
    const auto after = core::load_be<std::uint16_t>(segment, first + i);
    checksum = updated_checksum(checksum, before[i / 2], after);
  }
  core::store_be(checksum, segment, checksum_at);
}

/// Where the value of the MSS option stands in `options`; their size where there is none.
auto find_mss(core::View options) noexcept -> std::size_t {
  constexpr unsigned end = 0, no_operation = 1, mss = 2;
  std::size_t at = 0;
  while (at < options.size()) {
    const auto kind = std::to_integer<unsigned>(options[at]);
    if (kind == end) break;
    if (kind == no_operation) {
      ++at;
      continue;
    }
    if (at + 2 > options.size()) break;
    const auto length = std::to_integer<std::size_t>(options[at + 1]);
    if (length < 2 || at + length > options.size()) break;
    if (kind == mss && length == 4) return at + 2;
    at += length;
  }
  return options.size();
}

}  // namespace

void lower_mss(core::MutableView segment, std::uint16_t most) noexcept {
  const auto tcp = Tcp::parse(segment);
  if (!tcp || !announces_mss(segment)) return;
  const auto options = tcp->options();
  const auto at = find_mss(options);
  if (at == options.size()) return;
  const auto announced = core::load_be<std::uint16_t>(options, at);
  if (announced > most) store_under_checksum(segment, tcp_min_header + at, most);
}

}  // namespace esplanade::net
