#include "tests/sim/wiretap.h"

#include <algorithm>
#include <sstream>

namespace esplanade::sim {
namespace {

/// The suite of ike_proposals().
const ike::keys::IkeSuite suite{.encryption = iana::EncryptionId::encr_aes_gcm_16,
                                .key_bits = 128,
                                .integrity = iana::IntegrityId::none,
                                .prf = iana::PrfId::prf_hmac_sha2_256,
                                .method = iana::KeyExchangeId::curve25519};

auto split(const std::string& row) -> std::vector<std::string> {
  std::vector<std::string> fields;
  std::istringstream stream(row);
  for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
  return fields;
}

auto spi_of(const std::string& hex) -> ike::IkeSpi {
  return ike::IkeSpi{std::stoull(hex, nullptr, 16)};
}

auto half(const std::string& sk_e) -> ike::keys::HalfKeys {
  ike::keys::HalfKeys keys;
  const auto octets = core::from_hex(sk_e);
  core::ensure(octets.has_value());
  keys.sk_e = core::Secret<36>{*octets};
  return keys;
}

}  // namespace

void Wiretap::learn(const std::string& row) {
  const auto fields = split(row);
  core::ensure(fields.size() >= 4);
  keys_[{.i = spi_of(fields[0]), .r = spi_of(fields[1])}] = {.i = half(fields[2]),
                                                             .r = half(fields[3])};
}

auto Wiretap::keys_of(const ike::wire::Header& header) -> const ike::keys::HalfKeys* {
  if (!keys_.contains(header.spis)) {
    for (std::size_t i = 0; i < world_.size(); ++i) {
      for (const auto& row : world_.at(i).key_rows()) learn(row);
    }
  }
  const auto it = keys_.find(header.spis);
  if (it == keys_.end()) return nullptr;
  return header.is_from_initiator ? &it->second.i : &it->second.r;
}

auto Wiretap::open(core::View message) -> std::optional<Opened> {
  const auto parsed = ike::wire::parse_message(message);
  if (!parsed) return std::nullopt;
  const auto* sk = ike::wire::find<ike::wire::SkPayload>(parsed->payloads);
  if (sk == nullptr) {
    return Opened{.header = parsed->header, .payloads = parsed->payloads, .is_clear = true};
  }
  const auto* keys = keys_of(parsed->header);
  if (keys == nullptr) return std::nullopt;
  const auto chain = ike::keys::open(message, sk->body, suite, *keys, crypto::openssl::provider());
  // The ends of one whose IKE_SA_INIT was altered have keys of their own each.
  if (!chain) return std::nullopt;
  auto payloads = ike::wire::parse_payloads(sk->first_inner, *chain);
  core::ensure(payloads.has_value());
  return Opened{.header = parsed->header, .payloads = *std::move(payloads)};
}

auto Wiretap::seal(const Opened& message) -> core::Bytes {
  const auto* keys = keys_of(message.header);
  core::ensure(keys != nullptr);
  return ike::keys::seal(
      message.header, message.payloads,
      {.provider = crypto::openssl::provider(), .suite = suite, .keys = *keys, .counter = counter_},
      random_);
}

void Wiretap::rewrite(const ike::Send& sent,
                      const std::function<void(ike::wire::Payloads&)>& change) {
  auto opened = open(sent.message);
  core::ensure(opened.has_value());
  change(opened->payloads);
  world_.inject({.path = sent.path, .message = seal(*opened)});
}

void Wiretap::listen() {
  world_.filter = [this, next = std::move(world_.filter)](const ike::Send& sent) {
    if (auto opened = open(sent.message)) heard_.push_back(*std::move(opened));
    return next(sent);
  };
}

auto Wiretap::count(iana::NotifyType type) const -> std::size_t {
  return static_cast<std::size_t>(
      std::ranges::count_if(heard_, [type](const Opened& one) { return one.has(type); }));
}

}  // namespace esplanade::sim
