#include "cli/decode/ike_output.h"
#include "cli/decode/output.h"
#include "net/datagram.h"

#include <fmt/format.h>

#include <utility>

namespace esplanade::cli::decode {
namespace {

using iana::IpProtocol;

auto protocol_text(IpProtocol protocol) -> std::string {
  const auto* const row = iana::find_row(iana::ip_protocols, protocol);
  if (row != nullptr) return std::string(row->name);
  return fmt::format("protocol {}", std::to_underlying(protocol));
}

auto addresses_text(const DecodedFrame& frame) -> std::string {
  if (!frame.src || !frame.dst) return "-";
  return fmt::format("{} -> {}", frame.src->to_string(), frame.dst->to_string());
}

auto protocol_column(const DecodedFrame& frame) -> std::string {
  if (!frame.spi) return std::string(name_of(frame.protocol));
  return fmt::format("{} 0x{:08x}/{}", name_of(frame.protocol), std::to_underlying(*frame.spi),
                     frame.seq ? std::to_string(frame.seq->value) : "-");
}

/// "10.1.0.2 -> 10.2.0.2 ICMP 84", or "TCP 40" in transport mode.
auto inner_text(IpProtocol next_header, const core::Bytes& inner) -> std::string {
  if (next_header == IpProtocol::no_next_header) return "dummy";
  const auto is_tunnel = next_header == IpProtocol::ipv4 || next_header == IpProtocol::ipv6;
  const auto datagram = is_tunnel ? net::Datagram::parse(inner) : core::failure(core::Code{});
  if (!datagram) return fmt::format("{} {}", protocol_text(next_header), inner.size());
  return fmt::format("{} -> {} {} {}", datagram->src.to_string(), datagram->dst.to_string(),
                     protocol_text(datagram->protocol), datagram->total_length);
}

auto content_text(const DecodedFrame& frame) -> std::string {
  if (frame.ike) {
    const auto summary = ike_summary(*frame.ike);
    return frame.reason.empty() ? summary : fmt::format("{}: {}", summary, frame.reason);
  }
  if (frame.next_header && frame.inner) return inner_text(*frame.next_header, *frame.inner);
  return frame.reason;
}

}  // namespace

auto text_line(const DecodedFrame& frame) -> std::string {
  auto line = fmt::format("{:>6}  {}  {:<31}  {:<18}  {:<7}  {}", frame.number,
                          seconds_text(frame.captured_at, 6), addresses_text(frame),
                          protocol_column(frame), name_of(frame.status), content_text(frame));
  line.resize(line.find_last_not_of(' ') + 1);
  line += '\n';
  return frame.ike ? line + ike_text(*frame.ike) : line;
}

auto Summary::text() const -> std::string {
  std::size_t all = 0;
  std::string by_status;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    all += counts_[i];
    by_status +=
        fmt::format("{} {} {}", i == 0 ? ":" : ",", counts_[i], name_of(static_cast<Status>(i)));
  }
  return fmt::format("{} frame{}{}\n", all, all == 1 ? "" : "s", by_status);
}

}  // namespace esplanade::cli::decode
