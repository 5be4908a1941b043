#include "cli/decode/ike_names.h"
#include "cli/decode/ike_output.h"

#include <nlohmann/json.hpp>

namespace esplanade::cli::decode {
namespace {

using namespace ike::wire;  // NOLINT(google-build-using-namespace)
using Json = nlohmann::ordered_json;

auto spi_text(ike::IkeSpi spi) -> std::string {
  return fmt::format("{:016x}", std::to_underlying(spi));
}

auto hex_or_null(core::View octets) -> Json {
  return octets.empty() ? Json{} : Json("0x" + core::to_hex(octets));
}

auto json_of(const sa::Transform& transform) -> Json {
  return {{"type", name_in(iana::transform_types, transform.type, "type")},
          {"id", transform.id},
          {"name", transform_name(transform)},
          {"key_bits", transform.key_bits == 0 ? Json{} : Json(transform.key_bits)},
          {"has_unknown_attribute", transform.has_unknown_attribute}};
}

auto json_of(const sa::Proposal& proposal) -> Json {
  Json transforms = Json::array();
  for (const auto& transform : proposal.transforms) transforms.push_back(json_of(transform));
  return {{"number", proposal.number},
          {"protocol", protocol_name(proposal.protocol)},
          {"spi", hex_or_null(proposal.spi)},
          {"transforms", std::move(transforms)}};
}

auto json_of(const sa::TrafficSelector& selector) -> Json {
  const auto& [addresses, protocol, ports] = selector;
  return {{"first", addresses.first().to_string()},
          {"last", addresses.last().to_string()},
          {"protocol", protocol ? Json(std::to_underlying(*protocol)) : Json{}},
          {"first_port", ports.first},
          {"last_port", ports.last}};
}

/// What a payload has besides its type.
auto fields_of(const SaPayload& payload) -> Json {
  Json proposals = Json::array();
  for (const auto& proposal : payload.proposals) proposals.push_back(json_of(proposal));
  return {{"proposals", std::move(proposals)}};
}
auto fields_of(const KePayload& payload) -> Json {
  return {{"method", name_in(iana::key_exchange_ids, payload.method, "method")},
          {"data", core::to_hex(payload.data)}};
}
auto fields_of(const IdPayload& payload) -> Json {
  return {{"id_type", name_in(iana::id_types, payload.id.type(), "type")},
          {"id", payload.id.to_string()},
          {"data", core::to_hex(payload.id.data())}};
}
auto fields_of(const CertPayload& payload) -> Json {
  return {{"encoding", name_in(iana::certificate_encodings, payload.encoding, "encoding")},
          {"data", core::to_hex(payload.data)}};
}
auto fields_of(const CertReqPayload& payload) -> Json {
  return {{"encoding", name_in(iana::certificate_encodings, payload.encoding, "encoding")},
          {"data", core::to_hex(payload.data)}};
}
auto fields_of(const AuthPayload& payload) -> Json {
  return {{"method", name_in(iana::auth_methods, payload.method, "method")},
          {"data", core::to_hex(payload.data)}};
}
auto fields_of(const NoncePayload& payload) -> Json {
  return {{"data", core::to_hex(payload.data)}};
}
auto fields_of(const NotifyPayload& payload) -> Json {
  return {{"notify", name_in(iana::notify_types, payload.type, "notify")},
          {"number", std::to_underlying(payload.type)},
          {"protocol", protocol_name(payload.protocol)},
          {"spi", hex_or_null(payload.spi)},
          {"data", core::to_hex(payload.data)}};
}
auto fields_of(const DeletePayload& payload) -> Json {
  Json spis = Json::array();
  for (const auto spi : payload.spis) {
    spis.push_back(fmt::format("0x{:08x}", std::to_underlying(spi)));
  }
  return {{"protocol", protocol_name(payload.protocol)}, {"spis", std::move(spis)}};
}
auto fields_of(const VendorIdPayload& payload) -> Json {
  return {{"data", core::to_hex(payload.data)}};
}
auto fields_of(const TsPayload& payload) -> Json {
  Json selectors = Json::array();
  for (const auto& selector : payload.selectors) selectors.push_back(json_of(selector));
  return {{"selectors", std::move(selectors)}, {"unknown", payload.unknown}};
}
auto fields_of(const CpPayload& payload) -> Json {
  Json attributes = Json::array();
  for (const auto& [type, value] : payload.attributes) {
    attributes.push_back(Json{{"attribute", type}, {"value", core::to_hex(value)}});
  }
  return {{"cfg_type", name_in(iana::cfg_types, payload.type, "type")},
          {"attributes", std::move(attributes)}};
}
auto fields_of(const EapPayload& payload) -> Json {
  return {{"data", core::to_hex(payload.message)}};
}
auto fields_of(const SkPayload& payload) -> Json { return {{"octets", payload.body.size()}}; }
auto fields_of(const SkfPayload& payload) -> Json {
  return {{"number", payload.number}, {"total", payload.total}, {"octets", payload.body.size()}};
}
auto fields_of(const UnknownPayload& payload) -> Json {
  return {{"is_critical", payload.is_critical}, {"data", core::to_hex(payload.body)}};
}

auto json_of(const Payload& payload) -> Json {
  Json object{{"type", payload_name(type_of(payload))}};
  object.update(std::visit([](const auto& one) { return fields_of(one); }, payload));
  return object;
}

}  // namespace

auto ike_json(const IkeMessage& message) -> std::string {
  const auto& header = message.header;
  // Other versions have other flags in their place, and their payloads are not read.
  const bool is_read = message.is_ikev2();
  Json payloads = Json::array();
  for (const auto& payload : message.payloads) payloads.push_back(json_of(payload));
  const Json object{{"spi_i", spi_text(header.spis.i)},
                    {"spi_r", spi_text(header.spis.r)},
                    {"version", fmt::format("{}.{}", header.major_version, header.minor_version)},
                    {"exchange", exchange_name(header)},
                    {"is_response", is_read ? Json(header.is_response) : Json{}},
                    {"is_from_initiator", is_read ? Json(header.is_from_initiator) : Json{}},
                    {"message_id", header.message_id},
                    {"length", header.length},
                    {"payloads", is_read ? std::move(payloads) : Json{}}};
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace esplanade::cli::decode
