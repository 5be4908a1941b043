#include "crypto/ipsecmb/job_hmac.h"

#include "crypto/ipsecmb/queue.h"

#include <algorithm>

namespace esplanade::crypto::ipsecmb {
namespace {

using iana::IntegrityId;

constexpr std::size_t longest_block = 128, longest_icv = 32;
constexpr std::size_t most_at_once = 64;

/// The digest's state behind a block of the key with `pad` (RFC 2104, 2).
void begin(hash_one_block_t one_block, core::View key, std::byte pad,
           core::MutableView state) noexcept {
  alignas(64) std::array<std::byte, longest_block> block;
  block.fill(pad);
  for (std::size_t i = 0; i < key.size(); ++i) block[i] ^= key[i];
  one_block(block.data(), state.data());
  core::wipe(block);
}

}  // namespace

const std::array<Hmac::Digest, 4> Hmac::digests{{
    {IntegrityId::auth_hmac_sha1_96, IMB_AUTH_HMAC_SHA_1, 64, 12, &IMB_MGR::sha1_one_block},
    {IntegrityId::auth_hmac_sha2_256_128, IMB_AUTH_HMAC_SHA_256, 64, 16,
     &IMB_MGR::sha256_one_block},
    {IntegrityId::auth_hmac_sha2_384_192, IMB_AUTH_HMAC_SHA_384, 128, 24,
     &IMB_MGR::sha384_one_block},
    {IntegrityId::auth_hmac_sha2_512_256, IMB_AUTH_HMAC_SHA_512, 128, 32,
     &IMB_MGR::sha512_one_block},
}};

auto Hmac::make(const IMB_MGR& manager, Variant variant, IntegrityId id, core::View key,
                std::unique_ptr<Integrity> whole) -> std::unique_ptr<Integrity> {
  const auto* const digest = std::ranges::find(digests, id, &Digest::id);
  if (digest == digests.end() || key.size() > digest->block) return nullptr;
  return std::unique_ptr<Integrity>(new Hmac(manager, variant, *digest, key, std::move(whole)));
}

Hmac::Hmac(const IMB_MGR& manager, Variant variant, const Digest& digest, core::View key,
           std::unique_ptr<Integrity> whole) noexcept
    : digest_(digest), variant_(variant), whole_(std::move(whole)) {
  begin(manager.*digest.one_block, key, std::byte{0x36}, inner_);
  begin(manager.*digest.one_block, key, std::byte{0x5c}, outer_);
}

void Hmac::fill(IMB_JOB& job, core::View data, std::uint8_t* icv) const noexcept {
  job.cipher_mode = IMB_CIPHER_NULL;
  job.cipher_direction = IMB_DIR_ENCRYPT;
  job.hash_alg = digest_.algorithm;
  job.chain_order = IMB_ORDER_HASH_CIPHER;
  job.src = octets(data);
  job.dst = nullptr;
  job.cipher_start_src_offset_in_bytes = 0;
  job.msg_len_to_cipher_in_bytes = 0;
  job.hash_start_src_offset_in_bytes = 0;
  job.msg_len_to_hash_in_bytes = data.size();
  job.iv = nullptr;
  job.iv_len_in_bytes = 0;
  job.auth_tag_output = icv;
  job.auth_tag_output_len_in_bytes = digest_.icv;
  job.u.HMAC._hashed_auth_key_xor_ipad = octets(core::View(inner_));
  job.u.HMAC._hashed_auth_key_xor_opad = octets(core::View(outer_));
}

void Hmac::sign(std::span<const SignJob> jobs) noexcept {
  // All of an SA's packets have the high half of their number behind them, or none.
  if (!jobs.empty() && !jobs.front().suffix.empty()) return whole_->sign(jobs);
  run_all(jobs.size(), variant_, [&](std::size_t i, IMB_JOB& job) {
    core::ensure(jobs[i].icv.size() == digest_.icv && jobs[i].suffix.empty());
    fill(job, jobs[i].data, octets(jobs[i].icv));
  });
}

void Hmac::verify(std::span<VerifyJob> jobs) noexcept {
  if (!jobs.empty() && !jobs.front().suffix.empty()) return whole_->verify(jobs);
  for (; !jobs.empty(); jobs = jobs.subspan(std::min(jobs.size(), most_at_once))) {
    verify_some(jobs.first(std::min(jobs.size(), most_at_once)));
  }
}

void Hmac::verify_some(std::span<VerifyJob> jobs) const noexcept {
  std::array<std::array<std::byte, longest_icv>, most_at_once> computed;
  run_all(jobs.size(), variant_, [&](std::size_t i, IMB_JOB& job) {
    core::ensure(jobs[i].icv.size() == digest_.icv && jobs[i].suffix.empty());
    fill(job, jobs[i].data, octets(core::MutableView(computed[i])));
  });
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    jobs[i].is_authentic =
        core::equal_constant_time(core::View(computed[i]).first(digest_.icv), jobs[i].icv);
  }
}

}  // namespace esplanade::crypto::ipsecmb
