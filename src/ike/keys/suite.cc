#include "ike/keys/suite.h"

#include "core/writer.h"
#include "crypto/registry.h"
#include "ike/negotiate/proposals.h"

#include <algorithm>

namespace esplanade::ike::keys {
namespace {

using core::Bytes;
using core::Code;
using core::failure;
using core::Result;
using core::View;
using iana::TransformType;

// A buffer for key material on its way into Secrets.
class Material {
 public:
  explicit Material(std::size_t size) : octets_(size) {}
  Material(const Material&) = delete;
  auto operator=(const Material&) -> Material& = delete;
  ~Material() { core::wipe(octets_); }

  [[nodiscard]] auto whole() noexcept -> core::MutableView { return octets_; }
  auto take(std::size_t size) noexcept -> View {
    at_ += size;
    return View(octets_).subspan(at_ - size, size);
  }

 private:
  Bytes octets_;
  std::size_t at_ = 0;
};

auto joined(View a, View b) -> Bytes {
  Bytes both(a.begin(), a.end());
  both.insert(both.end(), b.begin(), b.end());
  return both;
}

// The length a key has: the one that was negotiated, or the only one of an algorithm that has no
// Key Length attribute.
auto key_bits_of(const sa::Transform& transform) -> Result<std::uint16_t> {
  const auto* info = crypto::find_encryption(iana::EncryptionId{transform.id});
  if (info == nullptr) return failure(Code::unsupported);
  if (transform.key_bits == 0) {
    if (info->key_bits.empty()) return std::uint16_t{0};
    if (info->key_bits.size() > 1) return failure(Code::bad_value);
    return info->key_bits.front();
  }
  const auto it = std::ranges::find(info->key_bits, transform.key_bits);
  if (it == info->key_bits.end()) return failure(Code::unsupported);
  return *it;
}

auto find_one(const sa::Proposal& chosen, TransformType type) -> Result<sa::Transform> {
  const auto is_of_type = [type](const auto& transform) { return transform.type == type; };
  if (std::ranges::count_if(chosen.transforms, is_of_type) != 1) return failure(Code::bad_value);
  return *std::ranges::find_if(chosen.transforms, is_of_type);
}

auto integrity_of(const sa::Proposal& chosen, const crypto::EncryptionInfo& encryption)
    -> Result<iana::IntegrityId> {
  const auto id =
      iana::IntegrityId{negotiate::chosen_id(chosen, TransformType::integrity).value_or(0)};
  if (encryption.is_aead() != (id == iana::IntegrityId::none)) return failure(Code::bad_value);
  if (!encryption.is_aead() && crypto::find_integrity(id) == nullptr) {
    return failure(Code::unsupported);
  }
  return id;
}

auto esp_algorithms(const sa::Proposal& chosen) -> Result<sa::EspAlgorithms> {
  const auto encryption = TRY(find_one(chosen, TransformType::encryption));
  const auto bits = TRY(key_bits_of(encryption));
  const iana::EncryptionId id{encryption.id};
  const auto integrity = TRY(integrity_of(chosen, *crypto::find_encryption(id)));
  if (const auto* mac = crypto::find_integrity(integrity); mac != nullptr && mac->is_gmac()) {
    return failure(Code::unsupported);  // AH's alone (RFC 4543, 9)
  }
  return sa::EspAlgorithms{.encryption = id, .key_bits = bits, .integrity = integrity};
}

auto ah_algorithms(const sa::Proposal& chosen) -> Result<sa::EspAlgorithms> {
  const iana::IntegrityId id{TRY(find_one(chosen, TransformType::integrity)).id};
  if (crypto::find_integrity(id) == nullptr) return failure(Code::unsupported);
  return sa::EspAlgorithms{.encryption = iana::EncryptionId::encr_null, .integrity = id};
}

auto method_of(const sa::Proposal& chosen) -> Result<iana::KeyExchangeId> {
  const auto id = iana::KeyExchangeId{
      negotiate::chosen_id(chosen, TransformType::key_exchange_method).value_or(0)};
  if (id != iana::KeyExchangeId::none && crypto::find_key_exchange(id) == nullptr) {
    return failure(Code::unsupported);
  }
  return id;
}

struct KeySizes {
  std::size_t encryption = 0;  ///< with salt
  std::size_t integrity = 0;
};

auto sizes_of(const sa::EspAlgorithms& algorithms) -> Result<KeySizes> {
  const auto* cipher = crypto::find_encryption(algorithms.encryption);
  if (cipher == nullptr) return failure(Code::unsupported);
  KeySizes sizes{.encryption = algorithms.key_bits / 8U + cipher->salt_size};
  if (algorithms.integrity == iana::IntegrityId::none) return sizes;
  const auto* integrity = crypto::find_integrity(algorithms.integrity);
  if (integrity == nullptr) return failure(Code::unsupported);
  sizes.integrity = integrity->material_size();
  return sizes;
}

auto fill(crypto::Provider& provider, iana::PrfId prf, View key, View seed, Material& to)
    -> Result<void> {
  const auto keyed = TRY(provider.make_prf(prf, key));
  crypto::prf_plus(*keyed, seed, to.whole());
  return {};
}

// Nonces as the key of SKEYSEED's PRF: whole, or 8 octets of each where the PRF's key is fixed at
// 128 bits (IKE2-2.14-01).
auto seed_key(const crypto::PrfInfo& prf, const Nonces& nonces) -> Bytes {
  if (!prf.has_fixed_key) return joined(nonces.ni, nonces.nr);
  const std::size_t half = prf.key_size / 2U;
  return joined(nonces.ni.first(std::min(half, nonces.ni.size())),
                nonces.nr.first(std::min(half, nonces.nr.size())));
}

auto seed_of(const Nonces& nonces, const IkeSpis& spis) -> Bytes {
  auto seed = joined(nonces.ni, nonces.nr);
  std::array<std::byte, 16> both{};
  core::Writer(both).u64(std::to_underlying(spis.i)).u64(std::to_underlying(spis.r));
  seed.insert(seed.end(), both.begin(), both.end());
  return seed;
}

// {SK_d | SK_ai | SK_ar | SK_ei | SK_er | SK_pi | SK_pr} = prf+(SKEYSEED, Ni | Nr | SPIi | SPIr)
auto expand(crypto::Provider& provider, const IkeSuite& suite, View skeyseed, View seed)
    -> Result<IkeKeys> {
  const auto* prf = crypto::find_prf(suite.prf);
  if (prf == nullptr) return failure(Code::unsupported);
  const auto sizes = TRY(sizes_of(
      {.encryption = suite.encryption, .key_bits = suite.key_bits, .integrity = suite.integrity}));
  const std::size_t size = prf->key_size;
  Material material(3 * size + 2 * (sizes.integrity + sizes.encryption));
  TRY(fill(provider, suite.prf, skeyseed, seed, material));
  IkeKeys keys;
  keys.sk_d = core::Secret<64>(material.take(size));
  keys.i.sk_a = core::Secret<64>(material.take(sizes.integrity));
  keys.r.sk_a = core::Secret<64>(material.take(sizes.integrity));
  keys.i.sk_e = core::Secret<36>(material.take(sizes.encryption));
  keys.r.sk_e = core::Secret<36>(material.take(sizes.encryption));
  keys.i.sk_p = core::Secret<64>(material.take(size));
  keys.r.sk_p = core::Secret<64>(material.take(size));
  return keys;
}

auto take_child_keys(Material& material, const KeySizes& sizes) -> sa::EspKeys {
  sa::EspKeys keys;
  keys.encryption = sa::EncryptionKey(material.take(sizes.encryption));
  keys.integrity = sa::IntegrityKey(material.take(sizes.integrity));
  return keys;
}

}  // namespace

auto ike_suite_of(const sa::Proposal& chosen) -> Result<IkeSuite> {
  const auto encryption = TRY(find_one(chosen, TransformType::encryption));
  const auto prf = TRY(find_one(chosen, TransformType::pseudorandom_function));
  const auto method = TRY(method_of(chosen));
  if (method == iana::KeyExchangeId::none) return failure(Code::bad_value);
  const auto bits = TRY(key_bits_of(encryption));
  if (crypto::find_prf(iana::PrfId{prf.id}) == nullptr) return failure(Code::unsupported);
  const iana::EncryptionId id{encryption.id};
  return IkeSuite{.encryption = id,
                  .key_bits = bits,
                  .integrity = TRY(integrity_of(chosen, *crypto::find_encryption(id))),
                  .prf = iana::PrfId{prf.id},
                  .method = method};
}

auto child_suite_of(const sa::Proposal& chosen) -> Result<ChildSuite> {
  const auto numbers = TRY(find_one(chosen, TransformType::sequence_numbers));
  if (numbers.id > 1) return failure(Code::unsupported);
  const bool is_ah = chosen.protocol == iana::SecurityProtocol::ah;
  if (!is_ah && chosen.protocol != iana::SecurityProtocol::esp) return failure(Code::unsupported);
  return ChildSuite{.protocol = is_ah ? sa::Protocol::ah : sa::Protocol::esp,
                    .algorithms = TRY(is_ah ? ah_algorithms(chosen) : esp_algorithms(chosen)),
                    .esn = numbers.id == 1 ? sa::Esn::yes : sa::Esn::no,
                    .method = TRY(method_of(chosen))};
}

auto derive_ike_keys(crypto::Provider& provider, const IkeSuite& suite, const Nonces& nonces,
                     const IkeSpis& spis, View shared) -> Result<IkeKeys> {
  const auto* info = crypto::find_prf(suite.prf);
  if (info == nullptr) return failure(Code::unsupported);
  const auto prf = TRY(provider.make_prf(suite.prf, seed_key(*info, nonces)));
  const auto skeyseed = prf->compute({shared});
  return expand(provider, suite, skeyseed.reveal(), seed_of(nonces, spis));
}

auto derive_rekeyed_ike_keys(crypto::Provider& provider, const IkeSuite& suite,
                             const Rekeying& rekeying, const Nonces& nonces, const IkeSpis& spis)
    -> Result<IkeKeys> {
  const auto prf = TRY(provider.make_prf(rekeying.old.prf, rekeying.old.sk_d));
  const auto skeyseed = prf->compute({rekeying.shared, nonces.ni, nonces.nr});
  return expand(provider, suite, skeyseed.reveal(), seed_of(nonces, spis));
}

auto derive_child_keys(crypto::Provider& provider, const Predecessor& ike_sa,
                       const sa::EspAlgorithms& algorithms, const Nonces& nonces, View shared)
    -> Result<ChildKeys> {
  const auto sizes = TRY(sizes_of(algorithms));
  Material seed(shared.size() + nonces.ni.size() + nonces.nr.size());
  core::Writer(seed.whole()).octets(shared).octets(nonces.ni).octets(nonces.nr);
  Material material(2 * (sizes.encryption + sizes.integrity));
  TRY(fill(provider, ike_sa.prf, ike_sa.sk_d, seed.whole(), material));
  auto first = take_child_keys(material, sizes);
  auto second = take_child_keys(material, sizes);
  return ChildKeys{.initiator_to_responder = std::move(first),
                   .responder_to_initiator = std::move(second)};
}

}  // namespace esplanade::ike::keys
