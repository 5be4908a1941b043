#include "cli/decode/ike_names.h"

namespace esplanade::cli::decode {
namespace {

using iana::TransformType;

struct Ikev1Exchange {
  std::uint8_t number;
  std::string_view name;
};

// IANA, ISAKMP exchange types (RFC 2408, 3.1), and those of IKE (RFC 2409, appendix A).
constexpr auto ikev1_exchanges = std::to_array<Ikev1Exchange>({
    {1, "Base"},
    {2, "Identity Protection"},
    {3, "Authentication Only"},
    {4, "Aggressive"},
    {5, "Informational"},
    {6, "Transaction"},
    {32, "Quick Mode"},
    {33, "New Group Mode"},
});

auto ikev1_exchange_name(std::uint8_t number) -> std::string {
  const auto* const row = std::ranges::find(ikev1_exchanges, number, &Ikev1Exchange::number);
  if (row != ikev1_exchanges.end()) return std::string(row->name);
  return fmt::format("exchange {}", number);
}

}  // namespace

auto exchange_name(const ike::wire::Header& header) -> std::string {
  if (header.major_version == 1) return ikev1_exchange_name(std::to_underlying(header.exchange));
  return name_in(iana::exchange_types, header.exchange, "exchange");
}

auto payload_name(iana::PayloadType type) -> std::string {
  return name_in(iana::payload_types, type, "payload");
}

auto protocol_name(iana::SecurityProtocol protocol) -> std::string {
  return name_in(iana::security_protocols, protocol, "protocol");
}

auto transform_name(const sa::Transform& transform) -> std::string {
  const auto [type, id, key_bits, is_strange] = transform;
  switch (type) {
    case TransformType::encryption:
      return name_in(iana::encryption_ids, iana::EncryptionId{id}, "ENCR");
    case TransformType::pseudorandom_function:
      return name_in(iana::prf_ids, iana::PrfId{id}, "PRF");
    case TransformType::integrity:
      return name_in(iana::integrity_ids, iana::IntegrityId{id}, "INTEG");
    case TransformType::key_exchange_method:
      return name_in(iana::key_exchange_ids, iana::KeyExchangeId{id}, "KE");
    case TransformType::sequence_numbers:
      return name_in(iana::sequence_numbers_ids, iana::SequenceNumbersId{id}, "SN");
  }
  return fmt::format("transform {} of type {}", id, std::to_underlying(type));
}

}  // namespace esplanade::cli::decode
