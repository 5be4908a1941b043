#include "crypto/ipsecmb/job_cbc.h"

#include "crypto/ipsecmb/queue.h"

namespace esplanade::crypto::ipsecmb {

void Cbc::encrypt(std::span<const CipherJob> jobs) noexcept { run(jobs, IMB_DIR_ENCRYPT); }

void Cbc::decrypt(std::span<const CipherJob> jobs) noexcept { run(jobs, IMB_DIR_DECRYPT); }

void Cbc::run(std::span<const CipherJob> jobs, IMB_CIPHER_DIRECTION direction) const noexcept {
  run_all(jobs.size(), variant_, [&](std::size_t i, IMB_JOB& job) {
    const auto& packet = jobs[i];
    core::ensure(packet.in.size() == packet.out.size() && packet.in.size() % 16 == 0);
    job.cipher_mode = IMB_CIPHER_CBC;
    job.cipher_direction = direction;
    job.hash_alg = IMB_AUTH_NULL;
    job.chain_order = direction == IMB_DIR_ENCRYPT ? IMB_ORDER_CIPHER_HASH : IMB_ORDER_HASH_CIPHER;
    job.enc_keys = key_.encrypt();
    job.dec_keys = key_.decrypt();
    job.key_len_in_bytes = key_.size();
    job.src = octets(packet.in);
    job.dst = octets(packet.out);
    job.cipher_start_src_offset_in_bytes = 0;
    job.msg_len_to_cipher_in_bytes = packet.in.size();
    job.hash_start_src_offset_in_bytes = 0;
    job.msg_len_to_hash_in_bytes = 0;
    job.iv = octets(packet.iv);
    job.iv_len_in_bytes = packet.iv.size();
  });
}

}  // namespace esplanade::crypto::ipsecmb
