#include "platform/udp/ike_socket.h"

namespace esplanade::platform {
namespace {

/// The largest there is.
constexpr std::size_t slot_size = 65535;

auto open_family(net::Family family, std::uint16_t port, std::uint32_t mark)
    -> SystemResult<UniqueFd> {
  auto socket = TRY(open_udp_socket(family, port, mark));
  if (family == net::Family::ipv4) {
    TRY(set(socket, {IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT, "clear DF"}));
  }
  TRY(request_envelopes(socket, family));
  return socket;
}

auto other(net::Family family) noexcept -> net::Family {
  return family == net::Family::ipv4 ? net::Family::ipv6 : net::Family::ipv4;
}

}  // namespace

IkeSocket::IkeSocket(std::uint16_t port, UniqueFd ipv4, UniqueFd ipv6)
    : port_(port), ipv4_(std::move(ipv4)), ipv6_(std::move(ipv6)), arena_(slot_size, 1) {}

auto IkeSocket::open(std::uint16_t port, std::uint32_t mark)
    -> SystemResult<std::unique_ptr<IkeSocket>> {
  auto ipv4 = TRY(open_family(net::Family::ipv4, port, mark));
  auto ipv6 = open_family(net::Family::ipv6, port, mark);
  if (!ipv6 && ipv6.error().number != EAFNOSUPPORT) return std::unexpected(ipv6.error());
  return std::unique_ptr<IkeSocket>(
      new IkeSocket(port, std::move(ipv4), ipv6 ? *std::move(ipv6) : UniqueFd{}));
}

auto IkeSocket::receive() noexcept -> std::optional<Received> {
  next_ = other(next_);
  if (auto received = receive(next_)) return received;
  return receive(other(next_));
}

/// What came cut, or without its addresses, is passed over.
auto IkeSocket::receive(net::Family family) noexcept -> std::optional<Received> {
  while (batch_.receive(socket_of(family), arena_.packets()) == 1) {
    const auto& packet = arena_.packets()[0];
    const auto envelope = batch_.envelope(0);
    if (!packet.passes() || !envelope) continue;
    return Received{{.ours = {envelope->ours, port_}, .theirs = envelope->theirs}, packet.bytes()};
  }
  return std::nullopt;
}

auto IkeSocket::send(const net::Path& path, core::View message) noexcept -> net::Verdict {
  const auto family = path.theirs.address.family();
  if (path.ours.address.family() != family) return net::Verdict::send_failed;
  net::Packet packet;  // only for what becomes of it
  batch_.add(packet, message, Envelope{path.theirs, path.ours.address, 0, default_ttl});
  batch_.flush(socket_of(family));
  return packet.verdict;
}

}  // namespace esplanade::platform
