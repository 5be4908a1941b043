#include "platform/message_batch.h"

#include <algorithm>

namespace esplanade::platform {

MessageBatch::MessageBatch() noexcept {
  for (std::size_t i = 0; i < net::batch_max; ++i) {
    auto& message = headers_[i].msg_hdr;
    message.msg_name = slots_[i].address.octets.data();
    message.msg_control = slots_[i].control.data();
  }
}

void MessageBatch::prepare_to_receive(std::size_t index, net::Packet& packet) noexcept {
  const auto room = packet.reset();
  pieces_[index] = {room.data(), room.size()};
  auto& message = headers_[index].msg_hdr;
  message.msg_iov = &pieces_[index];
  message.msg_iovlen = 1;
  message.msg_namelen = sizeof slots_[index].address.octets;
  message.msg_controllen = control_size;
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
  return read_envelope(headers_[index].msg_hdr);
}

void MessageBatch::add(net::Packet& packet, core::View octets, const Endpoint& to) noexcept {
  core::ensure(!is_full());
  if (is_link_local(to.address)) return packet.drop(net::Verdict::send_failed);
  auto& slot = slots_[count_];
  auto& message = headers_[count_].msg_hdr;
  slot.first = piece_count_;
  slot.envelope.reset();
  slot.is_closed = true;
  slot.address = to_socket_address(to);
  message.msg_namelen = slot.address.size;
  message.msg_controllen = 0;
  message.msg_iov = &pieces_[piece_count_];
  message.msg_iovlen = 0;
  ++count_;
  add_piece(packet, octets);
}

void MessageBatch::add_piece(net::Packet& packet, core::View octets) noexcept {
  pieces_[piece_count_] = {const_cast<std::byte*>(octets.data()), octets.size()};  // only read
  packets_[piece_count_] = &packet;
  ++piece_count_;
  ++headers_[count_ - 1].msg_hdr.msg_iovlen;
}

void MessageBatch::add(net::Packet& packet, core::View octets, const Envelope& envelope) noexcept {
  core::ensure(!is_full());
  if (join(packet, octets, envelope)) return;
  add(packet, octets, envelope.theirs);
  if (!packet.passes()) return;
  auto& slot = slots_[count_ - 1];
  slot.envelope = envelope;
  slot.segment_size = slot.octets = octets.size();
  slot.is_closed = octets.empty();
  write_envelope(headers_[count_ - 1].msg_hdr, envelope);
}

auto MessageBatch::join(net::Packet& packet, core::View octets, const Envelope& envelope) noexcept
    -> bool {
  if (count_ == 0) return false;
  auto& slot = slots_[count_ - 1];
  if (slot.is_closed || octets.size() > slot.segment_size || octets.empty()) return false;
  if (slot.octets + octets.size() > most_octets || slot.envelope != envelope) return false;
  if (piece_count_ - slot.first == most_segments) return false;
  add_piece(packet, octets);
  slot.octets += octets.size();
  slot.is_closed = octets.size() < slot.segment_size;
  return true;
}

void MessageBatch::flush(const UniqueFd& socket) noexcept {
  for (std::size_t i = 0; i < count_; ++i) {
    if (headers_[i].msg_hdr.msg_iovlen == 1) continue;
    write_segment_size(headers_[i].msg_hdr, static_cast<std::uint16_t>(slots_[i].segment_size));
  }
  for (std::size_t at = 0; at < count_;) {
    const auto sent = ::sendmmsg(socket.number(), &headers_[at], static_cast<unsigned>(count_ - at),
                                 MSG_DONTWAIT);
    if (sent > 0) {
      at += static_cast<std::size_t>(sent);
      continue;
    }
    // The error is the first message's; those before it were reported as sent.
    if (errno == EAGAIN) {
      for (; at < count_; ++at) drop(at, net::Verdict::send_failed);
    } else if (headers_[at].msg_hdr.msg_iovlen > 1) {
      send_apart(socket, at++);
    } else {
      drop(at++, errno == EMSGSIZE ? net::Verdict::too_big : net::Verdict::send_failed);
    }
  }
  count_ = piece_count_ = 0;
}

void MessageBatch::send_apart(const UniqueFd& socket, std::size_t at) noexcept {
  auto& slot = slots_[at];
  auto message = headers_[at].msg_hdr;
  const auto count = message.msg_iovlen;
  write_envelope(message, *slot.envelope);
  message.msg_iovlen = 1;
  for (std::size_t i = 0; i < count; ++i) {
    message.msg_iov = &pieces_[slot.first + i];
    if (::sendmsg(socket.number(), &message, MSG_DONTWAIT) >= 0) continue;
    packets_[slot.first + i]->drop(errno == EMSGSIZE ? net::Verdict::too_big
                                                     : net::Verdict::send_failed);
  }
}

void MessageBatch::drop(std::size_t at, net::Verdict verdict) noexcept {
  const auto first = slots_[at].first;
  for (std::size_t i = 0; i < headers_[at].msg_hdr.msg_iovlen; ++i) {
    packets_[first + i]->drop(verdict);
  }
}

}  // namespace esplanade::platform
