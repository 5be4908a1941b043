#include "net/icmp.h"

#include "iana/ip_protocol.h"
#include "net/checksum.h"

namespace esplanade::net {

auto Icmp::is_checksum_right() const noexcept -> bool {
  return Checksum{}.add(bytes_).finish() == 0;
}

auto Icmp::is_checksum_right(const Address& src, const Address& dst) const noexcept -> bool {
  const auto length = static_cast<std::uint32_t>(bytes_.size());
  return Checksum{}
             .add_pseudo_header(src, dst, iana::IpProtocol::icmpv6, length)
             .add(bytes_)
             .finish() == 0;
}

}  // namespace esplanade::net
