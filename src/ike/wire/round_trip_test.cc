// parse(write(m)) == m for messages of every shape, and none of them is taken when it is cut.
#include "ike/wire/wire_test_support.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace esplanade::ike::wire {
namespace {

using iana::PayloadType;

auto octets(std::size_t size) -> core::Bytes {
  const auto numbers =
      *rc::gen::container<std::vector<std::uint8_t>>(size, rc::gen::arbitrary<std::uint8_t>());
  core::Bytes bytes(numbers.size());
  std::ranges::transform(numbers, bytes.begin(), [](auto number) { return std::byte{number}; });
  return bytes;
}
auto any_octets() -> core::Bytes { return octets(*rc::gen::inRange<std::size_t>(0, 40)); }

template <class T>
auto number() -> T {
  return *rc::gen::arbitrary<T>();
}
template <class E>
auto any_of_enum() -> E {
  return E{number<std::underlying_type_t<E>>()};
}
auto yes_or_no() -> bool { return *rc::gen::arbitrary<bool>(); }
auto up_to(std::size_t most) -> std::size_t { return *rc::gen::inRange<std::size_t>(0, most + 1); }

auto any_transform() -> sa::Transform {
  return {.type = any_of_enum<iana::TransformType>(),
          .id = number<std::uint16_t>(),
          .key_bits = number<std::uint16_t>()};
}

auto any_proposal(std::size_t index) -> sa::Proposal {
  using iana::SecurityProtocol;
  sa::Proposal proposal{.number = static_cast<std::uint8_t>(index + 1)};
  proposal.protocol =
      *rc::gen::element(SecurityProtocol::ike, SecurityProtocol::ah, SecurityProtocol::esp);
  const bool is_ike = proposal.protocol == SecurityProtocol::ike;
  proposal.spi = octets(is_ike ? (yes_or_no() ? 8 : 0) : 4);
  for (std::size_t i = up_to(5) + 1; i > 0; --i) proposal.transforms.push_back(any_transform());
  return proposal;
}

auto any_sa() -> Payload {
  SaPayload payload;
  for (std::size_t i = up_to(3) + 1; i > 0; --i) {
    payload.proposals.push_back(any_proposal(payload.proposals.size()));
  }
  return payload;
}

auto any_range() -> net::Range {
  const std::size_t size = yes_or_no() ? 4 : 16;
  const auto a = net::Address{octets(size)};
  const auto b = net::Address{octets(size)};
  return {std::min(a, b), std::max(a, b)};
}

auto any_ports() -> sa::PortRange {
  if (yes_or_no()) return {.first = 65535, .last = 0};
  const auto a = number<std::uint16_t>();
  const auto b = number<std::uint16_t>();
  return {.first = std::min(a, b), .last = std::max(a, b)};
}

auto any_ts() -> Payload {
  TsPayload payload{.is_initiator = yes_or_no()};
  for (std::size_t i = up_to(3) + 1; i > 0; --i) {
    sa::TrafficSelector selector{.addresses = any_range(), .protocol = {}, .ports = any_ports()};
    if (yes_or_no()) selector.protocol = iana::IpProtocol{*rc::gen::inRange<std::uint8_t>(1, 255)};
    payload.selectors.push_back(selector);
  }
  return payload;
}

auto any_id() -> Payload {
  IdPayload payload{.is_initiator = yes_or_no()};
  const auto type = *rc::gen::element(iana::IdType::id_fqdn, iana::IdType::id_ipv6_addr,
                                      iana::IdType::id_key_id, iana::IdType{200});
  const bool is_address = type == iana::IdType::id_ipv6_addr;
  payload.id = {type, is_address ? octets(16) : any_octets()};
  core::copy(octets(3), payload.reserved);
  return payload;
}

auto any_notify() -> Payload {
  using iana::SecurityProtocol;
  NotifyPayload payload{.protocol = *rc::gen::element(SecurityProtocol::none, SecurityProtocol::ike,
                                                      SecurityProtocol::esp),
                        .type = any_of_enum<iana::NotifyType>(),
                        .data = any_octets()};
  if (payload.protocol == SecurityProtocol::esp) payload.spi = octets(4);
  return payload;
}

auto any_delete() -> Payload {
  if (yes_or_no()) return DeletePayload{.protocol = iana::SecurityProtocol::ike};
  DeletePayload payload{.protocol = iana::SecurityProtocol::ah};
  for (std::size_t i = up_to(5); i > 0; --i) {
    payload.spis.emplace_back(core::Spi{number<std::uint32_t>()});
  }
  return payload;
}

auto any_cp() -> Payload {
  CpPayload payload{.type = any_of_enum<iana::CfgType>()};
  for (std::size_t i = up_to(4); i > 0; --i) {
    // From 16 on the registry does not say how long a value is.
    payload.attributes.push_back(
        {.type = *rc::gen::inRange<std::uint16_t>(16, 0x7fff), .value = any_octets()});
  }
  return payload;
}

auto any_eap() -> Payload {
  auto message = any_octets();
  message.insert(message.begin(), 4, std::byte{1});
  core::store_be(static_cast<std::uint16_t>(message.size()), core::MutableView{message}, 2);
  return EapPayload{.message = std::move(message)};
}

auto any_small() -> Payload {
  const auto method = any_of_enum<iana::KeyExchangeId>();
  switch (up_to(6)) {
    case 0: return KePayload{.method = method, .data = any_octets()};
    case 1: return CertPayload{.encoding = iana::CertificateEncoding::crl, .data = any_octets()};
    case 2:
      return CertReqPayload{.encoding = iana::CertificateEncoding::x509_signature,
                            .data = octets(20 * up_to(3))};
    case 3: return AuthPayload{.method = iana::AuthMethod{14}, .data = any_octets()};
    case 4: return NoncePayload{.data = octets(16 + up_to(240))};
    case 5: return VendorIdPayload{.data = any_octets()};
    default:
      return UnknownPayload{
          .type = PayloadType{200}, .is_critical = yes_or_no(), .body = any_octets()};
  }
}

auto any_payload() -> Payload {
  constexpr auto makers = std::to_array<Payload (*)()>(
      {any_sa, any_ts, any_id, any_notify, any_delete, any_cp, any_eap, any_small});
  return makers[up_to(makers.size() - 1)]();
}

auto any_message() -> Message {
  Message message;
  auto& header = message.header;
  header.spis = {IkeSpi{*rc::gen::nonZero<std::uint64_t>()}, any_of_enum<IkeSpi>()};
  header.minor_version = static_cast<std::uint8_t>(up_to(15));
  header.exchange = any_of_enum<iana::ExchangeType>();
  header.is_from_initiator = yes_or_no();
  header.is_higher_version = yes_or_no();
  header.is_response = yes_or_no();
  header.message_id = number<std::uint32_t>();
  for (std::size_t i = up_to(5); i > 0; --i) message.payloads.push_back(any_payload());
  return message;
}

RC_GTEST_PROP(RoundTrip, gives_back_every_message, ()) {
  const auto message = any_message();
  const auto written = write_message(message.header, message.payloads);

  const auto parsed = parse_message(written).value();

  auto expected = message.header;
  expected.next_payload = first_type(message.payloads);
  expected.length = static_cast<std::uint32_t>(written.size());
  RC_ASSERT(parsed.header == expected);
  RC_ASSERT(parsed.payloads == message.payloads);
  RC_ASSERT(write_message(parsed.header, parsed.payloads) == written);
}

RC_GTEST_PROP(RoundTrip, refuses_every_message_that_is_cut, ()) {
  const auto message = any_message();
  auto cut = write_message(message.header, message.payloads);
  cut.resize(up_to(cut.size() - 1));

  RC_ASSERT(!parse_message(cut));
  if (cut.size() < header_size) return;
  core::store_be(static_cast<std::uint32_t>(cut.size()), core::MutableView{cut}, 24);
  RC_ASSERT(!parse_message(cut));
}

RC_GTEST_PROP(RoundTrip, survives_every_changed_octet, ()) {
  const auto message = any_message();
  auto changed = write_message(message.header, message.payloads);
  changed[up_to(changed.size() - 1)] ^= std::byte{*rc::gen::inRange<std::uint8_t>(1, 255)};

  const auto parsed = parse_message(changed);

  if (parsed) RC_ASSERT(parsed->payloads.size() <= 128);
}

}  // namespace
}  // namespace esplanade::ike::wire
