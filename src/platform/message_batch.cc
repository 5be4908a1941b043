#include "platform/message_batch.h"

namespace esplanade::platform {
namespace {

template <class T>
auto value_of(const cmsghdr& control) noexcept -> std::optional<T> {
  if (control.cmsg_len < CMSG_LEN(sizeof(T))) return std::nullopt;
  T value;
  std::memcpy(&value, CMSG_DATA(&control), sizeof value);
  return value;
}

/// TOS comes as an octet on IPv4 and as an int on IPv6, TTL as an int on both.
auto small_number(const cmsghdr& control) noexcept -> std::optional<std::uint8_t> {
  if (const auto number = value_of<int>(control)) return static_cast<std::uint8_t>(*number);
  return value_of<std::uint8_t>(control);
}

template <class T>
auto address_of(const std::optional<T>& octets) noexcept -> std::optional<net::Address> {
  if (!octets) return std::nullopt;
  return net::Address{std::as_bytes(std::span(&*octets, 1))};
}

struct Ancillary {
  std::optional<net::Address> ours;
  std::optional<std::uint8_t> tos, ttl;

  void take(const cmsghdr& control) noexcept {
    if (control.cmsg_level == IPPROTO_IP) {
      if (control.cmsg_type == IP_TOS) tos = small_number(control);
      if (control.cmsg_type == IP_TTL) ttl = small_number(control);
      if (control.cmsg_type != IP_PKTINFO) return;
      if (const auto info = value_of<in_pktinfo>(control)) {
        ours = address_of(std::optional{info->ipi_addr});
      }
    } else if (control.cmsg_level == IPPROTO_IPV6) {
      if (control.cmsg_type == IPV6_TCLASS) tos = small_number(control);
      if (control.cmsg_type == IPV6_HOPLIMIT) ttl = small_number(control);
      if (control.cmsg_type != IPV6_PKTINFO) return;
      if (const auto info = value_of<in6_pktinfo>(control)) {
        ours = address_of(std::optional{info->ipi6_addr});
      }
    }
  }
};

/// Appends control messages to a message whose msg_control is large enough for all.
class ControlWriter {
 public:
  explicit ControlWriter(msghdr& message) noexcept : message_(message) {
    message_.msg_controllen = 0;
  }

  template <class T>
  void add(int level, int type, const T& value) noexcept {
    cmsghdr header{};
    header.cmsg_len = CMSG_LEN(sizeof value);
    header.cmsg_level = level;
    header.cmsg_type = type;
    auto* at = static_cast<std::byte*>(message_.msg_control) + message_.msg_controllen;
    std::memcpy(at, &header, sizeof header);
    std::memcpy(at + CMSG_LEN(0), &value, sizeof value);
    message_.msg_controllen += CMSG_SPACE(sizeof value);
  }

 private:
  msghdr& message_;
};

void write_ancillary(msghdr& message, const Envelope& envelope) noexcept {
  ControlWriter control{message};
  const auto ours = envelope.ours.bytes();
  if (envelope.ours.family() == net::Family::ipv4) {
    in_pktinfo info{};
    core::copy(ours, std::as_writable_bytes(std::span(&info.ipi_spec_dst, 1)));
    control.add(IPPROTO_IP, IP_PKTINFO, info);
    control.add(IPPROTO_IP, IP_TOS, int{envelope.tos});
    control.add(IPPROTO_IP, IP_TTL, int{envelope.ttl});
  } else {
    in6_pktinfo info{};
    core::copy(ours, std::as_writable_bytes(std::span(&info.ipi6_addr, 1)));
    control.add(IPPROTO_IPV6, IPV6_PKTINFO, info);
    control.add(IPPROTO_IPV6, IPV6_TCLASS, int{envelope.tos});
    control.add(IPPROTO_IPV6, IPV6_HOPLIMIT, int{envelope.ttl});
  }
}

}  // namespace

auto request_envelopes(const UniqueFd& socket, net::Family family) -> SystemResult<void> {
  if (family == net::Family::ipv4) {
    TRY(set(socket, {IPPROTO_IP, IP_PKTINFO, 1, "ask for destination addresses"}));
    TRY(set(socket, {IPPROTO_IP, IP_RECVTOS, 1, "ask for TOS"}));
    return set(socket, {IPPROTO_IP, IP_RECVTTL, 1, "ask for TTL"});
  }
  TRY(set(socket, {IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, "ask for destination addresses"}));
  TRY(set(socket, {IPPROTO_IPV6, IPV6_RECVTCLASS, 1, "ask for traffic classes"}));
  return set(socket, {IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1, "ask for hop limits"});
}

MessageBatch::MessageBatch() noexcept {
  for (std::size_t i = 0; i < net::batch_max; ++i) {
    auto& message = headers_[i].msg_hdr;
    message.msg_iov = &slots_[i].octets;
    message.msg_iovlen = 1;
    message.msg_name = slots_[i].address.octets.data();
    message.msg_control = slots_[i].control.data();
  }
}

void MessageBatch::prepare_to_receive(std::size_t index, net::Packet& packet) noexcept {
  const auto room = packet.reset();
  slots_[index].octets = {room.data(), room.size()};
  headers_[index].msg_hdr.msg_namelen = sizeof slots_[index].address.octets;
  headers_[index].msg_hdr.msg_controllen = control_size;
}

auto MessageBatch::receive(const UniqueFd& socket, std::span<net::Packet> into) noexcept
    -> std::size_t {
  core::ensure(count_ == 0);
  const auto wanted = std::min(into.size(), net::batch_max);
  for (std::size_t i = 0; i < wanted; ++i) prepare_to_receive(i, into[i]);
  const auto got = ::recvmmsg(socket.number(), headers_.data(), static_cast<unsigned>(wanted),
                              MSG_DONTWAIT, nullptr);
  const auto count = got > 0 ? static_cast<std::size_t>(got) : 0;
  for (std::size_t i = 0; i < count; ++i) {
    into[i].size = static_cast<std::uint16_t>(headers_[i].msg_len);
    if ((headers_[i].msg_hdr.msg_flags & MSG_TRUNC) != 0) into[i].drop(net::Verdict::no_room);
  }
  return count;
}

auto MessageBatch::envelope(std::size_t index) const noexcept -> std::optional<Envelope> {
  auto message = headers_[index].msg_hdr;
  const auto theirs = to_endpoint(core::View{slots_[index].address.octets}.first(
      std::min<std::size_t>(message.msg_namelen, sizeof slots_[index].address.octets)));
  Ancillary ancillary;
  for (auto* control = CMSG_FIRSTHDR(&message); control != nullptr;
       control = CMSG_NXTHDR(&message, control)) {
    ancillary.take(*control);
  }
  if (!theirs || !ancillary.ours || !ancillary.tos || !ancillary.ttl) return std::nullopt;
  return Envelope{*theirs, *ancillary.ours, *ancillary.tos, *ancillary.ttl};
}

void MessageBatch::add(net::Packet& packet, core::View octets, const Endpoint& to) noexcept {
  core::ensure(!is_full());
  if (is_link_local(to.address)) return packet.drop(net::Verdict::send_failed);
  auto& slot = slots_[count_];
  auto& message = headers_[count_].msg_hdr;
  slot.packet = &packet;
  slot.octets = {const_cast<std::byte*>(octets.data()), octets.size()};  // sendmmsg only reads
  slot.address = to_socket_address(to);
  message.msg_namelen = slot.address.size;
  message.msg_controllen = 0;
  ++count_;
}

void MessageBatch::add(net::Packet& packet, core::View octets, const Envelope& envelope) noexcept {
  add(packet, octets, envelope.theirs);
  if (packet.passes()) write_ancillary(headers_[count_ - 1].msg_hdr, envelope);
}

void MessageBatch::flush(const UniqueFd& socket) noexcept {
  for (std::size_t at = 0; at < count_;) {
    const auto sent = ::sendmmsg(socket.number(), &headers_[at], static_cast<unsigned>(count_ - at),
                                 MSG_DONTWAIT);
    if (sent > 0) {
      at += static_cast<std::size_t>(sent);
      continue;
    }
    // The error is the first message's; those before it were reported as sent.
    const auto is_buffer_full = errno == EAGAIN;
    const auto verdict = errno == EMSGSIZE ? net::Verdict::too_big : net::Verdict::send_failed;
    const auto end = is_buffer_full ? count_ : at + 1;
    for (; at < end; ++at) slots_[at].packet->drop(verdict);
  }
  count_ = 0;
}

}  // namespace esplanade::platform
