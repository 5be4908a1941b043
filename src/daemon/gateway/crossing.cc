#include "daemon/gateway/crossing.h"

#include "pipeline/bridge/hop_limit.h"

#include <algorithm>

namespace esplanade::daemon {
namespace {

using net::EtherType;
using net::Verdict;
using pipeline::Shown;

void use(config::FrameUse use, net::Packet& frame) noexcept {
  if (use == config::FrameUse::discard) frame.drop(Verdict::other_frame);
}

auto destination_of(const net::Packet& packet) noexcept -> std::optional<net::Address> {
  const auto datagram = net::Datagram::parse(packet.bytes());
  return datagram ? std::optional(datagram->dst) : std::nullopt;
}

auto is_named_by(EtherType type, net::Family family) noexcept -> bool {
  return type == (family == net::Family::ipv4 ? EtherType::ipv4 : EtherType::ipv6);
}

}  // namespace

Crossing::Crossing(Ports ports, const config::Gateway& settings, pipeline::NoticeSink& notices)
    : ports_(std::move(ports)),
      settings_(settings),
      clear_(notices),
      question_(net::headroom + net::question_size, 1) {}

auto Crossing::read_inside(std::span<net::Packet> room, core::Time now) noexcept -> Taken {
  const auto batch = room.first(ports_.inside->read(room));
  const auto count = sort(batch, Side::inside, now);
  send_frames(batch.subspan(count), *ports_.outside);
  return {batch.size(), batch.first(count)};
}

auto Crossing::serve_outside(const pipeline::Tables& tables, std::span<net::Packet> room,
                             core::Time now) noexcept -> bool {
  const auto batch = room.first(ports_.outside->read(room));
  const auto count = sort(batch, Side::outside, now);
  send_frames(batch.subspan(count), *ports_.inside);
  const auto datagrams = batch.first(count);
  clear_.run(tables, datagrams, now);
  ports_.inside->write(datagrams);
  clear_.account(datagrams);
  return !batch.empty();
}

auto Crossing::sort(std::span<net::Packet> batch, Side from, core::Time now) noexcept
    -> std::size_t {
  const auto& port = from == Side::inside ? *ports_.inside : *ports_.outside;
  std::size_t count = 0;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (is_for_policy(batch[i], port.arrival(i), from, now)) std::swap(batch[count++], batch[i]);
  }
  return count;
}

auto Crossing::is_for_policy(net::Packet& packet, const platform::Arrival& arrival, Side from,
                             core::Time now) noexcept -> bool {
  if (!packet.passes()) return true;  // to be counted and noted
  const auto type = arrival.header.type;
  // What a tag hides is not looked into, and must not get round policy by it.
  if (arrival.is_tagged) {
    packet.drop(Verdict::other_frame);
    return false;
  }
  if (type == EtherType::ipv4 || type == EtherType::ipv6) {
    return is_datagram_for_policy(packet, arrival, from, now);
  }
  if (type == EtherType::arp && from == Side::inside) {
    if (const auto sender = net::sender_of_arp(packet.bytes())) {
      neighbours_.learn(*sender, Shown::said, now);
    }
  }
  use(type == EtherType::arp ? settings_.arp : settings_.other_frames, packet);
  if (arrival.is_to_us) packet.drop(Verdict::not_for_us);
  return false;
}

auto Crossing::is_datagram_for_policy(net::Packet& packet, const platform::Arrival& arrival,
                                      Side from, core::Time now) noexcept -> bool {
  const auto datagram = net::Datagram::parse(packet.bytes());
  if (!datagram || !is_named_by(arrival.header.type, datagram->family)) {
    packet.drop(Verdict::malformed);
    return true;
  }
  packet.pop_back(packet.size - datagram->total_length);  // what short frames are padded with
  const bool is_discovery = net::is_neighbour_discovery(*datagram, packet.bytes());
  if (from == Side::inside) {
    const auto shown = is_discovery ? Shown::said : Shown::used;
    neighbours_.learn({datagram->src, arrival.header.src}, shown, now);
  }
  if (from == Side::inside && is_discovery) {
    learn_advertised(*datagram, packet, arrival.header.src, now);
  }
  if (arrival.is_to_us) packet.drop(Verdict::not_for_us);
  if (is_discovery && packet.passes()) use(settings_.neighbour_discovery, packet);
  return !is_discovery;
}

void Crossing::learn_advertised(const net::Datagram& datagram, const net::Packet& packet,
                                const net::MacAddress& src, core::Time now) noexcept {
  if (const auto about = net::advertised_in(datagram, packet.bytes())) {
    neighbours_.learn({*about, src}, Shown::said, now);
  }
}

/// What is to this port's own address is an answer to its questions, and no loss.
void Crossing::send_frames(std::span<net::Packet> frames, net::Port& to) noexcept {
  to.write(frames);
  for (const auto& frame : frames) {
    if (frame.verdict != Verdict::not_for_us) frames_.count(frame.verdict);
  }
}

auto Crossing::is_ours(const net::Packet& packet) const noexcept -> bool {
  if (!packet.passes()) return false;
  const auto dst = destination_of(packet);
  return dst && std::ranges::binary_search(ours_, *dst);
}

void Crossing::deliver(std::span<net::Packet> batch, Origin origin, net::Port& system,
                       core::Time now) noexcept {
  for (std::size_t i = 0; i < batch.size();) {
    const bool is_system = is_ours(batch[i]);
    auto end = i + 1;
    while (end < batch.size() && is_ours(batch[end]) == is_system) ++end;
    const auto run = batch.subspan(i, end - i);
    if (is_system) {
      system.write(run);
    } else {
      for (auto& packet : run) address(packet, origin, now);
      ports_.inside->write(run);
    }
    i = end;
  }
}

void Crossing::address(net::Packet& packet, Origin origin, core::Time now) noexcept {
  if (!packet.passes()) return;
  const auto dst = destination_of(packet);
  if (!dst) return packet.drop(Verdict::malformed);
  const auto group = net::group_mac(*dst);
  if (!group && neighbours_.asks(*dst, now)) ask_for(*dst);
  const auto mac = group ? group : neighbours_.find(*dst, now);
  if (!mac) return packet.drop(Verdict::no_neighbour);
  if (origin == Origin::opened && !pipeline::lower_hop_limit(packet.bytes())) {
    return packet.drop(Verdict::hop_limit_over);
  }
  const bool is_ipv4 = dst->family() == net::Family::ipv4;
  platform::write_header(packet,
                         {*mac, ports_.inside->mac(), is_ipv4 ? EtherType::ipv4 : EtherType::ipv6});
}

/// An answer may be lost, and so may a question: it is asked again.
void Crossing::ask_for(const net::Address& wanted) noexcept {
  std::array<std::byte, net::question_size> frame{};
  const auto size = net::write_question(wanted, ports_.inside->mac(), frame);
  const auto question = core::View{frame}.first(size);
  auto& packet = question_.packets()[0];
  packet.reset();
  const auto body = question.subspan(net::ethernet_header_size);
  core::copy(body, packet.push_back(body.size()));
  platform::write_header(packet, net::read_ethernet(question.first<net::ethernet_header_size>()));
  ports_.inside->write(question_.packets());
}

}  // namespace esplanade::daemon
