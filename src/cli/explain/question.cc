#include "cli/explain/explanation.h"
#include "config/check/values.h"

#include <fmt/format.h>

namespace esplanade::cli::explain {
namespace {

using iana::IpProtocol;

template <class T>
using Answer = std::expected<T, std::string>;

auto address_of(std::string_view text, std::string_view option) -> Answer<net::Address> {
  const auto address = net::Address::parse(text);
  if (address) return *address;
  return std::unexpected(fmt::format("{}: `{}` is no address", option, text));
}

/// By the words of traffic selectors.
auto protocol_of(const Question& question) -> Answer<IpProtocol> {
  const auto text = fmt::format("0.0.0.0/0[{}]", question.protocol);
  const auto selector = config::check::parse_selector_templates(text);
  if (selector && selector->size() == 1 && selector->front().protocol) {
    return *selector->front().protocol;
  }
  return std::unexpected(fmt::format("--proto: `{}` is no protocol", question.protocol));
}

auto is_icmp(IpProtocol protocol) -> bool {
  return protocol == IpProtocol::icmp || protocol == IpProtocol::icmpv6;
}

/// Type and code as one number, as packets have them (net::Ports).
auto icmp_number(std::string_view text) -> Answer<std::uint16_t> {
  const auto slash = std::min(text.find('/'), text.size());
  const auto type = config::check::parse_number(text.substr(0, slash), 0, 255);
  const auto rest = slash == text.size() ? std::string_view("0") : text.substr(slash + 1);
  const auto code = config::check::parse_number(rest, 0, 255);
  if (type && code) return static_cast<std::uint16_t>(*type * 256 + *code);
  return std::unexpected(fmt::format("--icmp-type: `{}` is no TYPE or TYPE/CODE", text));
}

auto ports_of(const Question& question, IpProtocol protocol) -> Answer<std::optional<net::Ports>> {
  const bool has_port = question.source_port || question.destination_port;
  if (is_icmp(protocol) && has_port) return std::unexpected("ICMP has no ports: use --icmp-type");
  if (!is_icmp(protocol) && !question.icmp_type.empty()) {
    return std::unexpected("--icmp-type is for ICMP");
  }
  if (!question.icmp_type.empty()) {
    const auto number = TRY(icmp_number(question.icmp_type));
    return net::Ports{number, number};
  }
  if (!has_port) return std::nullopt;
  return net::Ports{question.source_port.value_or(0), question.destination_port.value_or(0)};
}

}  // namespace

auto packet_of(const Question& question) -> Answer<net::Datagram> {
  net::Datagram packet;
  packet.src = TRY(address_of(question.from, "--from"));
  packet.dst = TRY(address_of(question.to, "--to"));
  packet.family = packet.src.family();
  if (packet.family != packet.dst.family()) {
    return std::unexpected("--from and --to must both be IPv4, or both IPv6");
  }
  packet.protocol = TRY(protocol_of(question));
  packet.ports = TRY(ports_of(question, packet.protocol));
  packet.tos = static_cast<std::uint8_t>(question.dscp << 2);
  return packet;
}

}  // namespace esplanade::cli::explain
