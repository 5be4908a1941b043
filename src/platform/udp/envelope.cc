#include "platform/udp/envelope.h"

#include <netinet/udp.h>

#include <algorithm>

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
  std::optional<int> segment_size;

  void take(const cmsghdr& control) noexcept {
    if (control.cmsg_level == SOL_UDP && control.cmsg_type == UDP_GRO) {
      segment_size = value_of<int>(control);
    }
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

auto ancillary_of(msghdr message) noexcept -> Ancillary {
  Ancillary ancillary;
  for (auto* control = CMSG_FIRSTHDR(&message); control != nullptr;
       control = CMSG_NXTHDR(&message, control)) {
    ancillary.take(*control);
  }
  return ancillary;
}

/// Appends control messages to a message whose msg_control is large enough for all.
class ControlWriter {
 public:
  explicit ControlWriter(msghdr& message) noexcept : message_(message) {}

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

auto read_envelope(const msghdr& message) noexcept -> std::optional<Envelope> {
  const auto* const address = static_cast<const std::byte*>(message.msg_name);
  const auto theirs = to_endpoint(core::View{address, message.msg_namelen});
  const auto ancillary = ancillary_of(message);
  if (!theirs || !ancillary.ours || !ancillary.tos || !ancillary.ttl) return std::nullopt;
  return Envelope{*theirs, *ancillary.ours, *ancillary.tos, *ancillary.ttl};
}

auto read_segment_size(const msghdr& message) noexcept -> std::size_t {
  const auto size = ancillary_of(message).segment_size.value_or(0);
  return size > 0 ? static_cast<std::size_t>(size) : 0;
}

void write_segment_size(msghdr& message, std::uint16_t size) noexcept {
  ControlWriter{message}.add(SOL_UDP, UDP_SEGMENT, size);
}

void write_envelope(msghdr& message, const Envelope& envelope) noexcept {
  message.msg_controllen = 0;
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

}  // namespace esplanade::platform
