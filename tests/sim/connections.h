// Connections for simulated gateways: two ends that mirror each other.
#pragma once

#include "policy/connection.h"
#include "policy/credentials.h"

#include <fmt/format.h>

namespace esplanade::sim {

struct ChildText {
  std::string name = "net";
  std::string ours = "10.1.0.0/16";
  std::string theirs = "10.2.0.0/16";
};

struct EndText {
  std::string name = "gw";
  std::string our_address, their_address;  ///< empty: %any
  std::string our_id, their_id;            ///< empty: the address, or any
  std::vector<ChildText> children = {{}};
  std::uint32_t first_policy = 1;  ///< of the children, in their order
};

[[nodiscard]] inline auto ike_proposals() -> std::vector<sa::Proposal> {
  return {{.number = 0,
           .protocol = iana::SecurityProtocol::ike,
           .spi = {},
           .transforms = {sa::transform(iana::EncryptionId::encr_aes_gcm_16, 128),
                          sa::transform(iana::PrfId::prf_hmac_sha2_256),
                          sa::transform(iana::KeyExchangeId::curve25519)}}};
}

[[nodiscard]] inline auto esp_proposals() -> std::vector<sa::Proposal> {
  return {{.number = 0,
           .protocol = iana::SecurityProtocol::esp,
           .spi = {},
           .transforms = {sa::transform(iana::EncryptionId::encr_aes_gcm_16, 128),
                          sa::transform(iana::SequenceNumbersId::partial_64_bit_sequential),
                          sa::transform(iana::SequenceNumbersId::sequential_32_bit)}}};
}

[[nodiscard]] inline auto selector(const std::string& text) -> policy::SelectorTemplate {
  return {.addresses = *net::Range::parse(text), .protocol = {}, .ports = {}};
}

[[nodiscard]] inline auto id_of(const std::string& text) -> policy::Identity {
  if (text.empty()) return {};
  const auto octets = core::as_view(text);
  return {iana::IdType::id_fqdn, {octets.begin(), octets.end()}};
}

/// PSK, no lifetimes, nothing starts by itself: a test sets what it is about.
[[nodiscard]] inline auto make_connection(const EndText& end)
    -> std::shared_ptr<policy::Connection> {
  auto connection = std::make_shared<policy::Connection>();
  connection->name = end.name;
  const auto addresses = [](const std::string& text) -> std::vector<policy::PeerAddress> {
    if (text.empty()) return {};
    return {{.text = text, .range = *net::Range::parse(text)}};
  };
  connection->ours = addresses(end.our_address);
  connection->theirs = addresses(end.their_address);
  connection->proposals = ike_proposals();
  connection->keying_tries = 0;
  connection->local.kind = policy::AuthKind::psk;
  connection->local.id = id_of(end.our_id);
  connection->remote.kind = policy::AuthKind::psk;
  connection->remote.id = id_of(end.their_id);
  auto number = end.first_policy;
  for (const auto& text : end.children) {
    policy::ChildPolicy child;
    child.name = text.name;
    child.policy = policy::PolicyId{number++};
    child.proposals = esp_proposals();
    child.ours = {selector(text.ours)};
    child.theirs = {selector(text.theirs)};
    connection->children.push_back(std::move(child));
  }
  return connection;
}

[[nodiscard]] inline auto make_credentials(std::string_view secret)
    -> std::shared_ptr<const policy::Credentials> {
  auto credentials = std::make_shared<policy::Credentials>();
  credentials->secrets.push_back(
      {.name = "ike", .owners = {}, .secret = policy::PskSecret{core::as_view(secret)}});
  return credentials;
}

}  // namespace esplanade::sim
