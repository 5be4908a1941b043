// The cryptography alone, per packet: the floor under the ESP road (road/...), with which these
// pair by name.
//
//   raw/ipsec-mb/seal/aes128gcm16/1400/batch:32
//
// The size is that of the inner packet; the cipher gets it with the ESP trailer, as on the road.
// A pool larger than a batch keeps the first-level cache from flattering the result. Nonces
// repeat, which only a benchmark may do.
#include "bench/providers.h"
#include "crypto/registry.h"

#include <benchmark/benchmark.h>
#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace esplanade::bench {
namespace {

using core::Bytes;
using core::MutableView;
using core::View;
using iana::EncryptionId;
using iana::IntegrityId;

constexpr std::size_t pool_size = 128;
constexpr std::size_t esp_header_size = 8;
constexpr std::size_t esp_trailer_size = 2;  // pad length and next header (RFC 4303, 2)
constexpr std::size_t icv_size = 16;

// Packets of one size as they stand on the wire, ESP header to ICV, and a place for their text.
class Pool {
 public:
  Pool(std::size_t inner_size, const crypto::EncryptionInfo& info)
      : iv_size_(info.iv_size), nonce_size_(info.nonce_size) {
    // RFC 4303, 2.4: the ciphertext ends on a multiple of four octets, whatever the cipher.
    const auto align = std::max<std::size_t>(info.block_size, 4);
    text_size_ = (inner_size + esp_trailer_size + align - 1) / align * align;
    wires_.assign(pool_size, Bytes(esp_header_size + iv_size_ + text_size_ + icv_size));
    texts_.assign(pool_size, Bytes(text_size_));
  }

  [[nodiscard]] auto header(std::size_t i) const -> View {
    return View(wires_[i]).first(esp_header_size);
  }
  [[nodiscard]] auto iv(std::size_t i) const -> View {
    return View(wires_[i]).subspan(esp_header_size, iv_size_);
  }
  [[nodiscard]] auto nonce() const -> View { return View(nonce_).first(nonce_size_); }
  [[nodiscard]] auto text(std::size_t i) -> MutableView { return texts_[i]; }
  [[nodiscard]] auto encrypted(std::size_t i) -> MutableView {
    return MutableView(wires_[i]).subspan(esp_header_size + iv_size_, text_size_);
  }
  [[nodiscard]] auto authenticated(std::size_t i) const -> View {
    return View(wires_[i]).first(wires_[i].size() - icv_size);
  }
  [[nodiscard]] auto icv(std::size_t i) -> MutableView {
    return MutableView(wires_[i]).last(icv_size);
  }

 private:
  std::size_t iv_size_;
  std::size_t nonce_size_;
  std::size_t text_size_ = 0;
  std::array<std::byte, 12> nonce_{};
  std::vector<Bytes> wires_;
  std::vector<Bytes> texts_;
};

class Aead {
 public:
  Aead(crypto::Provider& provider, EncryptionId id, std::size_t inner_size, std::size_t key_size)
      : pool_(inner_size, *crypto::find_encryption(id)),
        aead_(provider.make_aead(id, Bytes(key_size)).value()) {
    for (std::size_t i = 0; i < pool_size; ++i) {
      seal_.push_back({.nonce = pool_.nonce(),
                       .aad = pool_.header(i),
                       .in = pool_.text(i),
                       .out = pool_.encrypted(i),
                       .tag = pool_.icv(i)});
      open_.push_back({.nonce = pool_.nonce(),
                       .aad = pool_.header(i),
                       .in = pool_.encrypted(i),
                       .tag = pool_.icv(i),
                       .out = pool_.text(i)});
    }
  }

  void seal(std::size_t first, std::size_t count) {
    aead_->seal(std::span(seal_).subspan(first, count));
  }
  void open(std::size_t first, std::size_t count) {
    aead_->open(std::span(open_).subspan(first, count));
  }
  [[nodiscard]] auto all_authentic() const -> bool {
    return std::ranges::all_of(open_, &crypto::OpenJob::is_authentic);
  }

 private:
  Pool pool_;
  std::unique_ptr<crypto::Aead> aead_;
  std::vector<crypto::SealJob> seal_;
  std::vector<crypto::OpenJob> open_;
};

class EncryptThenMac {
 public:
  EncryptThenMac(crypto::Provider& provider, EncryptionId id, std::size_t inner_size,
                 std::size_t key_size)
      : pool_(inner_size, *crypto::find_encryption(id)),
        cipher_(provider.make_cipher(id, Bytes(key_size)).value()),
        integrity_(
            provider.make_integrity(IntegrityId::auth_hmac_sha2_256_128, Bytes(32)).value()) {
    for (std::size_t i = 0; i < pool_size; ++i) {
      encrypt_.push_back({.iv = pool_.iv(i), .in = pool_.text(i), .out = pool_.encrypted(i)});
      decrypt_.push_back({.iv = pool_.iv(i), .in = pool_.encrypted(i), .out = pool_.text(i)});
      sign_.push_back({.data = pool_.authenticated(i), .suffix = {}, .icv = pool_.icv(i)});
      verify_.push_back({.data = pool_.authenticated(i), .suffix = {}, .icv = pool_.icv(i)});
    }
  }

  void seal(std::size_t first, std::size_t count) {
    cipher_->encrypt(std::span(encrypt_).subspan(first, count));
    integrity_->sign(std::span(sign_).subspan(first, count));
  }
  void open(std::size_t first, std::size_t count) {
    integrity_->verify(std::span(verify_).subspan(first, count));
    cipher_->decrypt(std::span(decrypt_).subspan(first, count));
  }
  [[nodiscard]] auto all_authentic() const -> bool {
    return std::ranges::all_of(verify_, &crypto::VerifyJob::is_authentic);
  }

 private:
  Pool pool_;
  std::unique_ptr<crypto::Cipher> cipher_;
  std::unique_ptr<crypto::Integrity> integrity_;
  std::vector<crypto::CipherJob> encrypt_;
  std::vector<crypto::CipherJob> decrypt_;
  std::vector<crypto::SignJob> sign_;
  std::vector<crypto::VerifyJob> verify_;
};

struct Shape {
  crypto::Provider& (*provider)();
  EncryptionId id;
  std::size_t inner_size;
  std::size_t key_size;
};

template <class Protection>
void seal(benchmark::State& state, Shape shape) {
  Protection protection(shape.provider(), shape.id, shape.inner_size, shape.key_size);
  const auto batch = static_cast<std::size_t>(state.range(0));
  std::size_t first = 0;
  for ([[maybe_unused]] auto _ : state) {
    protection.seal(first, batch);
    first = (first + batch) % pool_size;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

template <class Protection>
void open(benchmark::State& state, Shape shape) {
  Protection protection(shape.provider(), shape.id, shape.inner_size, shape.key_size);
  const auto batch = static_cast<std::size_t>(state.range(0));
  protection.seal(0, pool_size);
  std::size_t first = 0;
  for ([[maybe_unused]] auto _ : state) {
    protection.open(first, batch);
    first = (first + batch) % pool_size;
  }
  protection.open(0, pool_size);
  if (!protection.all_authentic()) state.SkipWithError("a packet was not authentic");
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

template <class Protection>
void register_both(const Cryptography& library, const std::string& algorithm, EncryptionId id,
                   std::size_t key_size) {
  const auto start = "raw/" + library.name;
  for (const std::size_t size : {64U, 512U, 1400U}) {
    const auto rest = algorithm + "/" + std::to_string(size);
    const Shape shape{library.provider, id, size, key_size};
    const auto sealing = start + "/seal/" + rest;
    const auto opening = start + "/open/" + rest;
    for (auto* made : {benchmark::RegisterBenchmark(sealing.c_str(), seal<Protection>, shape),
                       benchmark::RegisterBenchmark(opening.c_str(), open<Protection>, shape)}) {
      made->ArgName("batch")->Arg(32)->Arg(64)->UseRealTime();
    }
  }
}

[[maybe_unused]] const auto is_registered = [] {
  for (const auto& library : libraries()) {
    using enum EncryptionId;
    register_both<Aead>(library, "aes128gcm16", encr_aes_gcm_16, 16);
    register_both<Aead>(library, "aes256gcm16", encr_aes_gcm_16, 32);
    register_both<Aead>(library, "aes128ccm16", encr_aes_ccm_16, 16);
    register_both<Aead>(library, "chacha20poly1305", encr_chacha20_poly1305, 32);
    register_both<EncryptThenMac>(library, "aes256-sha256", encr_aes_cbc, 32);
  }
  return true;
}();

}  // namespace
}  // namespace esplanade::bench
