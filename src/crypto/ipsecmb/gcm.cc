#include "crypto/ipsecmb/gcm.h"

#include "core/secret.h"
#include "crypto/ipsecmb/queue.h"

#include <array>

namespace esplanade::crypto::ipsecmb {
namespace {

using core::ensure;

constexpr std::size_t nonce_size = 12;

/// Without a branch that depends on the octets.
auto equals(const std::array<std::byte, 16>& computed, core::View tag) noexcept -> bool {
  if (tag.size() != computed.size()) {
    return core::equal_constant_time(core::View(computed).first(tag.size()), tag);
  }
  std::array<std::uint64_t, 2> one;
  std::array<std::uint64_t, 2> other;
  std::memcpy(one.data(), computed.data(), sizeof one);
  std::memcpy(other.data(), tag.data(), sizeof other);
  return ((one[0] ^ other[0]) | (one[1] ^ other[1])) == 0;
}

/// What the library keeps of a packet while it is at work, wiped in the end.
class Context {
 public:
  Context() noexcept = default;  // the library fills it
  Context(const Context&) = delete;
  auto operator=(const Context&) -> Context& = delete;
  ~Context() { core::wipe(std::as_writable_bytes(std::span(&data, 1))); }
  gcm_context_data data;
};

}  // namespace

auto GcmFunctions::of(const IMB_MGR& manager, std::size_t key_size) noexcept -> GcmFunctions {
  switch (key_size) {
    case 16:
      return {manager.gcm128_pre,   manager.gcm128_enc,     manager.gcm128_dec,
              manager.gmac128_init, manager.gmac128_update, manager.gmac128_finalize};
    case 24:
      return {manager.gcm192_pre,   manager.gcm192_enc,     manager.gcm192_dec,
              manager.gmac192_init, manager.gmac192_update, manager.gmac192_finalize};
    case 32:
      return {manager.gcm256_pre,   manager.gcm256_enc,     manager.gcm256_dec,
              manager.gmac256_init, manager.gmac256_update, manager.gmac256_finalize};
    default: core::bug();
  }
}

Gcm::Gcm(const GcmFunctions& functions, core::View key, std::size_t tag_size) noexcept
    : functions_(functions), tag_size_(static_cast<std::uint8_t>(tag_size)), key_{} {
  ensure(tag_size <= Tag{}.size());
  functions_.expand(key.data(), &key_);
}

Gcm::~Gcm() { core::wipe(std::as_writable_bytes(std::span(&key_, 1))); }

void Gcm::seal(std::span<SealJob> jobs) noexcept {
  Context context;
  for (const auto& job : jobs) seal_one(job, context.data);
}

void Gcm::open(std::span<OpenJob> jobs) noexcept {
  Context context;
  for (auto& job : jobs) {
    job.is_authentic = open_one(job, context.data);
    if (!job.is_authentic) [[unlikely]]
      core::wipe(job.out);
  }
}

void Gcm::seal_one(const SealJob& job, gcm_context_data& context) const noexcept {
  ensure(job.nonce.size() == nonce_size && job.tag.size() == tag_size_);
  ensure(job.in.size() == job.out.size());
  if (job.aad_tail.empty()) {
    return functions_.seal(&key_, &context, octets(job.out), octets(job.in), job.in.size(),
                           octets(job.nonce), octets(job.aad), job.aad.size(), octets(job.tag),
                           tag_size_);
  }
  Tag tag;
  mac(job, context, tag);
  core::copy(core::View(tag).first(tag_size_), job.tag);
}

auto Gcm::open_one(const OpenJob& job, gcm_context_data& context) const noexcept -> bool {
  ensure(job.nonce.size() == nonce_size && job.tag.size() == tag_size_);
  ensure(job.in.size() == job.out.size());
  Tag tag;
  if (job.aad_tail.empty()) {
    functions_.open(&key_, &context, octets(job.out), octets(job.in), job.in.size(),
                    octets(job.nonce), octets(job.aad), job.aad.size(),
                    octets(core::MutableView(tag)), tag.size());
  } else {
    mac(job, context, tag);
  }
  return equals(tag, job.tag);
}

void Gcm::mac(const auto& job, gcm_context_data& context, Tag& tag) const noexcept {
  ensure(job.in.empty());
  functions_.begin_mac(&key_, &context, octets(job.nonce), job.nonce.size());
  functions_.update_mac(&key_, &context, octets(job.aad), job.aad.size());
  functions_.update_mac(&key_, &context, octets(job.aad_tail), job.aad_tail.size());
  functions_.end_mac(&key_, &context, octets(core::MutableView(tag)), tag.size());
}

}  // namespace esplanade::crypto::ipsecmb
