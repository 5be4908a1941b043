#include "crypto/self_check.h"

#include "crypto/registry.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace esplanade::crypto {
namespace {

using core::Bytes;
using core::View;
using iana::EncryptionId;

/// Octets that need not be random, only unlike each other.
class Filler {
 public:
  auto bytes(std::size_t size) -> Bytes {
    Bytes out(size);
    for (auto& octet : out) octet = static_cast<std::byte>(next() >> 24);
    return out;
  }
  auto next() noexcept -> std::uint32_t { return state_ = state_ * 1664525 + 1013904223; }

 private:
  std::uint32_t state_ = 1;
};

/// A packet as an AEAD sees it; AES-GMAC has all of it in the two pieces of associated data.
struct Sample {
  Sample(const EncryptionInfo& info, std::size_t size, Filler& filler)
      : nonce(filler.bytes(info.nonce_size)),
        aad(filler.bytes(size % 2 == 0 ? 8 : 12)),
        tail(filler.bytes(info.is_gmac() ? size : 0)),
        text(filler.bytes(info.is_gmac() ? 0 : size)),
        tag(info.icv_size) {}

  auto seal_job() -> SealJob {
    return {.nonce = nonce, .aad = aad, .aad_tail = tail, .in = text, .out = text, .tag = tag};
  }
  auto open_job() -> OpenJob {
    return {.nonce = nonce, .aad = aad, .aad_tail = tail, .in = text, .tag = tag, .out = text};
  }
  auto operator==(const Sample&) const -> bool = default;

  Bytes nonce, aad, tail, text, tag;
};
using Samples = std::vector<Sample>;

void seal(Aead& aead, Samples& samples) {
  std::vector<SealJob> jobs;
  for (auto& sample : samples) jobs.push_back(sample.seal_job());
  aead.seal(jobs);
}

/// Is each as authentic as `wanted` says?
auto opens(Aead& aead, Samples& samples, bool wanted) -> bool {
  std::vector<OpenJob> jobs;
  for (auto& sample : samples) jobs.push_back(sample.open_job());
  aead.open(jobs);
  return std::ranges::all_of(jobs, [&](const OpenJob& job) { return job.is_authentic == wanted; });
}

auto samples_of(const EncryptionInfo& info, std::size_t count, Filler& filler) -> Samples {
  Samples samples;
  for (std::size_t i = 0; i < count; ++i) samples.emplace_back(info, filler.next() % 1500, filler);
  samples.emplace_back(info, 0, filler);
  return samples;
}

/// One batch against the reference, whole and one by one, there and back.
auto agrees(Aead& tested, Aead& reference, const Samples& clear) -> bool {
  auto expected = clear;
  seal(reference, expected);
  auto batch = clear;
  seal(tested, batch);
  if (batch != expected) return false;
  for (std::size_t i = 0; i < clear.size(); ++i) {
    Samples one{clear[i]};
    seal(tested, one);
    if (one.front() != expected[i]) return false;
  }
  auto changed = batch;
  for (auto& sample : changed) sample.tag.front() ^= std::byte{1};
  if (!opens(tested, changed, false)) return false;
  if (!opens(tested, batch, true)) return false;
  return std::ranges::equal(batch, clear, {}, &Sample::text, &Sample::text);
}

auto agrees_for_key(Provider& tested, Provider& reference, const EncryptionInfo& info,
                    std::size_t key_size) -> bool {
  Filler filler;
  const auto key = filler.bytes(key_size);
  const auto one = tested.make_aead(info.id, key);
  const auto other = reference.make_aead(info.id, key);
  if (!one || !other) return false;
  return std::ranges::all_of(std::array<std::size_t, 5>{0, 2, 15, 31, 63}, [&](std::size_t count) {
    return agrees(**one, **other, samples_of(info, count, filler));
  });
}

/// AES-GCM specification (McGrew and Viega), appendix B, test cases 4 and 16: one text under keys
/// of two lengths.
struct KnownAnswer {
  std::string_view key, sealed, tag;
};
constexpr std::string_view known_nonce = "cafebabefacedbaddecaf888";
constexpr std::string_view known_aad = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
constexpr std::string_view known_text =
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
constexpr auto known_answers = std::to_array<KnownAnswer>({
    {.key = "feffe9928665731c6d6a8f9467308308",
     .sealed = "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
               "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
     .tag = "5bc94fbc3221a5db94fae95ae7121a47"},
    {.key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
     .sealed = "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
               "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
     .tag = "76fc6ece0f4e1768cddf8853bb2d551b"},
});

auto knows(Provider& tested, const KnownAnswer& known) -> bool {
  const auto octets = [](std::string_view text) { return core::from_hex(text).value(); };
  const auto aead = tested.make_aead(EncryptionId::encr_aes_gcm_16, octets(known.key));
  if (!aead) return false;
  const auto nonce = octets(known_nonce);
  const auto aad = octets(known_aad);
  auto text = octets(known_text);
  Bytes tag(16);
  std::array job{
      SealJob{.nonce = nonce, .aad = aad, .aad_tail = {}, .in = text, .out = text, .tag = tag}};
  (*aead)->seal(job);
  return text == octets(known.sealed) && tag == octets(known.tag);
}

auto is_right_aead(Provider& tested, Provider& reference, const EncryptionInfo& info) -> bool {
  if (info.id == EncryptionId::encr_aes_gcm_16 &&
      !std::ranges::all_of(known_answers, [&](const auto& one) { return knows(tested, one); })) {
    return false;
  }
  return std::ranges::all_of(info.key_bits, [&](std::uint16_t bits) {
    return agrees_for_key(tested, reference, info, bits / 8U);
  });
}

constexpr std::size_t packets_at_once = 64;

/// Texts of all lengths there are of a cipher's blocks.
auto texts_of(std::size_t block, Filler& filler) -> std::vector<Bytes> {
  std::vector<Bytes> texts;
  for (std::size_t i = 0; i < packets_at_once; ++i) {
    texts.push_back(filler.bytes((1 + filler.next() % 90) * block));
  }
  return texts;
}

auto jobs_on(std::vector<Bytes>& texts, const std::vector<Bytes>& ivs) -> std::vector<CipherJob> {
  std::vector<CipherJob> jobs;
  for (std::size_t i = 0; i < texts.size(); ++i) jobs.push_back({ivs[i], texts[i], texts[i]});
  return jobs;
}

auto agrees_as_cipher(Provider& tested, Provider& reference, const EncryptionInfo& info,
                      std::size_t key_size) -> bool {
  Filler filler;
  const auto key = filler.bytes(key_size);
  const auto one = tested.make_cipher(info.id, key);
  const auto other = reference.make_cipher(info.id, key);
  if (!one || !other) return false;
  const auto clear = texts_of(info.block_size, filler);
  std::vector<Bytes> ivs;
  for (std::size_t i = 0; i < clear.size(); ++i) ivs.push_back(filler.bytes(info.iv_size));
  auto expected = clear;
  (*other)->encrypt(jobs_on(expected, ivs));
  auto texts = clear;
  (*one)->encrypt(jobs_on(texts, ivs));
  if (texts != expected) return false;
  auto first = clear[0];
  (*one)->encrypt(std::array{CipherJob{ivs[0], first, first}});
  if (first != expected[0]) return false;
  (*one)->decrypt(jobs_on(texts, ivs));
  return texts == clear;
}

auto is_right(Provider& tested, Provider& reference, EncryptionId id) -> bool {
  const auto& info = *find_encryption(id);
  if (info.is_aead()) return is_right_aead(tested, reference, info);
  return std::ranges::all_of(info.key_bits, [&](std::uint16_t bits) {
    return agrees_as_cipher(tested, reference, info, bits / 8U);
  });
}

/// What an Integrity makes of texts, each with `suffix` behind it.
auto icvs_of(Integrity& integrity, const std::vector<Bytes>& texts, View suffix,
             std::size_t icv_size) -> std::vector<Bytes> {
  std::vector<Bytes> icvs(texts.size(), Bytes(icv_size));
  std::vector<SignJob> jobs;
  for (std::size_t i = 0; i < texts.size(); ++i) jobs.push_back({texts[i], suffix, icvs[i]});
  integrity.sign(jobs);
  return icvs;
}

auto verifies(Integrity& integrity, const std::vector<Bytes>& texts, View suffix,
              const std::vector<Bytes>& icvs, bool wanted) -> bool {
  std::vector<VerifyJob> jobs;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    jobs.push_back({.data = texts[i], .suffix = suffix, .icv = icvs[i]});
  }
  integrity.verify(jobs);
  return std::ranges::all_of(jobs, [&](const auto& job) { return job.is_authentic == wanted; });
}

auto is_right(Provider& tested, Provider& reference, iana::IntegrityId id) -> bool {
  const auto& info = *find_integrity(id);
  Filler filler;
  const auto key = filler.bytes(info.key_size);
  const auto one = tested.make_integrity(id, key);
  const auto other = reference.make_integrity(id, key);
  if (!one || !other) return false;
  const auto texts = texts_of(17, filler);
  for (const auto& suffix : {Bytes{}, filler.bytes(4)}) {
    auto icvs = icvs_of(**other, texts, suffix, info.icv_size);
    if (icvs_of(**one, texts, suffix, info.icv_size) != icvs) return false;
    if (!verifies(**one, texts, suffix, icvs, true)) return false;
    for (auto& icv : icvs) icv.back() ^= std::byte{1};
    if (!verifies(**one, texts, suffix, icvs, false)) return false;
  }
  return true;
}

}  // namespace

auto wrong_algorithms(Provider& tested, Provider& reference, const Algorithms& algorithms)
    -> Algorithms {
  Algorithms wrong;
  for (const auto id : algorithms.encryption) {
    if (!is_right(tested, reference, id)) wrong.encryption.push_back(id);
  }
  for (const auto id : algorithms.integrity) {
    if (!is_right(tested, reference, id)) wrong.integrity.push_back(id);
  }
  return wrong;
}

}  // namespace esplanade::crypto
