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
  auto whole = sa.reassembly.add(fragment, *std::move(text), context.env.now);
  return whole ? *std::move(whole) : std::nullopt;
}

auto is_of(const IkeSa& sa, const wire::Header& header) -> bool {
  return header.spis == sa.spis && header.is_from_initiator != sa.is_original_initiator;
}

/// Can it be used as things stand? What comes too early, as the first request of a responder whose
/// IKE_AUTH answer is still on its way, comes again, and must not use up its number here.
auto is_awaited(const IkeSa& sa, const wire::Header& header) -> bool {
  if (sa.is_established()) return true;
  if (std::holds_alternative<AwaitAuth>(sa.state)) return header.is_response;
  return std::holds_alternative<AwaitAuthRequest>(sa.state) && !header.is_response;
}

/// A request that was answered before gets that answer (RFC 7296, 2.1); of a fragmented one only
/// the first fragment does (RFC 7383, 2.6.1).
void answer_duplicate(const IkeSa& sa, const wire::Message& message, const net::Path& path,
                      Context& context) {
  const auto id = message.header.message_id;
  if (sa.exchanges.judge(id) != Incoming::duplicate || message.payloads.empty()) return;
  const auto* skf = std::get_if<wire::SkfPayload>(&message.payloads.back());
  const bool is_later_fragment = skf != nullptr && skf->number != 1;
  if (!is_later_fragment) send(path, *sa.exchanges.stored(id), context);
}

auto is_new(const IkeSa& sa, const wire::Header& header) -> bool {
  return header.is_response ? sa.exchanges.is_pending(header.message_id)
                            : sa.exchanges.judge(header.message_id) == Incoming::fresh;
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

/// A peer whose address changes is followed, but not by one who is himself behind a NAT and whose
/// peer is not: then it is the NAT that plays tricks (RFC 7296, 2.23; IKE2-2.23-11 to 13). This
/// message is authentic and new.
void follow(IkeSa& sa, const net::Path& path, Context& context) {
  const bool stays = sa.is_established() && sa.nat.is_ours && !sa.nat.is_theirs;
  if (sa.path == path || stays) return;
  sa.path = path;
  for (const auto& child : sa.children) {
    context.out.emplace_back(ike::Move{.child = child.id, .path = path});
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
  if (!is_of(sa, header) || !is_awaited(sa, header)) return std::nullopt;
  if (!is_new(sa, header)) {
    if (!header.is_response) answer_duplicate(sa, *message, datagram.path, context);
    return std::nullopt;
  }
  const auto whole = unwrap(sa, *message, datagram.message, context);
  if (!whole) return std::nullopt;

  sa.last_heard = context.env.now;
  follow(sa, datagram.path, context);
  if (header.is_response) {
    sa.exchanges.finish(header.message_id);
  } else {
    sa.exchanges.take(header.message_id);
    sa.asked_from = datagram.path;
  }
  return judge(header, *whole);
}

void answer_again(const IkeSa& sa, const Datagram& datagram, Context& context) {
  const auto message = wire::parse_message(datagram.message);
  if (!message || message->header.is_response || !is_of(sa, message->header)) return;
  answer_duplicate(sa, *message, datagram.path, context);
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
  send(sa.path, datagrams, context);
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
  send(sa.asked_from, datagrams, context);
  sa.exchanges.answer(asked.message_id, std::move(datagrams));
}

auto retransmit(IkeSa& sa, Context& context) -> bool {
  bool is_dead = false;
  for (const auto& due : sa.exchanges.due(context.env.now, context.env.random)) {
    if (due.again == nullptr) {
      is_dead = true;
    } else {
      send(sa.path, *due.again, context);
    }
  }
  return is_dead;
}

void send(const net::Path& path, const exchange::Datagrams& datagrams, Context& context) {
  for (const auto& message : datagrams) {
    context.out.emplace_back(Send{.path = path, .message = message});
  }
}

}  // namespace esplanade::ike::session
