#include "platform/link/packet_port.h"

#include <linux/if_packet.h>
#include <sys/socket.h>

#include "net/offload/segmenter.h"
#include "platform/link/device.h"

namespace esplanade::platform {
namespace {

using net::Verdict;

/// What the socket puts in front of a frame, and wants there: which checksum is open, and whether
/// the frame is one.
using Offload = net::VirtioHeader;
constexpr std::size_t in_front = net::virtio_header_size + net::ethernet_header_size;
static_assert(in_front < net::headroom);

/// Of the system's: a frame of 802.1Q comes without its tag.
constexpr std::size_t control_size = CMSG_SPACE(sizeof(tpacket_auxdata));

auto header_of(const net::Packet& packet) noexcept
    -> std::span<std::byte, net::ethernet_header_size> {
  core::ensure(packet.begin >= in_front);
  return std::span<std::byte, net::ethernet_header_size>{
      packet.slot.subspan(packet.begin - net::ethernet_header_size, net::ethernet_header_size)};
}

auto has_tag(msghdr& message) noexcept -> bool {
  for (auto* control = CMSG_FIRSTHDR(&message); control != nullptr;
       control = CMSG_NXTHDR(&message, control)) {
    if (control->cmsg_level != SOL_PACKET || control->cmsg_type != PACKET_AUXDATA) continue;
    if (control->cmsg_len < CMSG_LEN(sizeof(tpacket_auxdata))) continue;
    tpacket_auxdata data{};
    std::memcpy(&data, CMSG_DATA(control), sizeof data);
    return (data.tp_status & TP_STATUS_VLAN_VALID) != 0;
  }
  return false;
}

}  // namespace

struct PacketPort::Messages {
  struct Slot {
    alignas(cmsghdr) std::array<std::byte, control_size> control;
    sockaddr_ll from;
    iovec octets;
    net::Packet* packet;
  };
  std::array<Slot, net::batch_max> slots{};
  std::array<mmsghdr, net::batch_max> headers{};
  std::array<Arrival, net::batch_max> arrivals{};
  std::size_t count = 0;  ///< waiting to be sent

  Messages() noexcept {
    for (std::size_t i = 0; i < slots.size(); ++i) {
      headers[i].msg_hdr.msg_iov = &slots[i].octets;
      headers[i].msg_hdr.msg_iovlen = 1;
    }
  }

  void prepare_to_receive(std::size_t index, net::Packet& packet) noexcept {
    packet.reset();
    auto& slot = slots[index];
    const auto room = packet.slot.subspan(net::headroom - in_front);
    slot.octets = {room.data(), room.size()};
    auto& message = headers[index].msg_hdr;
    message.msg_name = &slot.from;
    message.msg_namelen = sizeof slot.from;
    message.msg_control = slot.control.data();
    message.msg_controllen = slot.control.size();
    slot.from = {};
  }

  void add(net::Packet& packet) noexcept {
    auto& slot = slots[count];
    const auto frame = packet.slot.subspan(packet.begin - in_front, in_front + packet.size);
    std::ranges::fill(frame.first(net::virtio_header_size), std::byte{});  // nothing is open
    slot.octets = {frame.data(), frame.size()};
    slot.packet = &packet;
    auto& message = headers[count].msg_hdr;
    message.msg_name = nullptr;
    message.msg_namelen = 0;
    message.msg_control = nullptr;
    message.msg_controllen = 0;
    ++count;
  }

  void flush(int socket) noexcept {
    for (std::size_t at = 0; at < count;) {
      const auto sent =
          ::sendmmsg(socket, &headers[at], static_cast<unsigned>(count - at), MSG_DONTWAIT);
      if (sent > 0) {
        at += static_cast<std::size_t>(sent);
        continue;
      }
      // The error is the first message's. A device that has no room for one has none for others.
      const bool is_full = errno == EAGAIN || errno == ENOBUFS;
      const auto verdict = errno == EMSGSIZE ? Verdict::too_big : Verdict::send_failed;
      const auto end = is_full ? count : at + 1;
      for (; at < end; ++at) slots[at].packet->drop(verdict);
    }
    count = 0;
  }
};

void write_header(net::Packet& packet, const net::EthernetHeader& header) noexcept {
  net::write_ethernet(header_of(packet), header);
}

PacketPort::PacketPort(std::string name, net::MacAddress mac, UniqueFd socket)
    : name_(std::move(name)),
      mac_(mac),
      socket_(std::move(socket)),
      messages_(std::make_unique<Messages>()) {}

PacketPort::~PacketPort() = default;

auto PacketPort::open(const std::string& device, Seen seen, std::uint32_t mark)
    -> SystemResult<std::unique_ptr<PacketPort>> {
  const auto found = TRY(find_device(device));
  TRY(stop_joining(device));
  auto socket = TRY(open_packet_socket(found.index, seen, mark));
  return std::unique_ptr<PacketPort>(new PacketPort(device, found.mac, std::move(socket)));
}

auto PacketPort::read(std::span<net::Packet> into) noexcept -> std::size_t {
  auto& messages = *messages_;
  core::ensure(messages.count == 0);
  const auto wanted = std::min(into.size(), net::batch_max);
  for (std::size_t i = 0; i < wanted; ++i) messages.prepare_to_receive(i, into[i]);
  const auto got = ::recvmmsg(socket_.number(), messages.headers.data(),
                              static_cast<unsigned>(wanted), MSG_DONTWAIT, nullptr);
  const auto count = got > 0 ? static_cast<std::size_t>(got) : 0;
  for (std::size_t i = 0; i < count; ++i) accept(i, into[i], messages.headers[i].msg_len);
  return count;
}

void PacketPort::accept(std::size_t index, net::Packet& packet, std::size_t size) noexcept {
  auto& message = messages_->headers[index].msg_hdr;
  if (size < in_front) return packet.drop(Verdict::malformed);
  const auto octets = packet.slot.subspan(net::headroom - in_front);
  const auto offload = Offload::load(octets.first<net::virtio_header_size>());
  packet.size = static_cast<std::uint16_t>(std::min(size, octets.size()) - in_front);

  auto& arrival = messages_->arrivals[index];
  const auto& from = messages_->slots[index].from;
  arrival.header = net::read_ethernet(header_of(packet));
  arrival.is_to_us = from.sll_pkttype == PACKET_HOST;
  arrival.is_tagged = net::is_tag(arrival.header.type) || has_tag(message);

  if (offload.kind != 0) return packet.drop(Verdict::super_frame);
  if ((message.msg_flags & MSG_TRUNC) != 0) return packet.drop(Verdict::no_room);
  const auto frame = octets.subspan(net::virtio_header_size, size - net::virtio_header_size);
  const bool is_open = (offload.flags & Offload::needs_checksum) != 0;
  if (is_open && !net::complete_checksum(frame, offload)) packet.drop(Verdict::malformed);
}

auto PacketPort::arrival(std::size_t index) const noexcept -> const Arrival& {
  core::ensure(index < net::batch_max);
  return messages_->arrivals[index];
}

void PacketPort::write(std::span<net::Packet> packets) noexcept {
  auto& messages = *messages_;
  for (auto& packet : packets) {
    if (!packet.passes()) continue;
    if (packet.begin < in_front) {
      packet.drop(Verdict::no_room);
      continue;
    }
    if (messages.count == net::batch_max) messages.flush(socket_.number());
    messages.add(packet);
  }
  messages.flush(socket_.number());
}

}  // namespace esplanade::platform
