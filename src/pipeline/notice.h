// What the data road has to tell: a packet that was dropped, with the fields RFC 4303 and RFC 4301
// want in an audit event (ESP-3.4.2-01, ESP-3.4.3-07, ESP-3.4.4.1-02), and reports for keying. The
// road only notes; the daemon writes, as many a second as it allows.
#pragma once

#include "core/ids.h"
#include "net/address.h"
#include "net/packet.h"
#include "pipeline/report.h"
#include "sa/sa_parameters.h"

#include <optional>

namespace esplanade::pipeline {

struct Notice {
  net::Verdict verdict{};
  sa::Direction direction{};
  /// Of the outer packet inbound, but of the inner one where that was at fault (RFC 4301, 5.2);
  /// of the packet itself outbound. Absent if it is no IP packet.
  std::optional<net::Address> src, dst;
  std::optional<core::Spi> spi;
  std::optional<std::uint32_t> seq;         ///< as on the wire
  std::optional<std::uint32_t> flow_label;  ///< of an IPv6 packet
};

/// With the addresses of `packet` as it stands.
[[nodiscard]] inline auto notice_about(const net::Packet& packet, sa::Direction direction) noexcept
    -> Notice {
  auto notice = Notice{.verdict = packet.verdict, .direction = direction};
  if (const auto datagram = net::Datagram::parse(packet.bytes())) {
    notice.src = datagram->src;
    notice.dst = datagram->dst;
  }
  return notice;
}

/// Takes notices and reports from the road; must not block and may leave some out.
class NoticeSink {
 public:
  NoticeSink() = default;
  NoticeSink(const NoticeSink&) = delete;
  auto operator=(const NoticeSink&) -> NoticeSink& = delete;
  virtual ~NoticeSink() = default;
  virtual void note(const Notice& notice) noexcept = 0;
  /// For keying; where there is none, nobody listens.
  virtual void report(const Report& /*report*/) noexcept {}
};

}  // namespace esplanade::pipeline
