#include "crypto/ipsecmb/job_aead.h"

#include "crypto/ipsecmb/queue.h"

#include <algorithm>

namespace esplanade::crypto::ipsecmb {
namespace {

constexpr std::size_t longest_tag = 16;
constexpr std::size_t most_at_once = 64;

using Tag = std::array<std::byte, longest_tag>;

/// What every AEAD's job has.
void fill_common(IMB_JOB& job, const auto& packet) noexcept {
  core::ensure(packet.in.size() == packet.out.size() && packet.aad_tail.empty());
  job.src = octets(packet.in);
  job.dst = octets(packet.out);
  job.cipher_start_src_offset_in_bytes = 0;
  job.msg_len_to_cipher_in_bytes = packet.in.size();
  job.hash_start_src_offset_in_bytes = 0;
  job.msg_len_to_hash_in_bytes = packet.in.size();
  job.iv = octets(packet.nonce);
  job.iv_len_in_bytes = packet.nonce.size();
}

/// `tag_of(i)`: where the tag that is computed for packet `i` goes.
template <class Job, class Fill, class TagOf>
void run_aead(std::span<Job> jobs, Variant variant, const Fill& fill,
              const TagOf& tag_of) noexcept {
  run_all(jobs.size(), variant, [&](std::size_t i, IMB_JOB& job) {
    fill(job, jobs[i]);
    const core::MutableView tag = tag_of(i);
    core::ensure(jobs[i].tag.size() == tag.size());
    job.auth_tag_output = octets(tag);
    job.auth_tag_output_len_in_bytes = tag.size();
  });
}

template <class Fill>
void open_some(std::span<OpenJob> jobs, Variant variant, std::size_t tag_size,
               const Fill& fill) noexcept {
  std::array<Tag, most_at_once> tags;
  const auto tag_of = [&](std::size_t i) { return core::MutableView(tags[i]).first(tag_size); };
  run_aead(jobs, variant, fill, tag_of);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    jobs[i].is_authentic = core::equal_constant_time(tag_of(i), jobs[i].tag);
    if (!jobs[i].is_authentic) core::wipe(jobs[i].out);
  }
}

template <class Fill>
void open_all(std::span<OpenJob> jobs, Variant variant, std::size_t tag_size,
              const Fill& fill) noexcept {
  for (; !jobs.empty(); jobs = jobs.subspan(std::min(jobs.size(), most_at_once))) {
    open_some(jobs.first(std::min(jobs.size(), most_at_once)), variant, tag_size, fill);
  }
}

}  // namespace

void Ccm::fill(IMB_JOB& job, const auto& packet) const noexcept {
  fill_common(job, packet);
  job.cipher_mode = IMB_CIPHER_CCM;
  job.hash_alg = IMB_AUTH_AES_CCM;
  job.enc_keys = job.dec_keys = key_.encrypt();  // CTR and CBC-MAC encrypt both ways
  job.key_len_in_bytes = key_.size();
  job.u.CCM.aad = packet.aad.data();
  job.u.CCM.aad_len_in_bytes = packet.aad.size();
}

void Ccm::seal(std::span<SealJob> jobs) noexcept {
  const auto fill_one = [this](IMB_JOB& job, const SealJob& packet) {
    core::ensure(packet.tag.size() == tag_size_);
    fill(job, packet);
    job.cipher_direction = IMB_DIR_ENCRYPT;
    job.chain_order = IMB_ORDER_HASH_CIPHER;
  };
  run_aead(jobs, variant_, fill_one, [&](std::size_t i) { return jobs[i].tag; });
}

void Ccm::open(std::span<OpenJob> jobs) noexcept {
  open_all(jobs, variant_, tag_size_, [this](IMB_JOB& job, const OpenJob& packet) {
    fill(job, packet);
    job.cipher_direction = IMB_DIR_DECRYPT;
    job.chain_order = IMB_ORDER_CIPHER_HASH;
  });
}

void ChachaPoly::fill(IMB_JOB& job, const auto& packet) const noexcept {
  fill_common(job, packet);
  job.cipher_mode = IMB_CIPHER_CHACHA20_POLY1305;
  job.hash_alg = IMB_AUTH_CHACHA20_POLY1305;
  job.enc_keys = job.dec_keys = key_.reveal().data();
  job.key_len_in_bytes = key_.size();
  job.u.CHACHA20_POLY1305.aad = packet.aad.data();
  job.u.CHACHA20_POLY1305.aad_len_in_bytes = packet.aad.size();
}

void ChachaPoly::seal(std::span<SealJob> jobs) noexcept {
  const auto fill_one = [this](IMB_JOB& job, const SealJob& packet) {
    core::ensure(packet.tag.size() == longest_tag);
    fill(job, packet);
    job.cipher_direction = IMB_DIR_ENCRYPT;
    job.chain_order = IMB_ORDER_CIPHER_HASH;
  };
  run_aead(jobs, variant_, fill_one, [&](std::size_t i) { return jobs[i].tag; });
}

void ChachaPoly::open(std::span<OpenJob> jobs) noexcept {
  open_all(jobs, variant_, longest_tag, [this](IMB_JOB& job, const OpenJob& packet) {
    fill(job, packet);
    job.cipher_direction = IMB_DIR_DECRYPT;
    job.chain_order = IMB_ORDER_HASH_CIPHER;
  });
}

}  // namespace esplanade::crypto::ipsecmb
