#include "cli/decode/ike_names.h"
#include "cli/decode/ike_output.h"

#include <algorithm>

namespace esplanade::cli::decode {
namespace {

using namespace ike::wire;  // NOLINT(google-build-using-namespace)
using Lines = std::vector<std::string>;

constexpr std::size_t hex_shown = 40;

auto spi_text(core::Spi spi) -> std::string {
  return fmt::format("0x{:08x}", std::to_underlying(spi));
}

auto octets_text(std::size_t count) -> std::string {
  return fmt::format("{} octet{}", count, count == 1 ? "" : "s");
}

/// Short data whole, long data by its beginning; nothing for none.
auto data_text(core::View data) -> std::string {
  if (data.empty()) return {};
  if (data.size() <= hex_shown) return core::to_hex(data);
  return core::to_hex(data.first(hex_shown)) + "... " + octets_text(data.size());
}

auto joined(const Lines& words, std::string_view separator) -> std::string {
  std::string all;
  for (const auto& word : words) {
    if (!all.empty() && !word.empty()) all += separator;
    all += word;
  }
  return all;
}

auto transform_text(const sa::Transform& transform) -> std::string {
  auto text = transform_name(transform);
  if (transform.key_bits != 0) text += fmt::format("-{}", transform.key_bits);
  if (transform.has_unknown_attribute) text += " (with an unknown attribute)";
  return text;
}

auto proposal_text(const sa::Proposal& proposal) -> std::string {
  Lines transforms(proposal.transforms.size());
  std::ranges::transform(proposal.transforms, transforms.begin(), transform_text);
  return fmt::format("{} {}{}{}: {}", proposal.number, protocol_name(proposal.protocol),
                     proposal.spi.empty() ? "" : " 0x", core::to_hex(proposal.spi),
                     joined(transforms, ", "));
}

auto ports_text(const sa::PortRange& ports) -> std::string {
  if (ports.is_any()) return {};
  if (ports.first > ports.last) return "OPAQUE";
  if (ports.first == ports.last) return fmt::format("port {}", ports.first);
  return fmt::format("ports {}-{}", ports.first, ports.last);
}

auto selector_text(const sa::TrafficSelector& selector) -> std::string {
  const auto protocol = selector.protocol
                            ? name_in(iana::ip_protocols, *selector.protocol, "protocol")
                            : std::string{};
  return joined({selector.addresses.to_string(), protocol, ports_text(selector.ports)}, " ");
}

auto lines_of(const SaPayload& payload) -> Lines {
  Lines lines(payload.proposals.size());
  std::ranges::transform(payload.proposals, lines.begin(), proposal_text);
  return lines;
}
auto lines_of(const KePayload& payload) -> Lines {
  return {fmt::format("{}, {}", name_in(iana::key_exchange_ids, payload.method, "method"),
                      octets_text(payload.data.size()))};
}
auto lines_of(const IdPayload& payload) -> Lines {
  return {fmt::format("{} {}", name_in(iana::id_types, payload.id.type(), "type"),
                      payload.id.to_string())};
}
auto lines_of(const CertPayload& payload) -> Lines {
  return {fmt::format("{}, {}", name_in(iana::certificate_encodings, payload.encoding, "encoding"),
                      octets_text(payload.data.size()))};
}
auto lines_of(const CertReqPayload& payload) -> Lines {
  return {joined(
      {name_in(iana::certificate_encodings, payload.encoding, "encoding"), data_text(payload.data)},
      " ")};
}
auto lines_of(const AuthPayload& payload) -> Lines {
  return {fmt::format("{} {}", name_in(iana::auth_methods, payload.method, "method"),
                      data_text(payload.data))};
}
auto lines_of(const NoncePayload& payload) -> Lines { return {data_text(payload.data)}; }
auto lines_of(const NotifyPayload& payload) -> Lines {
  const bool is_of_none = payload.protocol == iana::SecurityProtocol::none;
  const auto spi = payload.spi.empty() ? std::string{} : "0x" + core::to_hex(payload.spi);
  return {joined(
      {name_in(iana::notify_types, payload.type, "notify"),
       is_of_none ? std::string{} : protocol_name(payload.protocol), spi, data_text(payload.data)},
      " ")};
}
auto lines_of(const DeletePayload& payload) -> Lines {
  Lines spis(payload.spis.size());
  std::ranges::transform(payload.spis, spis.begin(), spi_text);
  return {joined({protocol_name(payload.protocol), joined(spis, ", ")}, " ")};
}
auto lines_of(const VendorIdPayload& payload) -> Lines { return {data_text(payload.data)}; }
auto lines_of(const TsPayload& payload) -> Lines {
  Lines lines(payload.selectors.size());
  std::ranges::transform(payload.selectors, lines.begin(), selector_text);
  if (payload.unknown != 0) {
    lines.push_back(fmt::format("{} of types not known here", payload.unknown));
  }
  return lines;
}
auto lines_of(const CpPayload& payload) -> Lines {
  Lines lines = {name_in(iana::cfg_types, payload.type, "type")};
  for (const auto& [type, value] : payload.attributes) {
    lines.push_back(joined({fmt::format("attribute {}", type), data_text(value)}, " "));
  }
  return lines;
}
auto lines_of(const EapPayload& payload) -> Lines { return {data_text(payload.message)}; }
auto lines_of(const SkPayload& payload) -> Lines { return {octets_text(payload.body.size())}; }
auto lines_of(const SkfPayload& payload) -> Lines {
  return {fmt::format("fragment {} of {}, {}", payload.number, payload.total,
                      octets_text(payload.body.size()))};
}
auto lines_of(const UnknownPayload& payload) -> Lines {
  return {joined({payload.is_critical ? "critical" : "", data_text(payload.body)}, " ")};
}

auto direction_text(const IkeMessage& message) -> std::string_view {
  if (!message.is_ikev2()) return "message";
  return message.header.is_response ? "response" : "request";
}

}  // namespace

auto ike_summary(const IkeMessage& message) -> std::string {
  const auto& header = message.header;
  const auto version =
      message.is_ikev2() ? std::string{} : fmt::format("IKEv{} ", header.major_version);
  return fmt::format("{}{} {} {}, {:016x} {:016x}", version, exchange_name(header),
                     direction_text(message), header.message_id, std::to_underlying(header.spis.i),
                     std::to_underlying(header.spis.r));
}

auto ike_text(const IkeMessage& message) -> std::string {
  std::string text;
  for (const auto& payload : message.payloads) {
    const auto name = payload_name(type_of(payload));
    for (const auto& line : std::visit([](const auto& one) { return lines_of(one); }, payload)) {
      auto row = fmt::format("{:>18}  {}", name, line);
      row.resize(row.find_last_not_of(' ') + 1);
      text += row + '\n';
    }
  }
  return text;
}

}  // namespace esplanade::cli::decode
