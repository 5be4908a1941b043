#include "ike/session/traffic.h"

#include <algorithm>

namespace esplanade::ike::session {
namespace {

using exchange::Incoming;
using iana::ExchangeType;
using iana::NotifyType;

/// Octets of a message that fits, with its IP and UDP headers, into fragment_size.
auto largest_datagram(const IkeSa& sa, const EndpointOptions& options) -> std::size_t {
  const auto ip = sa.path.theirs.address.family() == net::Family::ipv6 ? 40U : 20U;
  constexpr std::size_t udp_and_marker = 8 + 4;
  return options.fragment_size - ip - udp_and_marker;
}

auto sends_fragments(const IkeSa& sa) -> bool {
  using policy::Fragmentation;
  if (!sa.has_fragmentation || !sa.connection) return sa.has_fragmentation;
  return sa.connection->fragmentation == Fragmentation::yes ||
         sa.connection->fragmentation == Fragmentation::force;
}

auto seal(IkeSa& sa, const wire::Header& header, const wire::Payloads& payloads, Context& context)
    -> exchange::Datagrams {
  const auto protection = keys::Protection{.provider = context.env.crypto,
                                           .suite = sa.suite,
                                           .keys = sa.our_keys(),
                                           .counter = sa.send_counter};
  auto& random = context.env.random;
  if (!sends_fragments(sa)) return {keys::seal(header, payloads, protection, random)};
  return keys::seal_in_fragments(header, payloads, protection, random,
                                 largest_datagram(sa, context.options));
}

auto open(const IkeSa& sa, core::View message, core::View body, Context& context)
    -> core::Result<core::Bytes> {
  return keys::open(message, body, sa.suite, sa.their_keys(), context.env.crypto);
}

/// The chain of payloads inside, once all of it is there.
auto unwrap(IkeSa& sa, const wire::Message& message, core::View octets, Context& context)
    -> std::optional<exchange::Whole> {
  if (message.payloads.empty()) return std::nullopt;
  const auto& last = message.payloads.back();
  if (const auto* sk = std::get_if<wire::SkPayload>(&last)) {
    auto chain = open(sa, octets, sk->body, context);
    if (!chain) return std::nullopt;
    return exchange::Whole{.first_inner = sk->first_inner, .chain = *std::move(chain)};
  }
  const auto* skf = std::get_if<wire::SkfPayload>(&last);
  if (skf == nullptr || !sa.has_fragmentation) return std::nullopt;
  const auto fragment = exchange::Fragment{.message_id = message.header.message_id,
                                           .is_response = message.header.is_response,
                                           .number = skf->number,
                                           .total = skf->total,
                                           .first_inner = skf->first_inner};
  if (sa.reassembly.has(fragment)) return std::nullopt;
  auto text = open(sa, octets, skf->body, context);
  if (!text) return std::nullopt;
  auto whole = sa.reassembly.add(fragment, *std::move(text));
  return whole ? *std::move(whole) : std::nullopt;
}

/// Is anything to be done about this number? Answers what was answered before.
auto admits(const IkeSa& sa, const wire::Message& message, Context& context) -> bool {
  const auto id = message.header.message_id;
  if (message.header.is_response) return sa.exchanges.is_pending(id);
  const auto incoming = sa.exchanges.judge(id);
  if (incoming == Incoming::fresh) return true;
  // Of a fragmented request only the first fragment is answered (RFC 7383, 2.6.1).
  const auto* skf = message.payloads.empty()
                        ? nullptr
                        : std::get_if<wire::SkfPayload>(&message.payloads.back());
  const bool is_later_fragment = skf != nullptr && skf->number != 1;
  if (incoming == Incoming::duplicate && !is_later_fragment) {
    send(sa, *sa.exchanges.stored(id), context);
  }
  return false;
}

auto unusable(const wire::Header& header, NotifyType type, core::Bytes data = {})
    -> std::unexpected<Unusable> {
  return std::unexpected(Unusable{.header = header, .answer = notify(type, std::move(data))});
}

auto judge(const wire::Header& header, const exchange::Whole& whole)
    -> std::expected<Received, Unusable> {
  auto payloads = wire::parse_payloads(whole.first_inner, whole.chain);
  if (!payloads) return unusable(header, NotifyType::invalid_syntax);
  const auto grammar = wire::check_grammar(header.exchange, header.is_response, *payloads);
  if (!grammar) {
    const auto& fault = grammar.error();
    if (fault.answer != NotifyType::unsupported_critical_payload) {
      return unusable(header, fault.answer);
    }
    return unusable(header, fault.answer,
                    {static_cast<std::byte>(std::to_underlying(fault.payload))});
  }
  return Received{.header = header, .payloads = *std::move(payloads)};
}

/// A peer whose address changes is followed, but not by one who is himself behind a NAT
/// (RFC 7296, 2.23; IKE2-2.23-11 to 13): this message is authentic and new.
void follow(IkeSa& sa, const net::Path& path, Context& context) {
  const bool stays = sa.is_established() && sa.nat.is_ours && !sa.nat.is_theirs;
  if (sa.path == path || stays) return;
  sa.path = path;
  for (const auto& child : sa.children) {
    context.out.push_back(ike::Move{.child = child.id, .path = path});
  }
}

}  // namespace

auto notify(NotifyType type, core::Bytes data) -> wire::NotifyPayload {
  return {.protocol = {}, .spi = {}, .type = type, .data = std::move(data)};
}

auto receive(IkeSa& sa, const Datagram& datagram, Context& context)
    -> std::optional<std::expected<Received, Unusable>> {
  const auto message = wire::parse_message(datagram.message);
  if (!message) return std::nullopt;
  const auto& header = message->header;
  if (header.spis != sa.spis || header.is_from_initiator == sa.is_original_initiator) {
    return std::nullopt;
  }
  if (!admits(sa, *message, context)) return std::nullopt;
  const auto whole = unwrap(sa, *message, datagram.message, context);
  if (!whole) return std::nullopt;

  sa.last_heard = context.env.now;
  follow(sa, datagram.path, context);
  if (header.is_response) {
    sa.exchanges.finish(header.message_id);
  } else {
    sa.exchanges.take(header.message_id);
  }
  return judge(header, *whole);
}

auto request(IkeSa& sa, ExchangeType exchange, const wire::Payloads& payloads, Context& context)
    -> std::uint32_t {
  const auto id = sa.exchanges.next_id();
  auto datagrams = seal(sa,
                        {.spis = sa.spis,
                         .exchange = exchange,
                         .is_from_initiator = sa.is_original_initiator,
                         .message_id = id},
                        payloads, context);
  send(sa, datagrams, context);
  sa.exchanges.start(id, std::move(datagrams), context.env.now, context.env.random);
  return id;
}

void respond(IkeSa& sa, const wire::Header& asked, const wire::Payloads& payloads,
             Context& context) {
  auto datagrams = seal(sa,
                        {.spis = sa.spis,
                         .exchange = asked.exchange,
                         .is_from_initiator = sa.is_original_initiator,
                         .is_response = true,
                         .message_id = asked.message_id},
                        payloads, context);
  send(sa, datagrams, context);
  sa.exchanges.answer(asked.message_id, std::move(datagrams));
}

auto retransmit(IkeSa& sa, Context& context) -> bool {
  bool is_dead = false;
  for (const auto& due : sa.exchanges.due(context.env.now, context.env.random)) {
    if (due.again == nullptr) {
      is_dead = true;
    } else {
      send(sa, *due.again, context);
    }
  }
  return is_dead;
}

void send(const IkeSa& sa, const exchange::Datagrams& datagrams, Context& context) {
  for (const auto& message : datagrams) {
    context.out.push_back(Send{.path = sa.path, .message = message});
  }
}

}  // namespace esplanade::ike::session
