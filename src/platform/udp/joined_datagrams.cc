#include "platform/udp/joined_datagrams.h"

#include <algorithm>

namespace esplanade::platform {

JoinedDatagrams::JoinedDatagrams() : buffers_(messages * longest) {
  for (std::size_t i = 0; i < messages; ++i) {
    auto& slot = slots_[i];
    auto& message = headers_[i].msg_hdr;
    slot.octets = {buffers_.data() + i * longest, longest};
    message.msg_iov = &slot.octets;
    message.msg_iovlen = 1;
    message.msg_name = slot.address.octets.data();
    message.msg_control = slot.control.data();
  }
}

auto JoinedDatagrams::fetch(const UniqueFd& socket) noexcept -> bool {
  for (auto& header : headers_) {
    header.msg_hdr.msg_namelen = sizeof slots_[0].address.octets;
    header.msg_hdr.msg_controllen = control_size;
  }
  const auto got = ::recvmmsg(socket.number(), headers_.data(), messages, MSG_DONTWAIT, nullptr);
  count_ = got > 0 ? static_cast<std::size_t>(got) : 0;
  at_ = 0;
  if (count_ != 0) begin_message();
  return count_ != 0;
}

void JoinedDatagrams::begin_message() noexcept {
  const auto& [message, size] = headers_[at_];
  rest_ = core::View{buffers_}.subspan(at_ * longest, size);
  const auto segment_size = read_segment_size(message);
  segment_size_ = segment_size == 0 ? rest_.size() : segment_size;
  envelope_ = read_envelope(message);
}

void JoinedDatagrams::take(net::Packet& packet) noexcept {
  const auto room = packet.reset();
  const auto octets = rest_.first(std::min(segment_size_, rest_.size()));
  const auto taken = octets.first(std::min(octets.size(), room.size()));
  core::copy(taken, room);
  packet.size = static_cast<std::uint16_t>(taken.size());
  if (taken.size() < octets.size()) packet.drop(net::Verdict::no_room);
  rest_ = rest_.subspan(octets.size());
  if (!rest_.empty()) return;
  if (++at_ < count_) begin_message();
}

}  // namespace esplanade::platform
