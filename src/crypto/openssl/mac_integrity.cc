#include "crypto/openssl/mac_integrity.h"

#include "core/secret.h"

#include <openssl/crypto.h>
#include <array>

namespace esplanade::crypto::openssl {
namespace {

using core::ensure;

using Full = std::array<std::byte, mac_size_max>;

void compute(Mac& mac, core::View data, core::View suffix, Full& full) noexcept {
  const auto parts = std::to_array({data, suffix});
  mac.compute(parts, core::MutableView(full).first(mac.size()));
}

}  // namespace

MacIntegrity::MacIntegrity(std::unique_ptr<Mac> mac, std::size_t icv_size) noexcept
    : mac_(std::move(mac)), icv_size_(icv_size) {
  ensure(icv_size_ <= mac_->size() && mac_->size() <= mac_size_max);
}

void MacIntegrity::sign(std::span<const SignJob> jobs) noexcept {
  Full full;
  for (const auto& job : jobs) {
    ensure(job.icv.size() == icv_size_);
    compute(*mac_, job.data, job.suffix, full);
    core::copy(core::View(full).first(icv_size_), job.icv);
  }
}

// What is wiped is the right ICV of a packet that a stranger may have made.
void MacIntegrity::verify(std::span<VerifyJob> jobs) noexcept {
  Full full;
  for (auto& job : jobs) {
    ensure(job.icv.size() == icv_size_);
    compute(*mac_, job.data, job.suffix, full);
    job.is_authentic = CRYPTO_memcmp(full.data(), job.icv.data(), icv_size_) == 0;
  }
  core::wipe(full);
}

}  // namespace esplanade::crypto::openssl
