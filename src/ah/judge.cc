#include "ah/judge.h"

#include "ah/mutable_fields.h"
#include "ipsec/tunnel.h"

namespace esplanade::ah {
namespace {

auto is_length_right(std::size_t length, ipsec::EspSizes sizes, core::View datagram) noexcept
    -> bool {
  if (length == header_size_for(sizes, 8)) return true;
  return !ipsec::is_ipv6(datagram) && length == header_size_for(sizes, 4);
}

}  // namespace

auto judge(const Frame& frame, ipsec::EspSizes sizes) noexcept -> net::Verdict {
  using net::Verdict;
  const auto ah = frame.datagram.subspan(frame.ah_at);
  if (ah.size() < header_size_for(sizes, 4)) return Verdict::too_short;
  if (!is_length_right(length_of(ah), sizes, frame.datagram)) return Verdict::bad_ah_length;
  if (length_of(ah) > ah.size()) return Verdict::too_short;
  if (!is_covered(frame.headers(), sa::Direction::inbound)) return Verdict::uncovered_headers;
  return Verdict::pass;
}

}  // namespace esplanade::ah
